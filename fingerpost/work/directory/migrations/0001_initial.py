import django.db.models.deletion
import pghistory.utils
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('service', models.SlugField(help_text='The agreement whose workers use this entry.', max_length=80)),
                ('name', models.CharField(max_length=160)),
                ('kind', models.SlugField(blank=True, max_length=60)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('verified_on', models.DateField(null=True)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'name'), name='directory_name_once')],
            },
        ),
        migrations.CreateModel(
            name='EntryEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('service', models.SlugField(db_index=False, help_text='The agreement whose workers use this entry.', max_length=80)),
                ('name', models.CharField(max_length=160)),
                ('kind', models.SlugField(blank=True, db_index=False, max_length=60)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('verified_on', models.DateField(null=True)),
                ('area', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='places.area')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='directory.entry')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
