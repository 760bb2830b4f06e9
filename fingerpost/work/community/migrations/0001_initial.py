import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
        ('families', '0001_initial'),
        ('places', '0002_resident_count'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
                ('family', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.family')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.person')),
            ],
        ),
        migrations.CreateModel(
            name='Say',
            fields=[
                ('scope_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('restricted', models.BooleanField(default=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('ref', models.CharField(max_length=12, unique=True)),
                ('service', models.SlugField(max_length=80)),
                ('kind', models.SlugField(max_length=40)),
                ('title', models.CharField(max_length=160)),
                ('happened_on', models.DateField()),
                ('said', models.TextField(blank=True)),
                ('changed', models.TextField(blank=True)),
                ('changed_on', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.team')),
            ],
        ),
        migrations.CreateModel(
            name='ParticipationEvent',
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
                ('batch_ref', models.CharField(blank=True, max_length=60)),
                ('family', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.family')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='families.person')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='community.participation')),
                ('say', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='community.say')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='participation',
            name='say',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.say'),
        ),
        migrations.CreateModel(
            name='SayEvent',
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
                ('kind', models.SlugField(db_index=False, max_length=40)),
                ('title', models.CharField(max_length=160)),
                ('happened_on', models.DateField()),
                ('said', models.TextField(blank=True)),
                ('changed', models.TextField(blank=True)),
                ('changed_on', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('batch', models.UUIDField(null=True)),
                ('batch_ref', models.CharField(blank=True, max_length=60)),
                ('area', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='places.area')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='community.say')),
                ('recorded_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='access.team')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='say',
            index=models.Index(fields=['service', '-happened_on'], name='say_service_day'),
        ),
        migrations.AddConstraint(
            model_name='say',
            constraint=models.CheckConstraint(condition=models.Q(('changed_on', None), ('changed_on__gte', models.F('happened_on')), _connector='OR'), name='say_days_in_order'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(fields=['person'], name='participation_person'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.UniqueConstraint(fields=('say', 'person'), name='participation_once'),
        ),
    ]
