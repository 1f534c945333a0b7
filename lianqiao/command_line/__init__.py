"""The `lianqiao` command: one module a verb, each importing only what it needs."""
