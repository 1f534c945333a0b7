import django.db.models.deletion
import lianqiao.bridge.row_key
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
            name='Head',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveBigIntegerField(default=0)),
                ('hash', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kid', models.CharField(max_length=64, unique=True)),
                ('public', models.JSONField()),
                ('private', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64)),
                ('number', models.CharField(max_length=80)),
                ('premises', models.CharField(blank=True, max_length=300)),
                ('scope', models.CharField(blank=True, max_length=500)),
                ('issued_on', models.DateField()),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField()),
                ('state', models.CharField(default='valid', max_length=8)),
                ('standing', models.CharField(default='', max_length=8)),
                ('finding', models.JSONField(default=dict)),
                ('known', models.JSONField(default=dict)),
                ('checked_at', models.DateTimeField(null=True)),
                ('opted_out_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_reason', models.CharField(blank=True, max_length=500)),
                ('case_until', models.DateField(null=True)),
                ('example', models.BooleanField(default=False)),
                ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bridge.case')),
                ('firm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.firm')),
                ('revoked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'valid')), fields=['kind', 'valid_until', 'id'], name='licence_due'), models.Index(fields=['valid_until', 'id'], name='licence_by_end'), models.Index(fields=['firm'], name='licence_of_firm'), models.Index(condition=models.Q(('standing', ''), _negated=True), fields=['standing', 'valid_until'], name='licence_standing'), models.Index(condition=models.Q(('state', 'revoked')), fields=['id'], name='licence_revoked'), models.Index(condition=models.Q(('case__isnull', False)), fields=['case'], name='licence_case')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'number'), name='licence_number')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', lianqiao.bridge.row_key.RowKey(primary_key=True, serialize=False)),
                ('seq', models.PositiveBigIntegerField(unique=True)),
                ('until', models.DateField()),
                ('outcome', models.CharField(max_length=9)),
                ('at', models.DateTimeField()),
                ('body', models.TextField()),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('licence', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='licences.licence')),
            ],
            options={
                'indexes': [models.Index(fields=['licence', 'seq'], name='decision_of_licence')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', 'renewed')), fields=('licence', 'until'), name='renewed_once')],
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', lianqiao.bridge.row_key.RowKey(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=16, unique=True)),
                ('until', models.DateField()),
                ('issued_at', models.DateTimeField()),
                ('kid', models.CharField(max_length=64)),
                ('token', models.TextField()),
                ('licence', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credentials', to='licences.licence')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('licence', 'until'), name='credential_once')],
            },
        ),
        migrations.CreateModel(
            name='Night',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('scheduled', models.BooleanField(default=True)),
                ('asked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('took_ms', models.PositiveBigIntegerField(default=0)),
                ('registered', models.PositiveBigIntegerField(default=0)),
                ('near', models.PositiveBigIntegerField(default=0)),
                ('renewed', models.PositiveBigIntegerField(default=0)),
                ('failed', models.PositiveBigIntegerField(default=0)),
                ('missing', models.PositiveBigIntegerField(default=0)),
                ('opened', models.PositiveBigIntegerField(default=0)),
                ('unassigned', models.PositiveBigIntegerField(default=0)),
                ('lapsed', models.PositiveBigIntegerField(default=0)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-asked_at', '-id'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('scheduled', True)), fields=('day',), name='night_once')],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', lianqiao.bridge.row_key.RowKey(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=8)),
                ('until', models.DateField()),
                ('facts', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('mail_at', models.DateTimeField(null=True)),
                ('mail_tries', models.PositiveSmallIntegerField(default=0)),
                ('firm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.firm')),
                ('licence', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='words', to='licences.licence')),
            ],
            options={
                'indexes': [models.Index(fields=['firm', '-at'], name='word_of_firm'), models.Index(fields=['licence', '-at'], name='word_of_licence'), models.Index(condition=models.Q(('mail_at__isnull', False)), fields=['mail_at'], name='word_to_mail')],
            },
        ),
    ]
