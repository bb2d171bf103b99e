"""Runs several of the application's commands in one process: starting it takes the longest.

python -m deploy.commands drills-only init-db import-areas
"""

import sys

import click
from flask.cli import ScriptInfo
from sqlalchemy import inspect, text

from relief_ops import db
from wsgi import app

REAL = 3
NAMED = 3


class HoldsRealDisasters(click.ClickException):
    """The database is no place for a demo."""

    exit_code = REAL


@click.command("drills-only")
def drills_only() -> None:
    """Refuse a database that holds a real disaster; one that is still empty will do."""
    with db.engine().connect() as connection:
        if not inspect(connection).has_table("disaster"):
            return
        real = text("SELECT name FROM disaster WHERE drill_id IS NULL ORDER BY started_at DESC")
        names = connection.execute(real).scalars().all()
    if names:
        some = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
        raise HoldsRealDisasters(
            f"This database holds {len(names)} real disaster(s): {some}. A demo plays drills "
            "without a second factor and hands out sign-ins; it does not touch real records."
        )


def main(commands: list[str]) -> int:
    """Run each in turn; stop at the first that fails."""
    app.cli.add_command(drills_only)
    info = ScriptInfo(create_app=lambda: app)
    try:
        for command in commands:
            app.cli.main([command], prog_name="flask", obj=info, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
