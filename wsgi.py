"""The name servers look for: `wsgi:app`."""

from relief_ops.app import create_app

app = create_app()
