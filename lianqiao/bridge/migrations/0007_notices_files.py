import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bridge', '0006_fewer_pages'),
        ('organization', '0002_access_tokens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Content',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('type', models.CharField(max_length=100)),
                ('size', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('scan', models.CharField(default='', max_length=10)),
                ('virus', models.CharField(default='', max_length=120)),
                ('scan_attempts', models.PositiveIntegerField(default=0)),
                ('scan_next_at', models.DateTimeField(null=True)),
                ('scan_error', models.CharField(default='', max_length=200)),
                ('preview', models.CharField(default='', max_length=10)),
                ('gone', models.CharField(default='', max_length=10)),
                ('gone_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('scan', 'waiting')), fields=['scan_next_at'], name='content_to_scan'), models.Index(condition=models.Q(('preview', 'waiting')), fields=['id'], name='content_to_picture')],
                'constraints': [models.UniqueConstraint(fields=('sha256',), name='content_once')],
            },
        ),
        migrations.CreateModel(
            name='NoticePreference',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('kinds', models.JSONField(default=dict)),
                ('quiet_begins', models.CharField(default='', max_length=5)),
                ('quiet_ends', models.CharField(default='', max_length=5)),
                ('digest', models.CharField(default='', max_length=8)),
                ('digest_hour', models.PositiveSmallIntegerField(default=9)),
                ('digest_weekday', models.PositiveSmallIntegerField(default=1)),
                ('messenger', models.CharField(default='', max_length=20)),
                ('robot_url', models.TextField(default='')),
                ('robot_secret', models.TextField(default='')),
                ('phone', models.TextField(default='')),
                ('tried_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Preview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=40)),
                ('purpose', models.CharField(max_length=160)),
                ('name', models.CharField(max_length=200)),
                ('size', models.BigIntegerField()),
                ('offset', models.BigIntegerField(default=0)),
                ('field', models.JSONField(default=dict)),
                ('type', models.CharField(default='', max_length=100)),
                ('sha256', models.CharField(default='', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('touched_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='delivery',
            name='channel',
            field=models.CharField(default='mail', max_length=12),
        ),
        migrations.AddField(
            model_name='delivery',
            name='digest',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='address',
            field=models.EmailField(blank=True, default='', max_length=254),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('next_try_at__isnull', True), ('sent_at__isnull', True)), fields=['id'], name='delivery_dead'),
        ),
        migrations.AddField(
            model_name='preview',
            name='content',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='previews', to='bridge.content'),
        ),
        migrations.AddField(
            model_name='upload',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='preview',
            constraint=models.UniqueConstraint(fields=('content', 'number'), name='preview_once'),
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(fields=['person', '-made_at'], name='upload_of_person'),
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(fields=['touched_at'], name='upload_touched'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.UniqueConstraint(fields=('token',), name='upload_token'),
        ),
    ]
