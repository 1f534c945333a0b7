import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('bridge', '0008_channel_branches'),
        ('organization', '0004_saved_views'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bundle', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=200)),
                ('answers', models.JSONField(default=dict)),
                ('via', models.CharField(blank=True, max_length=8)),
                ('once', models.CharField(max_length=64, null=True)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('example', models.BooleanField(default=False)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('firm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.firm')),
            ],
            options={
                'indexes': [models.Index(fields=['firm', '-started_at'], name='bundle_run_by_firm')],
                'constraints': [models.UniqueConstraint(fields=('by', 'once'), name='bundle_run_once')],
            },
        ),
        migrations.CreateModel(
            name='RunMatter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64)),
                ('place', models.PositiveSmallIntegerField()),
                ('mechanism', models.CharField(max_length=64)),
                ('after', models.JSONField(default=list)),
                ('data', models.JSONField(default=dict)),
                ('files', models.JSONField(default=list)),
                ('state', models.CharField(default='waiting', max_length=12)),
                ('problem', models.CharField(blank=True, max_length=64)),
                ('opened_at', models.DateTimeField(null=True)),
                ('case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bridge.case')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='bundles.run')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'open'])), fields=['state'], name='bundle_matter_moving')],
                'constraints': [models.UniqueConstraint(fields=('run', 'name'), name='bundle_matter_once')],
            },
        ),
    ]
