"""Backup and restore: one archive of rows, attachments and pack, alike for SQLite and PostgreSQL.

`making` writes it from a running zone, `restoring` reads it into an empty one. The format is told in
`docs/decisions/0010-a-backup-is-rows.md`.
"""
