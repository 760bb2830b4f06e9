from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outcomes', '0002_what_people_say'),
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
    ]
