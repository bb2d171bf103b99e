"""Commands for operators: `flask --app wsgi …`."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import uuid6
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from damage_reports import services as reports
from damage_reports.insurance import services as insurance
from relief_ops import calendar, clock, config, db, geo, parameters
from relief_ops.admin import importing as area_files
from relief_ops.admin.events import AreasImported, CodesImported
from relief_ops.audit import GENESIS
from relief_ops.auth import SYSTEM, Grant, accounts, act_as, passwords, services
from relief_ops.auth.models import User
from relief_ops.cli.keeping import backup_command, purge_personal_data, restore_command, verify
from relief_ops.disasters import archive
from relief_ops.disasters.items import services as items
from relief_ops.drill.command import drill
from relief_ops.events import record
from relief_ops.events.models import EventHead
from relief_ops.geo import importing
from relief_ops.geo.checks import Problem
from relief_ops.geo.frames import System

DATA = config.ROOT / "relief_ops" / "data"


def register(app: Flask) -> None:
    """Add the commands to Flask's own; each says in one line what the machine lacks."""
    for command in COMMANDS:
        if not isinstance(command.callback, Plainly):
            command.callback = Plainly(command.callback)
        app.cli.add_command(command)


class Plainly:
    """A command that says what the self-check finds in one line, not as a traceback."""

    def __init__(self, callback: Callable[..., Any] | None) -> None:
        assert callback
        self.callback = callback

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Run the command."""
        try:
            return self.callback(*args, **options)
        except db.Unfit as error:
            raise click.ClickException(str(error)) from None


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a UTF-8 CSV with a header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@click.command("init-db")
def init_db() -> None:
    """Create or upgrade the database and load the reference data."""
    initialise()
    click.echo("The database is ready.")


def initialise() -> None:
    """Migrate, begin the log, load storms and what the plug-ins bring."""
    db.migrate()
    with act_as(SYSTEM), db.transaction() as session:
        begin_log(session)
        figures = chain(rows(DATA / "indicators.csv"), rows(DATA / "relief_work.csv"))
        reports.load_form(session, figures, rows(DATA / "form_versions.csv"))
        reports.load_sources(session, rows(DATA / "figure_sources.csv"))
        archive.import_named_storms(session, rows(DATA / "typhoon_tracks_6storms.csv"))
        archive.import_unnamed_storms(
            session,
            rows(DATA / "typhoon_tracks_within300km_1980_2024.csv"),
            source="IBTrACS v04 (Knapp et al. 2010)",
        )
        parameters.load(session)
        calendar.seed(session)
        insurance.load_policies(session, DATA / "insurance_policies.json")
        items.load_items(session, rows(DATA / "items.csv"))
        pairs, parts = rows(DATA / "item_substitutes.csv"), rows(DATA / "kit_parts.csv")
        items.load_links(session, pairs, parts)


def begin_log(session) -> None:  # type: ignore[no-untyped-def]
    """Write the counter row of an empty log: a new epoch."""
    if session.scalar(select(func.count()).select_from(EventHead)):
        return
    session.add(
        EventHead(
            id=1,
            site=config.Settings.from_environ().site,
            epoch=uuid6.uuid7(),
            seq=0,
            hash=GENESIS,
            at=clock.now(),
        )
    )
    session.flush()


@click.command("import-areas")
@click.option("--divisions", type=click.Path(exists=True, path_type=Path))
@click.option("--points", type=click.Path(exists=True, path_type=Path))
@click.option("--counties", type=click.Path(exists=True, path_type=Path))
@click.option("--population", type=click.Path(exists=True, path_type=Path))
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), default="2000-01-01")
def import_areas(
    divisions: Path | None,
    points: Path | None,
    counties: Path | None,
    population: Path | None,
    valid_from: datetime,
) -> None:
    """Import a city's divisions, outlines, points and population (by default the shipped)."""
    if divisions is None:
        divisions = DATA / "ningbo_divisions.csv"
        points = points or DATA / "ningbo_township_points.csv"
        counties = counties or DATA / "ningbo_counties.geojson"
        population = population or DATA / "ningbo_population.csv"
    with act_as(SYSTEM), db.transaction() as session:
        if session.scalar(select(func.count()).select_from(geo.Area)):
            click.echo("Areas are already there; nothing was changed.")
            return
        count = load_areas(
            session,
            divisions=divisions,
            points=points,
            counties=counties,
            population=population,
            valid_from=valid_from.date(),
        )
    click.echo(f"{count} areas are in.")


