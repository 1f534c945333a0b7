"""The tables of an empty database, made at once as this release has them.

Migrations bring a database from release to release. Brought through all of them, an empty one takes ten times
as long, nearly all of it spent on how the models stood in between; what comes of it is the same, and a test
compares the two on either database.
"""

from __future__ import annotations

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState, StateApps
from django.db.models import Model


def is_empty() -> bool:
    """Return whether the database has no table at all."""
    return not connection.introspection.table_names()


def make_tables() -> StateApps:
    """Make every table in an empty database and note all migrations as applied; returns the models.

    Killed or refused on the way, nothing is left. What migrations do by hand, an index of its own kind among
    them, is done here too, in their order: on the tables as they are now, which hold no rows.
    """
    loader, recorder = MigrationLoader(connection), MigrationRecorder(connection)
    graph = loader.graph
    names = dict.fromkeys(name for leaf in graph.leaf_nodes() for name in graph.forwards_plan(leaf))
    state: ProjectState = loader.project_state()
    made: StateApps = state.apps
    models: list[type[Model]] = [recorder.Migration, *made.get_models()]
    with connection.schema_editor(atomic=True) as editor:
        for model in models:
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for name in names:
            _by_hand(loader.disk_migrations[name], state, editor)
            recorder.record_applied(*name)
    return made


def _by_hand(migration: Migration, state: ProjectState, editor: BaseDatabaseSchemaEditor) -> None:
    for operation in migration.operations:
        if isinstance(operation, RunPython | RunSQL):
            operation.database_forwards(migration.app_label, editor, state, state)
