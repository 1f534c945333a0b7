# Two commands matter: `make run` serves the Ganjiang pack, `make test` tests everything. Both set up first.
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
# tests start hundreds of processes: each reads the byte code that the first one kept
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test check fix bench messages screenshots snapshot

setup: .venv/.ready

.venv/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lianqiao needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv

.venv/.ready: .venv/pyvenv.cfg pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

# what the tests need is all that serving needs, and more: one go; byte code is made of what they really use
.venv/.ready-test: .venv/pyvenv.cfg pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch .venv/.ready $@

.venv/.ready-bench: .venv/.ready-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	touch $@

run: setup
	$(BIN)/lianqiao serve --demo --port $(PORT)

# SQLite always; PostgreSQL too where TEST_POSTGRES_URL names a server whose user may create databases.
test: .venv/.ready-test
	$(BIN)/pytest -n auto
	@if [ -n "$$TEST_POSTGRES_URL" ]; then \
	  echo "once more on PostgreSQL: every test that touches the database"; \
	  DATABASE_URL="$$TEST_POSTGRES_URL" $(BIN)/pytest -n auto --database-only; \
	else echo "TEST_POSTGRES_URL is not set: PostgreSQL was not tested"; fi

check: .venv/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy --num-workers 2 lianqiao benchmarks
	$(BIN)/lianqiao check
	$(MAKE) test

fix: .venv/.ready-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ready-bench
	$(BIN)/python -m benchmarks

# after changing words in templates or code: extract, translate the new ones, run again
messages: .venv/.ready-test
	for room in portal service bridge organization; do \
	  (cd lianqiao/$$room && ../../$(BIN)/django-admin makemessages -l zh_Hans --no-location && ../../$(BIN)/django-admin compilemessages); \
	done

# with each release: what its zones look like, so that the next ones are tested to upgrade from it
snapshot: .venv/.ready-test
	$(BIN)/python -m tests.upgrade.snapshot

screenshots: .venv/.ready-test
	$(BIN)/python -m tests.browser.screenshots docs/pictures
