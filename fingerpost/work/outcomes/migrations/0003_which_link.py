from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('families', '0001_initial'),
        ('outcomes', '0002_what_people_say'),
        ('places', '0003_table_of_need'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='issue',
            field=models.PositiveSmallIntegerField(default=1, help_text='Which link this is: a new one makes the old one dead.'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='issue',
            field=models.PositiveSmallIntegerField(default=1, help_text='Which link this is: a new one makes the old one dead.'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(fields=['episode_ref'], name='invitation_episode_ref'),
        ),
    ]
