import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('bridge', '0011_policies_published'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(max_length=64)),
                ('text', models.TextField()),
                ('edition', models.PositiveIntegerField(default=1)),
                ('writers', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField()),
                ('published', models.CharField(blank=True, max_length=80)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('saved_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['policy'], name='policy_drafts')],
            },
        ),
        migrations.CreateModel(
            name='Preview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('text', models.TextField()),
                ('found', models.JSONField(null=True)),
                ('error', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('draft', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='previews', to='policy_studio.policydraft')),
                ('job', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='bridge.job')),
            ],
            options={
                'indexes': [models.Index(fields=['draft', '-at'], name='previews_of_draft'), models.Index(fields=['sha256'], name='previews_of_text')],
            },
        ),
    ]
