import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('benefits', '0001_facts'),
        ('bridge', '0008_channel_branches'),
        ('organization', '0004_saved_views'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RuleBook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('body', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(max_length=9)),
                ('made_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('example', models.BooleanField(default=False)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(max_length=64)),
                ('policy_digest', models.CharField(max_length=64)),
                ('verdict', models.CharField(max_length=6)),
                ('before', models.CharField(default='', max_length=6)),
                ('how', models.CharField(default='', max_length=7)),
                ('lacks', models.JSONField(default=list)),
                ('fen', models.BigIntegerField(null=True)),
                ('facts', models.JSONField(default=dict)),
                ('facts_digest', models.CharField(max_length=64)),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('current', models.BooleanField(default=True)),
                ('standing', models.CharField(default='', max_length=7)),
                ('line_fen', models.BigIntegerField(null=True)),
                ('place', models.PositiveIntegerField(null=True)),
                ('example', models.BooleanField(default=False)),
                ('firm', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.firm')),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(max_length=64)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bridge.case')),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='benefits.decision')),
            ],
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(max_length=64)),
                ('period', models.CharField(max_length=4)),
                ('delivery', models.CharField(max_length=7)),
                ('state', models.CharField(max_length=10)),
                ('fen', models.BigIntegerField()),
                ('invited_at', models.DateTimeField(null=True)),
                ('confirm_by', models.DateField(null=True)),
                ('granted_at', models.DateTimeField(null=True)),
                ('notice_until', models.DateField(null=True)),
                ('reason', models.CharField(default='', max_length=300)),
                ('moved_at', models.DateTimeField()),
                ('example', models.BooleanField(default=False)),
                ('case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bridge.case')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='benefits.decision')),
                ('firm', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.firm')),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'notice_until'], name='grant_payable'), models.Index(fields=['policy', 'period', 'state'], name='grant_of_policy'), models.Index(fields=['firm', '-moved_at'], name='grant_of_firm')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('firm__isnull', False), ('person__isnull', True)), models.Q(('firm__isnull', True), ('person__isnull', False)), _connector='OR'), name='grant_of_one_party'), models.UniqueConstraint(condition=models.Q(('firm__isnull', False), ('state__in', ('invited', 'granted', 'paying', 'paid', 'recovering'))), fields=('firm', 'policy', 'period'), name='grant_of_firm_once'), models.UniqueConstraint(condition=models.Q(('person__isnull', False), ('state__in', ('invited', 'granted', 'paying', 'paid', 'recovering'))), fields=('person', 'policy', 'period'), name='grant_of_person_once')],
            },
        ),
        migrations.CreateModel(
            name='MatchRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=6)),
                ('day', models.DateField()),
                ('begun_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('cursor', models.BigIntegerField(default=0)),
                ('parties', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rules', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='benefits.rulebook')),
            ],
            options={
                'indexes': [models.Index(fields=['-day', '-id'], name='match_run_newest')],
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='run',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='benefits.matchrun'),
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=30, unique=True)),
                ('fen', models.BigIntegerField()),
                ('holder', models.CharField(max_length=100)),
                ('bank', models.CharField(max_length=100)),
                ('sealed', models.TextField()),
                ('tail', models.CharField(max_length=4)),
                ('state', models.CharField(max_length=7)),
                ('told', models.CharField(default='', max_length=200)),
                ('bank_reference', models.CharField(default='', max_length=100)),
                ('settled_at', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='benefits.batch')),
                ('grant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='benefits.grant')),
            ],
            options={
                'indexes': [models.Index(fields=['grant', '-id'], name='payment_of_grant')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'sent', 'paid'))), fields=('grant',), name='payment_out_once')],
            },
        ),
        migrations.CreateModel(
            name='Pot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(max_length=64)),
                ('period', models.CharField(max_length=4)),
                ('count', models.PositiveIntegerField(default=0)),
                ('fen', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('policy', 'period'), name='pot_once')],
            },
        ),
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('asked_at', models.DateTimeField()),
                ('returned_at', models.DateTimeField(null=True)),
                ('bank_reference', models.CharField(default='', max_length=100)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recovery', to='benefits.payment')),
                ('returned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='decision',
            name='rules',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='benefits.rulebook'),
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(max_length=100)),
                ('bank', models.CharField(max_length=100)),
                ('sealed', models.TextField()),
                ('tail', models.CharField(max_length=4)),
                ('at', models.DateTimeField()),
                ('example', models.BooleanField(default=False)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('firm', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.firm')),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['firm', '-id'], name='account_of_firm')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('firm__isnull', False), ('person__isnull', True)), models.Q(('firm__isnull', True), ('person__isnull', False)), _connector='OR'), name='account_of_one_party')],
            },
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('current', True)), fields=['verdict', 'policy', '-fen'], name='decision_found'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['day', '-id'], name='decision_by_day'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['firm', 'policy', '-id'], name='decision_of_firm'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('firm__isnull', False), ('person__isnull', True)), models.Q(('firm__isnull', True), ('person__isnull', False)), _connector='OR'), name='decision_of_one_party'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('current', True), ('firm__isnull', False)), fields=('firm', 'policy'), name='decision_of_firm_current'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('current', True), ('person__isnull', False)), fields=('person', 'policy'), name='decision_of_person_current'),
        ),
    ]
