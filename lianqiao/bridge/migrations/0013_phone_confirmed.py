from django.db import migrations, models
from django.db.models import F


def believed(apps, schema_editor):
    """Numbers kept before codes were asked for were used all along and stay in use."""
    rows = apps.get_model('bridge', 'NoticePreference').objects.exclude(phone='')
    rows.update(phone_confirmed_at=F('changed_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('bridge', '0010_part_beside'),
        ('bridge', '0012_notices_beside_cases'),
    ]

    operations = [
        migrations.AddField('noticepreference', 'phone_confirmed_at', models.DateTimeField(null=True)),
        migrations.AddField('noticepreference', 'phone_code', models.CharField(default='', db_default='', max_length=64)),
        migrations.AddField('noticepreference', 'phone_code_at', models.DateTimeField(null=True)),
        migrations.AddField('noticepreference', 'phone_tries', models.PositiveSmallIntegerField(default=0, db_default=0)),
        migrations.AddField('noticepreference', 'phone_codes', models.PositiveSmallIntegerField(default=0, db_default=0)),
        migrations.RunPython(believed, migrations.RunPython.noop),
    ]
