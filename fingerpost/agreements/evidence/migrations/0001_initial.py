import django.db.models.deletion
import pghistory.utils
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '__first__'),
        ('contracts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('clause', models.SlugField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('note', models.TextField(blank=True)),
                ('record_kind', models.CharField(blank=True, max_length=40)),
                ('record_id', models.UUIDField(null=True)),
                ('attached_at', models.DateTimeField()),
                ('detached_at', models.DateTimeField(null=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.agreement')),
                ('attached_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['agreement', 'clause'], name='evidence_clause')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('record_id', None), ('record_kind', '')), models.Q(models.Q(('record_kind', ''), _negated=True), ('record_id__isnull', False)), _connector='OR'), name='evidence_record_whole')],
            },
        ),
        migrations.CreateModel(
            name='LinkEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('clause', models.SlugField(db_index=False, max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('note', models.TextField(blank=True)),
                ('record_kind', models.CharField(blank=True, max_length=40)),
                ('record_id', models.UUIDField(null=True)),
                ('attached_at', models.DateTimeField()),
                ('detached_at', models.DateTimeField(null=True)),
                ('agreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contracts.agreement')),
                ('attached_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='evidence.link')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
