"""Runs several of the application's commands in one process: starting it takes the longest.

python -m deploy.commands init-db import-areas
"""

import sys

import click
from flask.cli import ScriptInfo

from wsgi import app


def main(commands: list[str]) -> int:
    """Run each in turn; stop at the first that fails."""
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
