import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bridge', '0008_channel_branches'),
        ('organization', '0002_access_tokens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('service', '0005_historic_logs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('subject', models.CharField(max_length=100)),
                ('summary', models.TextField()),
                ('next_step', models.CharField(blank=True, max_length=300)),
                ('made_at', models.DateTimeField()),
                ('example', models.BooleanField(default=False)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('firm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.firm')),
            ],
            options={
                'indexes': [models.Index(fields=['-day'], name='visit_by_day'), models.Index(fields=['firm', '-day'], name='visit_by_firm'), models.Index(fields=['by', '-day'], name='visit_by_officer')],
            },
        ),
        migrations.CreateModel(
            name='VisitCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bridge.case')),
                ('visit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='service.visit')),
            ],
            options={
                'indexes': [models.Index(fields=['visit'], name='visit_cases')],
            },
        ),
    ]
