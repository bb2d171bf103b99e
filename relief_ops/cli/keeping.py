"""Commands that prove, copy and bring back what is stored."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from relief_ops import audit, backup, db, plugins
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters import retention
from relief_ops.errors import IllegalTransition


@click.command("verify")
@click.option(
    "--head",
    "known",
    multiple=True,
    metavar="FILE|NUMBER:HASH",
    help="a head of the log kept elsewhere: one, a file of them, or a backup's .json",
)
@with_appcontext
def verify(known: tuple[str, ...]) -> None:
    """Check storage, the hash chain, ledgers and totals; exit 1 if anything is wrong.

    The heads this installation told its own file are compared too; whoever can rewrite that
    file as well as the database is found only by heads kept elsewhere (--head).
    """
    heads = [head for each in known for head in _heads(each)]
    problems = run_checks(heads)
    for problem in problems:
        click.echo(problem)
    now = backup.head()
    click.echo(f"Head of the log: {now} (epoch {now.epoch})")
    if problems:
        raise SystemExit(1)
    click.echo(f"Everything agrees, {len(heads)} heads from elsewhere among it.")


def _heads(given: str) -> Iterable[audit.Head]:
    path = Path(given)
    try:
        known = audit.read_heads(path.read_text("utf-8") if path.is_file() else given)
    except (ValueError, OSError) as error:
        raise click.BadParameter(f"{given}: {error}", param_hint="--head") from None
    return audit.standing(known)


def run_checks(heads: Iterable[audit.Head] = ()) -> list[str]:
    """Return what does not agree, by every package's own checks and the heads told so far."""
    try:
        told = audit.standing(backup.told_heads(_heads_file()))
    except (ValueError, OSError) as error:
        return [f"{_heads_file()} cannot be read: {error}", *_checked(heads)]
    return _checked([*told, *heads])


def _checked(heads: Iterable[audit.Head]) -> list[str]:
    with act_as(SYSTEM):
        return backup.verify(plugins.contributed("checks"), heads=heads)


def _heads_file() -> Path:
    path: Path = current_app.config["SETTINGS"].heads
    return path


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup_command(target: Path) -> None:
    """Write a backup of the running database to TARGET (and TARGET.json)."""
    try:
        manifest = backup.backup(target)
        backup.tell_head(_heads_file())
    except (backup.BackupError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{target}: {manifest['seq']} events, up to {manifest['hash']}")


@click.command("restore")
@click.argument("source", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="also where something is stored: it is lost")
@with_appcontext
def restore_command(source: Path, *, replace: bool) -> None:
    """Fill the database from a backup and verify what was restored."""
    try:
        manifest = backup.restore(source, replace=replace)
    except (backup.BackupError, OSError) as error:
        raise click.ClickException(str(error)) from None
    backup.tell_head(_heads_file(), restored=True)
    problems = run_checks([audit.Head(seq=manifest["seq"], hash=manifest["hash"])])
    if problems:
        raise click.ClickException("Restored, but not whole: " + "; ".join(problems[:5]))
    with act_as(SYSTEM), db.reading() as session:
        waiting = sum(sum(each.rows.values()) for each in retention.due(session))
    if waiting:
        click.echo(f"{waiting} rows have reached their date: run purge-personal-data --yes now.")
    click.echo(f"Restored and verified: {manifest['seq']} events. A new epoch has begun.")


@click.command("purge-personal-data")
@click.option("--yes", is_flag=True, help="destroy it; without this it is only counted")
@with_appcontext
def purge_personal_data(*, yes: bool) -> None:
    """Count, or with --yes destroy, what was told of people and has reached its date."""
    try:
        with act_as(SYSTEM), db.transaction() as session:
            found = retention.destroy(session) if yes else retention.due(session)
            lines = [
                f"{each.disaster.name}: {count} rows of {kind}"
                for each in found
                for kind, count in each.rows.items()
                if count
            ]
    except IllegalTransition as error:
        raise click.ClickException(str(error)) from None
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo("Nothing has reached its date.")
    elif yes:
        click.echo("Destroyed, and recorded. Backups made before still hold it: destroy those too.")
    else:
        click.echo("Nothing was destroyed. To destroy it: purge-personal-data --yes")
