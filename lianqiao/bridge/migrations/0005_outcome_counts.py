from django.db import migrations, models

# what the query `bridge.queries.outcomes.COUNTED` said when this was written
COUNT = """
INSERT INTO bridge_outcomecount (mechanism, clock, owner_id, month, kept, broken, ended)
SELECT mechanism, clock, COALESCE(owner_id, 0), {month},
    SUM(CASE WHEN result = 'kept' AND breaches = 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN result = 'broken' OR breaches > 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN result = 'ended' AND breaches = 0 THEN 1 ELSE 0 END)
FROM bridge_promise WHERE result <> '' GROUP BY 1, 2, 3, 4
"""
MONTH = {
    "sqlite": "substr(datetime(started_at, '+8 hours'), 1, 7)",
    "postgresql": "to_char(started_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
}


def count(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(COUNT.format(month=MONTH[schema_editor.connection.vendor]))


class Migration(migrations.Migration):
    dependencies = [("bridge", "0004_jobs_checks")]

    operations = [
        migrations.CreateModel(
            name="OutcomeCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mechanism", models.CharField(max_length=64)),
                ("clock", models.CharField(max_length=64)),
                ("owner_id", models.BigIntegerField(default=0)),
                ("month", models.CharField(max_length=7)),
                ("kept", models.IntegerField(default=0)),
                ("broken", models.IntegerField(default=0)),
                ("ended", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mechanism", "clock", "owner_id", "month"), name="outcome_once"
                    )
                ],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="part", name="part_holder"),
        migrations.AddIndex(
            model_name="part", index=models.Index(fields=["holder", "open", "case"], name="part_holder")
        ),
    ]
