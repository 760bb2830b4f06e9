import django.contrib.postgres.fields
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
        ('families', '0001_initial'),
        ('schooling', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Request',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('ref', models.CharField(max_length=12, unique=True)),
                ('service', models.SlugField(max_length=80)),
                ('line', models.SlugField(blank=True, max_length=60)),
                ('locality', models.CharField(blank=True, help_text='Home area of the parent when it was received.', max_length=40)),
                ('source', models.SlugField(max_length=60)),
                ('referrer_name', models.CharField(blank=True, max_length=160)),
                ('referrer_contact', models.CharField(blank=True, max_length=160)),
                ('reason', models.TextField(blank=True)),
                ('forecast_reason', models.TextField(blank=True, help_text="Why the child is likely to reach the range, in the worker's words.")),
                ('vulnerable_groups', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                ('received_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('', 'Waiting'), ('accepted', 'Accepted'), ('refused', 'Not accepted')], max_length=10)),
                ('status', models.CharField(blank=True, help_text="The contract's word, e.g. awaiting_assessment.", max_length=60)),
                ('route', models.CharField(blank=True, help_text='Which criterion admitted the child.', max_length=40)),
                ('decided_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(help_text='When a case was opened on it.', null=True)),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.decision')),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.family')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schooling.school')),
            ],
            options={
                'indexes': [models.Index(fields=['family'], name='request_family'), models.Index(fields=['service', 'received_at'], name='request_received'), models.Index(condition=models.Q(('opened_at', None), ('withdrawn_at', None), models.Q(('outcome', 'refused'), _negated=True)), fields=['service', 'locality', 'received_at'], name='request_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome', ''), ('decided_at__isnull', False), _connector='OR'), name='request_outcome_has_time')],
            },
        ),
        migrations.CreateModel(
            name='RequestChild',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.person')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.request')),
            ],
            options={
                'indexes': [models.Index(fields=['person'], name='request_child_person')],
                'constraints': [models.UniqueConstraint(fields=('request', 'person'), name='request_child_once')],
            },
        ),
        migrations.CreateModel(
            name='RequestChildEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.person')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='referrals.requestchild')),
                ('request', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='referrals.request')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RequestEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('ref', models.CharField(max_length=12)),
                ('service', models.SlugField(db_index=False, max_length=80)),
                ('line', models.SlugField(blank=True, db_index=False, max_length=60)),
                ('locality', models.CharField(blank=True, help_text='Home area of the parent when it was received.', max_length=40)),
                ('source', models.SlugField(db_index=False, max_length=60)),
                ('referrer_name', models.CharField(blank=True, max_length=160)),
                ('referrer_contact', models.CharField(blank=True, max_length=160)),
                ('reason', models.TextField(blank=True)),
                ('forecast_reason', models.TextField(blank=True, help_text="Why the child is likely to reach the range, in the worker's words.")),
                ('vulnerable_groups', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None)),
                ('received_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('', 'Waiting'), ('accepted', 'Accepted'), ('refused', 'Not accepted')], max_length=10)),
                ('status', models.CharField(blank=True, help_text="The contract's word, e.g. awaiting_assessment.", max_length=60)),
                ('route', models.CharField(blank=True, help_text='Which criterion admitted the child.', max_length=40)),
                ('decided_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(help_text='When a case was opened on it.', null=True)),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
                ('decision', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contracts.decision')),
                ('family', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family')),
                ('made_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='referrals.request')),
                ('school', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='schooling.school')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
