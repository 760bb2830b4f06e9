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
            name='Return',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('ref', models.CharField(max_length=12, unique=True)),
                ('series', models.SlugField(help_text='The series of returns in the contract.', max_length=80)),
                ('period_from', models.DateField()),
                ('period_to', models.DateField()),
                ('due_on', models.DateField()),
                ('recipient', models.CharField(max_length=160)),
                ('assembled_at', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.agreement')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.version')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agreement', 'series', 'due_on'), name='return_due_once'), models.CheckConstraint(condition=models.Q(('period_to__gte', models.F('period_from'))), name='return_period_in_order'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('submitted_at__isnull', False), _connector='OR'), name='return_accepted_after_sent')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('indicator', models.SlugField(max_length=80)),
                ('definition_hash', models.CharField(max_length=64)),
                ('reading', models.CharField(blank=True, max_length=80)),
                ('reading_agreed', models.BooleanField(default=False)),
                ('as_known_at', models.DateTimeField()),
                ('numbers', models.JSONField(help_text="The figure's numbers, target, status and breakdowns, as printed.")),
                ('records', models.JSONField(help_text='Record references: counted in, out, not known, pending, outside, with reasons.')),
                ('return_made', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='returns.return')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('return_made', 'indicator'), name='figure_once_a_return')],
            },
        ),
        migrations.CreateModel(
            name='Narrative',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('heading', models.SlugField(max_length=60)),
                ('text', models.TextField(blank=True)),
                ('written_at', models.DateTimeField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('return_made', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='returns.return')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('return_made', 'heading'), name='narrative_heading_once')],
            },
        ),
        migrations.CreateModel(
            name='NarrativeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('heading', models.SlugField(db_index=False, max_length=60)),
                ('text', models.TextField(blank=True)),
                ('written_at', models.DateTimeField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='returns.narrative')),
                ('written_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('return_made', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='returns.return')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FigureEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('indicator', models.SlugField(db_index=False, max_length=80)),
                ('definition_hash', models.CharField(max_length=64)),
                ('reading', models.CharField(blank=True, max_length=80)),
                ('reading_agreed', models.BooleanField(default=False)),
                ('as_known_at', models.DateTimeField()),
                ('numbers', models.JSONField(help_text="The figure's numbers, target, status and breakdowns, as printed.")),
                ('records', models.JSONField(help_text='Record references: counted in, out, not known, pending, outside, with reasons.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='returns.figure')),
                ('return_made', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='returns.return')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReturnEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('ref', models.CharField(max_length=12)),
                ('series', models.SlugField(db_index=False, help_text='The series of returns in the contract.', max_length=80)),
                ('period_from', models.DateField()),
                ('period_to', models.DateField()),
                ('due_on', models.DateField()),
                ('recipient', models.CharField(max_length=160)),
                ('assembled_at', models.DateTimeField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('agreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contracts.agreement')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='returns.return')),
                ('submitted_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contracts.version')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
