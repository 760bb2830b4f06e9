"""Entries of the kinds of record that a contract declares."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contracts', '0001_initial'),
        ('families', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('seen_by', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('is_sealed', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('ref', models.CharField(max_length=12, unique=True)),
                ('service', models.SlugField(max_length=80)),
                ('kind', models.SlugField(max_length=80)),
                ('about_kind', models.SlugField(blank=True, max_length=80)),
                ('about_id', models.UUIDField(null=True)),
                ('area', models.CharField(blank=True, help_text='The area it is about, where it is about one.', max_length=120)),
                ('answers', models.JSONField(default=dict)),
                ('no_answers', models.JSONField(default=dict, help_text='Why a question has no answer, by question.')),
                ('times', models.JSONField(default=dict)),
                ('stage', models.SlugField(blank=True, help_text='The time that gave it its stage.', max_length=80)),
                ('happened_on', models.DateField(help_text="The day of the kind's first time, or the day it was written down.")),
                ('recorded_at', models.DateTimeField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('taken_back_because', models.CharField(blank=True, max_length=300)),
                ('family', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.family')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.person')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.version')),
            ],
        ),
        migrations.CreateModel(
            name='EntryEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('seen_by', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('is_sealed', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('ref', models.CharField(max_length=12)),
                ('service', models.SlugField(db_index=False, max_length=80)),
                ('kind', models.SlugField(db_index=False, max_length=80)),
                ('about_kind', models.SlugField(blank=True, db_index=False, max_length=80)),
                ('about_id', models.UUIDField(null=True)),
                ('area', models.CharField(blank=True, help_text='The area it is about, where it is about one.', max_length=120)),
                ('answers', models.JSONField(default=dict)),
                ('no_answers', models.JSONField(default=dict, help_text='Why a question has no answer, by question.')),
                ('times', models.JSONField(default=dict)),
                ('stage', models.SlugField(blank=True, db_index=False, help_text='The time that gave it its stage.', max_length=80)),
                ('happened_on', models.DateField(help_text="The day of the kind's first time, or the day it was written down.")),
                ('recorded_at', models.DateTimeField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('taken_back_because', models.CharField(blank=True, max_length=300)),
                ('family', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family')),
                ('person', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.person')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registers.entry')),
                ('recorded_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contracts.version')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WalledAnswers',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('seen_by', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('is_sealed', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('answers', models.JSONField(default=dict)),
                ('no_answers', models.JSONField(default=dict)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registers.entry')),
                ('family', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.family')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.person')),
            ],
        ),
        migrations.CreateModel(
            name='WalledAnswersEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('seen_by', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('is_sealed', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('answers', models.JSONField(default=dict)),
                ('no_answers', models.JSONField(default=dict)),
                ('entry', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='registers.entry')),
                ('family', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family')),
                ('person', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.person')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='registers.walledanswers')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['service', 'kind', '-happened_on', '-id'], name='entry_of_kind'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['about_kind', 'about_id'], name='entry_about'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('family__isnull', False)), fields=['family'], name='entry_family'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='entry_person'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about_id', None), ('about_kind', ''), ('area', '')), models.Q(models.Q(('about_kind', ''), _negated=True), models.Q(models.Q(('about_id__isnull', False), ('area', '')), models.Q(('about_id', None), models.Q(('area', ''), _negated=True)), _connector='OR')), _connector='OR'), name='entry_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at', None), ('taken_back_because', '')), models.Q(('taken_back_at__isnull', False), models.Q(('taken_back_because', ''), _negated=True)), _connector='OR'), name='entry_taken_back_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='walledanswers',
            constraint=models.UniqueConstraint(fields=('entry', 'seen_by', 'is_sealed'), name='walled_answers_once_a_wall'),
        ),
    ]
