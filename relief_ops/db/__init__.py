"""The database: one engine, one transaction at the edge, the two dialects kept in here.

SQLite runs in WAL with synchronous=FULL through the bundled `pysqlite3`; its writers queue
on one in-process lock and take the file with BEGIN IMMEDIATE, so nothing is upgraded half
way and no greenlet switch happens inside a write transaction. PostgreSQL is read committed,
with the contended rows locked by the services.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    Uuid,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError, OperationalError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from relief_ops.db import fitness
from relief_ops.db.fitness import Unfit as Unfit
from relief_ops.db.sessions import WorkSession
from relief_ops.db.turns import Turns
from relief_ops.errors import Busy
from relief_ops.i18n import gettext as _

BUSY_SECONDS = 5.0
REST_SECONDS = 1.0
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: timestamptz on PostgreSQL, sortable text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Store as text where the database has no zone-aware time."""
        sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(Text() if sqlite else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a time without a zone; write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is a bug here")
        moment = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return moment
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read back an aware UTC time."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        moment: datetime = value.astimezone(UTC)
        return moment


class Json(TypeDecorator[Any]):
    """Plain JSON kept as text on both databases, so that what was written reads back alike."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write compact JSON with sorted keys."""
        return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else orjson.loads(value)


class Base(DeclarativeBase):
    """Every table of ours."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        UUID: Uuid(),
        datetime: Instant(),
        int: BigInteger().with_variant(Integer(), "sqlite"),
        dict[str, Any]: Json(),
        list[Any]: Json(),
        bytes: LargeBinary(),
    }


_engine: Engine | None = None
# SQLite has one writer. On PostgreSQL a few write at once and the others wait their turn here:
# whoever holds the counter row must not wait for a hundred others to be scheduled first.
WRITERS = {"sqlite": 1, "postgresql": 2}
_turns = Turns(1)


def connect(url: str) -> Engine:
    """Use the database at `url` from here on; opens no connection yet."""
    global _engine, _turns
    if _engine is not None:
        _engine.dispose()
    _engine = make_engine(url)
    _turns = Turns(WRITERS[_engine.dialect.name])
    return _engine


def make_engine(url: str) -> Engine:
    """Return an engine with this project's settings for either database."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    made = create_engine(url, pool_size=10, max_overflow=20, pool_timeout=BUSY_SECONDS)
    event.listen(made, "connect", fitness.at_first(fitness.check_postgres))
    event.listen(made, "connect", _remember_statements)
    event.listen(made, "checkin", _rest)
    event.listen(made, "checkout", partial(_wake, made))
    return made


def _remember_statements(connection: Any, _record: Any) -> None:
    """Let the driver keep every statement of ours prepared; by itself it keeps a hundred."""
    connection.prepared_max = 1000


def _rest(_connection: Any, record: Any) -> None:
    record.info["rested_from"] = time.monotonic()


def _wake(made: Engine, connection: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection that has rested whether it still lives; a dead one is replaced."""
    if time.monotonic() - record.info.get("rested_from", math.inf) < REST_SECONDS:
        return
    try:
        made.dialect.do_ping(connection)
    except made.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def _sqlite(url: str) -> Engine:
    import pysqlite3.dbapi2 as module

    made = create_engine(
        url, module=module, pool_size=10, max_overflow=40, connect_args={"timeout": 0.02}
    )
    event.listen(made, "connect", fitness.at_first(fitness.check_sqlite))
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "connect", fitness.at_first(fitness.check_spatialite))
    event.listen(made, "begin", _begin_sqlite)
    return made


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Load SpatiaLite and set the pragmas every connection must have."""
    fitness.load_proj_first()
    connection.isolation_level = None
    fitness.load_spatialite(connection)
    fitness.set_pragmas(connection)


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def engine() -> Engine:
    """Return the engine in use. Raises RuntimeError before `connect`."""
    if _engine is None:
        raise RuntimeError("no database: call db.connect(url) first")
    return _engine


def is_sqlite() -> bool:
    """Whether the database in use is the embedded one."""
    return engine().dialect.name == "sqlite"


def before_commit(session: Session, order: int, fn: Callable[[Session], None]) -> None:
    """Run `fn` at the end of the transaction, lowest order first, still inside it."""
    session.info.setdefault("before_commit", []).append((order, fn))


def on_commit(session: Session, fn: Callable[[], None]) -> None:
    """Run `fn` once COMMIT has returned; never when the transaction is rolled back."""
    session.info.setdefault("on_commit", []).append(fn)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one write transaction of a request or batch; commit at its end.

    Raises Busy when the database stays locked for five seconds: nothing was written.
    """
    with _writer():
        connection = engine().connect().execution_options(writing=True)
        try:
            _begin(connection)
            session = _session(connection)
            try:
                yield session
                _finish(session)
                connection.commit()
            finally:
                session.close()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.close()
    for fn in session.info.get("on_commit", ()):
        fn()


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that only reads: on SQLite one snapshot, on PostgreSQL one a statement.

    That is what read committed gives anyway. There is no BEGIN and no ROLLBACK to wait for,
    and a rollback would make the driver forget every statement it had prepared.
    """
    with engine().connect() as connection:
        if not is_sqlite():
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        session = _session(connection)
        session.info["reading"] = True
        try:
            yield session
        finally:
            session.close()
            connection.rollback()


def _session(connection: Connection) -> Session:
    return WorkSession(
        bind=connection, expire_on_commit=False, join_transaction_mode="rollback_only"
    )


def _finish(session: Session) -> None:
    """Flush, then run what was queued for the end: events first, then receipts."""
    session.flush()
    queued = sorted(session.info.get("before_commit", ()), key=lambda each: each[0])
    for _order, fn in queued:
        fn(session)
    session.flush()


@contextmanager
def _writer() -> Iterator[None]:
    turns = _turns
    if not turns.take(BUSY_SECONDS):
        raise _busy()
    try:
        yield
    finally:
        turns.give_back()


def _busy() -> Busy:
    return Busy(_("The database is busy. Nothing was saved; please try again."), retry_after=2)


def _begin(connection: Connection) -> None:
    """Take the write lock of the file, waiting without blocking the other greenlets."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.begin()
        except OperationalError as error:
            connection.rollback()
            if "locked" not in str(error):
                raise
            if time.monotonic() > deadline:
                raise _busy() from error
            time.sleep(0.005)
        else:
            return


_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock_shared(:everybody), pg_advisory_xact_lock(:number)"
)
_ALONE = text("SELECT pg_advisory_xact_lock(:everybody)")
_EVERYBODY = 1_806_201_907  # one number for all writes that are told by receipts


def serialise(session: Session, key: UUID) -> None:
    """Let the writers of one id take turns until the end of the transaction.

    SQLite has one writer anyway; PostgreSQL takes an advisory lock, beside the one it shares
    with every other writer (see `alone`).
    """
    if not is_sqlite():
        number = int.from_bytes(key.bytes[8:], "big", signed=True)
        session.execute(_TAKE_TURNS, {"number": number, "everybody": _EVERYBODY})


def alone(session: Session) -> None:
    """Wait until every write under way has ended, and let none begin before this one ends.

    What is read from here on at an instant taken from here on is whole: nothing received
    before that instant is still on its way. To be called before `serialise`.
    """
    if not is_sqlite():
        session.execute(_ALONE, {"everybody": _EVERYBODY})


def scalar(session: Session, sql: str, **params: Any) -> Any:
    """Return one value of a short statement of ours."""
    return session.execute(text(sql), params).scalar()


def migrate() -> None:
    """Bring the schema of the database in use to the newest version.

    A migration runs in one transaction: it happens whole or not at all.
    """
    from alembic import command

    if is_sqlite():
        _prepare_spatialite()
    with engine().connect().execution_options(writing=True) as connection:
        if not is_sqlite():
            _create_postgis(connection)
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _create_postgis(connection: Connection) -> None:
    try:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    except ProgrammingError as error:
        raise fitness.no_right(engine().url.database) from error


def alembic_config() -> Any:
    """Return Alembic's settings for the one history."""
    from pathlib import Path

    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    return config


def _prepare_spatialite() -> None:
    """Create SpatiaLite's own tables, once; it insists on its own transaction."""
    raw = engine().raw_connection()
    try:
        known = (
            raw.cursor()
            .execute("SELECT 1 FROM sqlite_master WHERE name = 'geometry_columns'")
            .fetchone()
        )
        if not known:
            raw.cursor().execute("SELECT InitSpatialMetaData(1)").fetchone()
    finally:
        raw.close()
