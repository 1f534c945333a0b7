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
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('mechanism', models.CharField(max_length=64)),
                ('question', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('citations', models.TextField()),
                ('state', models.CharField(max_length=12)),
                ('drafted_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('review_on', models.DateField()),
                ('question_terms', models.TextField()),
                ('terms', models.TextField()),
                ('example', models.BooleanField(default=False)),
                ('approved_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bridge.case')),
                ('drafted_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('series', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='drug.answer')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'review_on'], name='answer_by_review')],
                'constraints': [models.UniqueConstraint(fields=('series', 'version'), name='answer_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('series',), name='answer_proposed_once')],
            },
        ),
        migrations.CreateModel(
            name='AnswerTaken',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='bridge.case')),
                ('answer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='drug.answer')),
            ],
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=80)),
                ('about', models.CharField(blank=True, max_length=500)),
                ('registered_at', models.DateTimeField()),
                ('example', models.BooleanField(default=False)),
                ('firm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.firm')),
                ('steward', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-registered_at'], name='product_newest')],
                'constraints': [models.UniqueConstraint(fields=('firm', 'kind', 'name'), name='product_once')],
            },
        ),
        migrations.CreateModel(
            name='ProductEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('what', models.CharField(max_length=12)),
                ('step', models.CharField(blank=True, max_length=64)),
                ('began', models.DateField(null=True)),
                ('ended', models.DateField(null=True)),
                ('yuan', models.BigIntegerField(null=True)),
                ('evidence', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bridge.case')),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='drug.product')),
            ],
            options={
                'indexes': [models.Index(fields=['product', 'at'], name='product_history')],
            },
        ),
    ]
