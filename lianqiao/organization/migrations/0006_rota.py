import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organization', '0005_mandates'),
    ]

    operations = [
        migrations.CreateModel(
            name='RotaPattern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('place', models.CharField(blank=True, max_length=60)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField(blank=True, null=True)),
                ('weekdays', models.CharField(max_length=7)),
                ('every_weeks', models.PositiveSmallIntegerField(default=1)),
                ('begins', models.TimeField()),
                ('ends', models.TimeField()),
                ('working_days', models.BooleanField(default=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['code', 'last_day'], name='rota_by_duty'), models.Index(fields=['person', 'last_day'], name='rota_by_person')],
            },
        ),
        migrations.CreateModel(
            name='RotaExchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pattern', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exchanges', to='organization.rotapattern')),
            ],
            options={
                'indexes': [models.Index(fields=['pattern', 'day'], name='rota_exchange_of_day')],
            },
        ),
    ]
