"""The access log, its seals, and what PostgreSQL must bring: trigrams for finding names, and mixed indexes."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import uuid
from django.contrib.postgres.operations import BtreeGinExtension, BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # What a database made before the first release has already.
    replaces = [("history", "0001_extensions"), ("history", "0002_the_access_log"), ("history", "0003_seals")]

    dependencies: list[tuple[str, str]] = []

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGinExtension(),
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('table', models.CharField(max_length=80)),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
                ('count', models.IntegerField()),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('digests', models.BinaryField()),
                ('before', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['table', 'last'], name='seal_table_last')],
            },
        ),
        migrations.CreateModel(
            name='View',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('actor_id', models.UUIDField()),
                ('actor_name', models.CharField(max_length=200)),
                ('page', models.CharField(max_length=100)),
                ('address', models.GenericIPAddressField(null=True)),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('why', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['actor_id', 'at'], name='view_actor_at'), django.contrib.postgres.indexes.GinIndex(fields=['subject_ids'], name='view_subjects')],
            },
        ),
        # Lines of the access log are sealed in the order in which they were written, which their ids do not tell.
        migrations.RunSQL(
            "ALTER TABLE history_view ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;"
            "CREATE UNIQUE INDEX history_view_number ON history_view (number);",
            "ALTER TABLE history_view DROP COLUMN number;",
        ),
    ]