@click.command("import-crosswalk")
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), default="2026-01-01")
def import_crosswalk(path: Path | None, valid_from: datetime) -> None:
    """Give townships the codes they have from a day on, matched by (county, name)."""
    text = (path or DATA / "ningbo_township_code_crosswalk.csv").read_text("utf-8-sig")
    with act_as(SYSTEM), db.transaction() as session:
        count, unmatched = load_crosswalk(session, text, valid_from=valid_from.date())
    for problem in unmatched:
        click.echo(f"row {problem.row}: {problem.message}", err=True)
    click.echo(f"{count} areas have another code from {valid_from.date()} on.")


def load_crosswalk(session: Session, text: str, *, valid_from: date) -> tuple[int, list[Problem]]:
    """Import later codes and return how many, with the rows that name no area of ours.

    Raises ClickException when two areas would share a code.
    """
    asked = area_files.Asked(kind="codes", system=System.WGS84, valid_from=valid_from)
    made = area_files.codes_plan(session, area_files.csv_lines(text), asked)
    clashes = [each.message for each in made.problems if not each.row]
    if clashes:
        raise click.ClickException("; ".join(clashes[:5]))
    count = made.write(session)
    if count:
        tops = area_files.tops_of(session, made.areas)
        event = CodesImported(count, valid_from)
        record(session, event, actor_id=None, subject=tops[0], areas=tops)
    return count, made.problems


@click.command("digest-denials")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="a local day; yesterday if left out")
def digest_denials(day: datetime | None) -> None:
    """Put one day's refusals into the chain as counts and a hash; once for each day."""
    wanted = day.date() if day else clock.local_date(clock.now()) - timedelta(days=1)
    with act_as(SYSTEM), db.transaction() as session:
        written = accounts.digest_denials(session, wanted)
    click.echo(f"{wanted}: {'written' if written else 'was already there'}")


@click.command("import-parameters")
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
def import_parameters(path: Path | None) -> None:
    """Load the policy numbers of a CSV that are not there yet (the shipped ones by default)."""
    with act_as(SYSTEM), db.transaction() as session:
        count = parameters.load(session, path) if path else parameters.load(session)
    click.echo(f"{count} new versions are in.")


def load_areas(  # type: ignore[no-untyped-def]
    session, *, divisions: Path, points: Path | None, counties: Path | None,
    population: Path | None, valid_from: date,
) -> int:  # fmt: skip
    """Load one city's areas from files and say so in the log."""
    count = importing.import_divisions(session, rows(divisions), valid_from=valid_from)
    outlines = read_outlines(counties) if counties else {}
    if outlines:
        importing.import_outlines(session, outlines)
    importing.import_points(session, rows(points) if points else [], outlines)
    if population:
        people = [{**row, "population": row["pop_2020_census"]} for row in rows(population)]
        importing.import_population(session, people, year=2020)
    root = geo.tree(session).root
    record(session, AreasImported(count), actor_id=None, subject=root.id, areas=[root.id])
    return count


def read_outlines(path: Path) -> dict[str, object]:
    """Return code → polygon of a GeoJSON file in WGS-84."""
    from shapely.geometry import shape

    features = json.loads(path.read_text("utf-8"))["features"]
    return {each["properties"]["code"]: shape(each["geometry"]) for each in features}


