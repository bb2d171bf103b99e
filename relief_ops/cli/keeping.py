"""Commands that prove, copy and bring back what is stored."""

from __future__ import annotations

from pathlib import Path

import click

from relief_ops import backup, plugins
from relief_ops.auth import SYSTEM, act_as


@click.command("verify")
def verify() -> None:
    """Check storage, the hash chain, ledgers and totals; exit 1 if anything is wrong."""
    problems = run_checks()
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo("Everything agrees.")


def run_checks() -> list[str]:
    """Return what does not agree, by every package's own checks."""
    with act_as(SYSTEM):
        return backup.verify(plugins.contributed("checks"))


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(target: Path) -> None:
    """Write a backup of the running database to TARGET (and TARGET.json)."""
    manifest = backup.backup(target)
    click.echo(f"{target}: {manifest['seq']} events, up to {manifest['hash'][:12]}")


@click.command("restore")
@click.argument("source", type=click.Path(exists=True, path_type=Path, dir_okay=False))
def restore_command(source: Path) -> None:
    """Replace the database by a backup and verify what was restored."""
    try:
        manifest = backup.restore(source)
    except (backup.BackupError, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from None
    problems = run_checks()
    if problems:
        raise click.ClickException("Restored, but not whole: " + "; ".join(problems[:5]))
    click.echo(f"Restored and verified: {manifest['seq']} events. A new epoch has begun.")
