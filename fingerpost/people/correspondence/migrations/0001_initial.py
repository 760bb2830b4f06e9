import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('families', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('service', models.SlugField(max_length=80)),
                ('kind', models.SlugField(max_length=60)),
                ('recipient', models.CharField(max_length=200)),
                ('method', models.CharField(blank=True, max_length=20)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('origin_kind', models.CharField(max_length=40)),
                ('origin_id', models.UUIDField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('blocked', 'Not sent: consent refused')], default='draft', max_length=10)),
                ('drafted_at', models.DateTimeField()),
                ('sent_on', models.DateField(null=True)),
                ('blocked_why', models.CharField(blank=True, max_length=300)),
                ('family', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.family')),
            ],
            options={
                'indexes': [models.Index(fields=['origin_kind', 'origin_id'], name='message_origin')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_on__isnull', False), _connector='OR'), name='message_sent_has_day')],
            },
        ),
        migrations.CreateModel(
            name='MessageEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('service', models.SlugField(db_index=False, max_length=80)),
                ('kind', models.SlugField(db_index=False, max_length=60)),
                ('recipient', models.CharField(max_length=200)),
                ('method', models.CharField(blank=True, max_length=20)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('origin_kind', models.CharField(max_length=40)),
                ('origin_id', models.UUIDField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('blocked', 'Not sent: consent refused')], default='draft', max_length=10)),
                ('drafted_at', models.DateTimeField()),
                ('sent_on', models.DateField(null=True)),
                ('blocked_why', models.CharField(blank=True, max_length=300)),
                ('family', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='correspondence.message')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