@click.command("create-user")
@click.argument("login")
@click.option("--name", default="")
@click.option("--role", "roles", multiple=True, required=True, help="ROLE or ROLE@AREA_CODE")
def create_user(login: str, name: str, roles: tuple[str, ...]) -> None:
    """Create an account and print its one-time sign-in link."""
    with act_as(SYSTEM), db.transaction() as session:
        user_id = make_user(session, login, name or login, roles)
        secret = services.make_link(session, user_id)
    click.echo(f"/sign-in/{secret}")


def make_user(session, login: str, name: str, roles: tuple[str, ...]) -> UUID:  # type: ignore[no-untyped-def]
    """Create or update an account by its sign-in name."""
    tree = geo.tree(session)
    grants = []
    for each in roles:
        role, _at, code = each.partition("@")
        area = tree.by_code(code) if code else tree.root
        grants.append(Grant(role, area.id))
    user_id = session.scalar(select(User.id).where(User.login == login)) or uuid6.uuid7()
    services.put_user(session, user_id, login=login, name=name, grants=grants, actor_id=None)
    return user_id


@click.command("token")
@click.argument("login")
@click.option("--days", default=30)
def token(login: str, days: int) -> None:
    """Print a new bearer token for an account."""
    with act_as(SYSTEM), db.transaction() as session:
        user_id = session.scalar(select(User.id).where(User.login == login))
        if user_id is None:
            raise click.ClickException(f"There is no account {login}.")
        secret = make_token(session, user_id, days=days)
    click.echo(secret)


def make_token(session, user_id: UUID, *, days: int) -> str:  # type: ignore[no-untyped-def]
    """Issue a bearer token that lasts so many days and return it."""
    expires_at = clock.now() + timedelta(days=days)
    return services.issue_token(
        session, uuid6.uuid7(), user_id=user_id, expires_at=expires_at, actor_id=None
    )


DEMO_ROLES = {
    "duty": ("市值班员", ("duty_officer", "logistics_manager", "city_reviewer")),
    "leader": ("带班领导", ("duty_leader",)),
    "reviewer": ("市级审核员", ("city_reviewer",)),
    "logistics": ("物资调度员", ("logistics_manager",)),
    "signer": ("动用指令签发人", ("order_signer",)),
    "clerk": ("受理员", ("window_clerk",)),
    "approver": ("救助审批人", ("case_approver", "claim_approver")),
    "bureau": ("部门联络员", ("bureau_liaison",)),
    "liaison": ("巨灾保险联络员", ("insurance_liaison",)),
    "auditor": ("审计员", ("auditor",)),
    "admin": ("系统管理员", ("system_admin",)),
    "wall": ("指挥中心大屏", ("wall_display",)),
}


@click.command("demo-logins")
@click.option("--url", default="http://127.0.0.1:8000")
def demo_logins(url: str) -> None:
    """Print fresh one-time sign-in links, one for each demo role."""
    with act_as(SYSTEM), db.transaction() as session:
        links = []
        for login, (name, roles) in (DEMO_ROLES | _reporter(session)).items():
            user_id = make_user(session, f"demo.{login}", name, roles)
            links.append((login, services.make_link(session, user_id)))
    for login, secret in links:
        click.echo(f"{login:<10} {url}/sign-in/{secret}")


def _reporter(session: Session) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the one who reports for a township: the first on the list."""
    township = geo.tree(session).reporting_townships()[0]
    return {"reporter": (f"{township.name}报送员", (f"township_reporter@{township.code}",))}


def hash_of(password: str) -> str:
    """Return the stored form of a password (tests and first run)."""
    return passwords.hash_password(password)


COMMANDS = (
    init_db,
    import_areas,
    import_crosswalk,
    import_parameters,
    create_user,
    token,
    demo_logins,
    digest_denials,
    drill,
    verify,
    backup_command,
    restore_command,
    purge_personal_data,
)
