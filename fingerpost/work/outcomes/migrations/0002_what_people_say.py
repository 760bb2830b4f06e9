import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('families', '0001_initial'),
        ('outcomes', '0001_initial'),
        ('places', '0002_resident_count'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('ref', models.CharField(max_length=12, unique=True)),
                ('service', models.SlugField(max_length=80)),
                ('respondent', models.CharField(choices=[('parent', 'Parent or carer'), ('child', 'Child or young person')], max_length=10)),
                ('instrument', models.SlugField(max_length=60)),
                ('episode_kind', models.CharField(choices=[('case', 'Case'), ('run', 'Run of a group'), ('session', 'Session of a group')], max_length=10)),
                ('episode_id', models.UUIDField()),
                ('episode_ref', models.CharField(max_length=12)),
                ('activity_type', models.SlugField(max_length=40)),
                ('age_band', models.SlugField(blank=True, max_length=20)),
                ('asked_on', models.DateField()),
                ('result', models.CharField(choices=[('asked', 'Asked'), ('declined', 'Did not want to answer'), ('not_reached', 'Not reached')], default='asked', max_length=12)),
                ('token_hash', models.CharField(max_length=64, null=True, unique=True)),
                ('expires_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='InvitationEvent',
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
                ('respondent', models.CharField(choices=[('parent', 'Parent or carer'), ('child', 'Child or young person')], max_length=10)),
                ('instrument', models.SlugField(db_index=False, max_length=60)),
                ('episode_kind', models.CharField(choices=[('case', 'Case'), ('run', 'Run of a group'), ('session', 'Session of a group')], max_length=10)),
                ('episode_id', models.UUIDField()),
                ('episode_ref', models.CharField(max_length=12)),
                ('activity_type', models.SlugField(db_index=False, max_length=40)),
                ('age_band', models.SlugField(blank=True, db_index=False, max_length=20)),
                ('asked_on', models.DateField()),
                ('result', models.CharField(choices=[('asked', 'Asked'), ('declined', 'Did not want to answer'), ('not_reached', 'Not reached')], default='asked', max_length=12)),
                ('expires_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('episode_kind', models.CharField(choices=[('case', 'Case'), ('run', 'Run of a group'), ('session', 'Session of a group')], max_length=10)),
                ('answers', models.JSONField(blank=True, default=dict)),
                ('rating', models.PositiveSmallIntegerField(null=True)),
                ('comment', models.TextField(blank=True)),
                ('positive_comment', models.BooleanField(null=True)),
                ('age_band', models.SlugField(blank=True, max_length=20)),
                ('who_helped', models.CharField(blank=True, max_length=200)),
                ('is_worried', models.BooleanField(null=True)),
                ('given_on', models.DateField()),
                ('on_paper', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='ResponseEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('episode_kind', models.CharField(choices=[('case', 'Case'), ('run', 'Run of a group'), ('session', 'Session of a group')], max_length=10)),
                ('answers', models.JSONField(blank=True, default=dict)),
                ('rating', models.PositiveSmallIntegerField(null=True)),
                ('comment', models.TextField(blank=True)),
                ('positive_comment', models.BooleanField(null=True)),
                ('age_band', models.SlugField(blank=True, db_index=False, max_length=20)),
                ('who_helped', models.CharField(blank=True, max_length=200)),
                ('is_worried', models.BooleanField(null=True)),
                ('given_on', models.DateField()),
                ('on_paper', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SchoolEvent',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('service', models.SlugField(max_length=80)),
                ('episode_kind', models.CharField(choices=[('case', 'Case'), ('run', 'Run of a group'), ('session', 'Session of a group')], default='case', max_length=10)),
                ('episode_id', models.UUIDField(help_text='The case or run on which it was told.', null=True)),
                ('kind', models.SlugField(max_length=40)),
                ('happened_on', models.DateField()),
                ('note', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='SchoolEventEvent',
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
                ('episode_kind', models.CharField(choices=[('case', 'Case'), ('run', 'Run of a group'), ('session', 'Session of a group')], default='case', max_length=10)),
                ('episode_id', models.UUIDField(help_text='The case or run on which it was told.', null=True)),
                ('kind', models.SlugField(db_index=False, max_length=40)),
                ('happened_on', models.DateField()),
                ('note', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='administration',
            name='batch_ref',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='administration',
            name='episode_kind',
            field=models.CharField(choices=[('case', 'Case'), ('run', 'Run of a group'), ('session', 'Session of a group')], default='case', max_length=10),
        ),
        migrations.AddField(
            model_name='administration',
            name='service',
            field=models.SlugField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='administration',
            name='source',
            field=models.SlugField(default='case', max_length=40),
        ),
        migrations.AddField(
            model_name='administration',
            name='topic',
            field=models.SlugField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='administrationevent',
            name='batch_ref',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='administrationevent',
            name='episode_kind',
            field=models.CharField(choices=[('case', 'Case'), ('run', 'Run of a group'), ('session', 'Session of a group')], default='case', max_length=10),
        ),
        migrations.AddField(
            model_name='administrationevent',
            name='service',
            field=models.SlugField(blank=True, db_index=False, max_length=80),
        ),
        migrations.AddField(
            model_name='administrationevent',
            name='source',
            field=models.SlugField(db_index=False, default='case', max_length=40),
        ),
        migrations.AddField(
            model_name='administrationevent',
            name='topic',
            field=models.SlugField(blank=True, db_index=False, max_length=60),
        ),
        migrations.AlterField(
            model_name='administration',
            name='episode_id',
            field=models.UUIDField(help_text='The case or run it was taken on.', null=True),
        ),
        migrations.AlterField(
            model_name='administration',
            name='family',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.family'),
        ),
        migrations.AlterField(
            model_name='administrationevent',
            name='episode_id',
            field=models.UUIDField(help_text='The case or run it was taken on.', null=True),
        ),
        migrations.AlterField(
            model_name='administrationevent',
            name='family',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family'),
        ),
        migrations.AddIndex(
            model_name='administration',
            index=models.Index(fields=['person'], name='administration_person'),
        ),
        migrations.AddIndex(
            model_name='administration',
            index=models.Index(fields=['service', 'topic'], name='administration_topic'),
        ),
        migrations.AddConstraint(
            model_name='administration',
            constraint=models.CheckConstraint(condition=models.Q(('family__isnull', False), ('person__isnull', False), _connector='OR'), name='administration_of_somebody'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='area',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='family',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.family'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.person'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='area',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='places.area'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='asked_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='family',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.person'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='outcomes.invitation'),
        ),
        migrations.AddField(
            model_name='response',
            name='coded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='response',
            name='family',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.family'),
        ),
        migrations.AddField(
            model_name='response',
            name='invitation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outcomes.invitation'),
        ),
        migrations.AddField(
            model_name='response',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.person'),
        ),
        migrations.AddField(
            model_name='response',
            name='typed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='coded_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='family',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family'),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='invitation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='outcomes.invitation'),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.person'),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='outcomes.response'),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='typed_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='schoolevent',
            name='family',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.family'),
        ),
        migrations.AddField(
            model_name='schoolevent',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.person'),
        ),
        migrations.AddField(
            model_name='schoolevent',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='schooleventevent',
            name='family',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family'),
        ),
        migrations.AddField(
            model_name='schooleventevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.person'),
        ),
        migrations.AddField(
            model_name='schooleventevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='outcomes.schoolevent'),
        ),
        migrations.AddField(
            model_name='schooleventevent',
            name='recorded_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['episode_id'], name='invitation_episode'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['service', 'asked_on'], name='invitation_service_day'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['family'], name='invitation_family'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('person', 'episode_id'), name='invitation_once'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on__gte', models.F('asked_on'))), name='invitation_days_in_order'),
        ),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(fields=['family'], name='response_family'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(('rating', None), models.Q(('rating__gte', 1), ('rating__lte', 5)), _connector='OR'), name='response_rating_in_range'),
        ),
        migrations.AddIndex(
            model_name='schoolevent',
            index=models.Index(fields=['person', 'happened_on'], name='school_event_person'),
        ),
        migrations.AddIndex(
            model_name='schoolevent',
            index=models.Index(fields=['episode_id'], name='school_event_episode'),
        ),
        migrations.AddConstraint(
            model_name='schoolevent',
            constraint=models.UniqueConstraint(fields=('person', 'kind', 'happened_on'), name='school_event_once'),
        ),
        # Until now well-being was all that any contract measured.
        migrations.RunSQL("UPDATE outcomes_administration SET topic = 'wellbeing'", migrations.RunSQL.noop),
    ]
