from django.db import migrations, models

# what the query `bridge.queries.outcomes.OWED_COUNTED` said when this was written
COUNT = """
INSERT INTO bridge_owedcount (mechanism, clock, owner_id, month, standing, due_at, count)
SELECT mechanism, clock, COALESCE(owner_id, 0), {month},
    CASE WHEN breaches > 0 THEN 'broken' WHEN state = 'paused' THEN 'paused'
        WHEN level <> '' THEN 'at-risk' ELSE 'running' END,
    CASE WHEN breaches = 0 AND state = 'running' AND due_at IS NOT NULL THEN due_at ELSE {never} END, COUNT(*)
FROM bridge_promise WHERE result = '' GROUP BY 1, 2, 3, 4, 5, 6
"""
WORDS = {
    "sqlite": {
        "month": "substr(datetime(started_at, '+8 hours'), 1, 7)",
        "never": "'9000-01-01 00:00:00'",
    },
    "postgresql": {
        "month": "to_char(started_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
        "never": "'9000-01-01 00:00:00+00'::timestamptz",
    },
}


def count(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(COUNT.format(**WORDS[schema_editor.connection.vendor]))


class Migration(migrations.Migration):
    dependencies = [("bridge", "0013_phone_confirmed")]

    operations = [
        migrations.CreateModel(
            name="OwedCount",
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
                ("standing", models.CharField(max_length=8)),
                ("due_at", models.DateTimeField()),
                ("count", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("count", 0)), fields=["id"], name="owed_nothing")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mechanism", "clock", "owner_id", "month", "standing", "due_at"),
                        name="owed_once",
                    )
                ],
            },
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
