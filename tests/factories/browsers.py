"""Somebody at a browser: signed in, sending the token its pages carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass
class Browser:
    """Somebody at a browser."""

    client: FlaskClient
    user_id: UUID

    def get(self, path: str) -> Any:
        """Load a page."""
        return self.client.get(path)

    def post(self, path: str, **fields: Any) -> Any:
        """Send a form with the token of a page of this browser."""
        token = TOKEN.search(self.client.get("/account").text) or TOKEN.search(
            self.client.get("/account/second-factor").text
        )
        assert token is not None
        return self.client.post(path, data=fields | {"csrf": token[1]})


def sign_in_by_link(client: FlaskClient, secret: str) -> Any:
    """Use up a one-time link."""
    page = client.get(f"/sign-in/{secret}").text
    token = TOKEN.search(page)
    assert token is not None
    return client.post(f"/sign-in/{secret}", data={"csrf": token[1]})
