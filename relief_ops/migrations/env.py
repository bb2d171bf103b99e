"""Alembic's entry: one history for both databases."""

from alembic import context
from geoalchemy2 import alembic_helpers

from relief_ops import app as _app  # noqa: F401  every model is known once the app is
from relief_ops.db import Base

connection = context.config.attributes["connection"]
OURS = set(Base.metadata.tables)


def include_object(obj, name, kind, reflected, compare_to):
    """Leave alone what SpatiaLite and PostGIS keep for themselves."""
    if kind == "table":
        return name in OURS
    return alembic_helpers.include_object(obj, name, kind, reflected, compare_to)


context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_object=include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    render_as_batch=False,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
