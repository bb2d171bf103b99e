"""One history, numbered, and the schema it makes is the one the models say."""

from __future__ import annotations

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine, inspect

from relief_ops import db
from relief_ops.db import Base


def test_migrations_are_numbered_and_have_one_head():
    script = ScriptDirectory.from_config(db.alembic_config())
    revisions = [each.revision for each in script.walk_revisions()][::-1]

    assert len(script.get_heads()) == 1
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    names = [path.name for path in sorted(_versions().glob("*.py"))]
    assert all(re.match(r"\d{4}_\w+\.py", name) for name in names)


def _versions():
    from pathlib import Path

    return Path(db.alembic_config().get_main_option("script_location")) / "versions"


def test_models_match_the_migrated_schema(app):
    """Tables, columns, nullability, indexes and unique constraints; types on PostgreSQL."""
    ours = set(Base.metadata.tables)

    def include(obj, name, kind, reflected, compare_to):
        if kind == "table":
            return name in ours
        return alembic_helpers.include_object(obj, name, kind, reflected, compare_to)

    with db.engine().connect() as connection:
        options = {"include_object": include, "compare_type": not db.is_sqlite()}
        context = MigrationContext.configure(connection, opts=options)
        differences = [each for each in compare_metadata(context, Base.metadata) if _real(each)]

    assert not differences, "Write a migration for:\n" + "\n".join(map(str, differences))


def _real(difference) -> bool:
    """Leave out what SpatiaLite cannot tell: it keeps its spatial indexes elsewhere."""
    kind = difference[0] if isinstance(difference, tuple) else difference[0][0]
    spatial = kind in ("add_index", "remove_index") and "idx_" in str(difference)
    return not (db.is_sqlite() and spatial)


def test_checks_stand_in_the_database_not_only_in_the_models(app):
    found = {
        (table, check["name"])
        for table in Base.metadata.tables
        for check in inspect(db.engine()).get_check_constraints(table)
    }
    wanted = {
        (table.name, check.name)
        for table in Base.metadata.tables.values()
        for check in table.constraints
        if type(check).__name__ == "CheckConstraint"
    }

    assert wanted <= found, sorted(wanted - found)


def test_migrating_twice_changes_nothing(app):
    before = inspect(db.engine()).get_table_names()
    db.migrate()

    assert inspect(db.engine()).get_table_names() == before


def test_a_migration_that_dies_half_way_leaves_nothing(tmp_path, monkeypatch):
    from alembic import op

    db.connect(f"sqlite:///{tmp_path / 'half.db'}")
    real = op.create_table
    made = []

    def dying(name, *columns, **options):
        made.append(name)
        if len(made) == 10:
            raise KeyboardInterrupt
        return real(name, *columns, **options)

    monkeypatch.setattr(op, "create_table", dying)
    with pytest.raises(KeyboardInterrupt):
        db.migrate()
    left = inspect(create_engine(f"sqlite:///{tmp_path / 'half.db'}")).get_table_names()
    db.engine().dispose()

    assert not set(left) & set(Base.metadata.tables)
