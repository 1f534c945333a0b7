import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bridge', '0004_jobs_checks'),
        ('organization', '0002_access_tokens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('service', '0003_webhooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mechanism', models.CharField(max_length=64)),
                ('step', models.CharField(max_length=64)),
                ('title', models.CharField(default='', max_length=200)),
                ('typed', models.JSONField(default=dict)),
                ('files', models.JSONField(default=dict)),
                ('edition', models.PositiveIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bridge.case')),
                ('firm', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.firm')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-saved_at'], name='draft_list'), models.Index(fields=['expires_at'], name='draft_expiry')],
            },
        ),
        migrations.CreateModel(
            name='DraftFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='named', to='service.draft')),
            ],
            options={
                'indexes': [models.Index(fields=['sha256'], name='draft_file')],
            },
        ),
    ]
