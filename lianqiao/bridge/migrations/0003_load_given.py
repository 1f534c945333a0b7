"""How many cases each was ever given, counted from the parts people have had."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count


def count_given(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    had = apps.get_model("bridge", "Part").objects.values("owner_id", "duty").annotate(cases=Count("id"))
    for one in had.order_by("duty", "owner_id"):
        loads = apps.get_model("bridge", "Load").objects.filter(duty=one["duty"], person_id=one["owner_id"])
        loads.update(given=one["cases"])


class Migration(migrations.Migration):
    dependencies = [("bridge", "0002_results_ratings")]

    operations = [
        migrations.AddField("load", "given", models.IntegerField(default=0)),
        migrations.RunPython(count_given, migrations.RunPython.noop),
    ]
