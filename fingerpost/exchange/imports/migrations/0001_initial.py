import django.db.models.deletion
import pghistory.utils
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='List',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('service', models.SlugField(max_length=80)),
                ('kind', models.SlugField(max_length=40)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('stored_at', models.CharField(blank=True, help_text='Where the raw file is kept, below the data folder.', max_length=300)),
                ('received_at', models.DateTimeField()),
                ('rows', models.IntegerField(default=0)),
                ('faulty', models.IntegerField(default=0)),
                ('added', models.IntegerField(default=0)),
                ('changed', models.IntegerField(default=0)),
                ('unchanged', models.IntegerField(default=0)),
                ('applied_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['service', 'received_at'], name='list_received')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('applied_at__isnull', False), ('undone_at', None)), fields=('service', 'kind', 'sha256'), name='list_applied_once')],
            },
        ),
        migrations.CreateModel(
            name='ListEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('service', models.SlugField(db_index=False, max_length=80)),
                ('kind', models.SlugField(db_index=False, max_length=40)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('stored_at', models.CharField(blank=True, help_text='Where the raw file is kept, below the data folder.', max_length=300)),
                ('received_at', models.DateTimeField()),
                ('rows', models.IntegerField(default=0)),
                ('faulty', models.IntegerField(default=0)),
                ('added', models.IntegerField(default=0)),
                ('changed', models.IntegerField(default=0)),
                ('unchanged', models.IntegerField(default=0)),
                ('applied_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='imports.list')),
                ('received_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Row',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.IntegerField(help_text='Line of the file, the header being line 1.')),
                ('column', models.CharField(blank=True, max_length=80)),
                ('severity', models.CharField(default='error', max_length=10)),
                ('message', models.CharField(max_length=400)),
                ('person_id', models.UUIDField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('list_received', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='imports.list')),
            ],
            options={
                'indexes': [models.Index(fields=['list_received', 'number'], name='row_list_number')],
            },
        ),
    ]
