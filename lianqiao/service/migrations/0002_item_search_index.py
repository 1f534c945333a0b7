"""The databases' own indexes over the terms of service items: FTS5 in SQLite, GIN in PostgreSQL."""

from django.db import migrations

# The text table holds the terms, already normalised: the tokenizer `ascii` parts them at spaces alone. FTS5
# keeps only its index beside it, in step through triggers, so that no writer can forget it. A migration that
# rebuilds service_itemtext on SQLite has to make the triggers again.
SQLITE = (
    """
    CREATE VIRTUAL TABLE service_itemtext_index USING fts5(
        terms, content='service_itemtext', content_rowid='item_id',
        tokenize='ascii', detail=none
    )
    """,
    "INSERT INTO service_itemtext_index(service_itemtext_index) VALUES ('rebuild')",
    """
    CREATE TRIGGER service_itemtext_added AFTER INSERT ON service_itemtext BEGIN
        INSERT INTO service_itemtext_index(rowid, terms) VALUES (new.item_id, new.terms);
    END
    """,
    """
    CREATE TRIGGER service_itemtext_removed AFTER DELETE ON service_itemtext BEGIN
        INSERT INTO service_itemtext_index(service_itemtext_index, rowid, terms)
        VALUES ('delete', old.item_id, old.terms);
    END
    """,
    """
    CREATE TRIGGER service_itemtext_changed AFTER UPDATE ON service_itemtext BEGIN
        INSERT INTO service_itemtext_index(service_itemtext_index, rowid, terms)
        VALUES ('delete', old.item_id, old.terms);
        INSERT INTO service_itemtext_index(rowid, terms) VALUES (new.item_id, new.terms);
    END
    """,
)
SQLITE_BACK = (
    "DROP TRIGGER service_itemtext_changed",
    "DROP TRIGGER service_itemtext_removed",
    "DROP TRIGGER service_itemtext_added",
    "DROP TABLE service_itemtext_index",
)
POSTGRESQL = (
    "CREATE INDEX service_itemtext_index ON service_itemtext USING gin (string_to_array(terms, ' '))",
)
POSTGRESQL_BACK = ("DROP INDEX service_itemtext_index",)


def forwards(apps, schema_editor):
    _run(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def backwards(apps, schema_editor):
    _run(schema_editor, {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK})


def _run(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("service", "0001_service_items")]
    operations = [migrations.RunPython(forwards, backwards)]
