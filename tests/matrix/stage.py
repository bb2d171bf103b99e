"""One city with one of everything in it, and people of every role in every relation to it."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

import uuid6
from flask import Flask
from sqlalchemy import update

from damage_reports import queries
from damage_reports.rules import spoken
from relief_ops import cli, db, geo
from relief_ops.auth import SYSTEM, act_as
from relief_ops.auth.models import RoleGrant, User
from relief_ops.auth.viewers import roles
from relief_ops.disasters import queries as disasters
from relief_ops.disasters.attention.rules import mark_id
from tests.conftest import MORNING, Caller, new_id
from tests.factories import relief_work, rosters
from tests.factories.city import CITY, COUNTY, NEIGHBOUR, OTHER_COUNTY, TOWNSHIP, VILLAGE
from tests.files import pictures
from tests.matrix.things import Things

OWN, ABOVE, BESIDE, BELOW, DISABLED = "own", "above", "beside", "below", "disabled"
HOLDS = {OWN: TOWNSHIP, ABOVE: COUNTY, BESIDE: NEIGHBOUR, BELOW: VILLAGE, DISABLED: TOWNSHIP}
# What somebody judges, they judge from above: the township itself is below its judges.
HOLDS_JUDGED = {OWN: COUNTY, ABOVE: CITY, BESIDE: OTHER_COUNTY, BELOW: TOWNSHIP, DISABLED: COUNTY}
# What belongs to the whole city has nobody above it; who holds a part of it is below it.
HOLDS_CITY = {OWN: CITY, BESIDE: NEIGHBOUR, BELOW: TOWNSHIP, DISABLED: CITY}


class Stage(Things):
    """Makes people and things. Things belong to TOWNSHIP, or to the whole city."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.people: dict[tuple[str, str, bool], Caller] = {}
        self.turn = self.codes = 0
        self.kept: dict[str, Any] = {}

    def person(self, role: str, area: str, *, disabled: bool = False) -> Caller:
        """Return somebody with one role for one area."""
        key = (role, area, disabled)
        if key not in self.people:
            self.people[key] = self._make(f"{role}-{area}-{disabled}", f"{role}@{area}")
            if disabled:
                self._disable(self.people[key])
        return self.people[key]

    def _make(self, login: str, *held: str) -> Caller:
        with act_as(SYSTEM), db.transaction() as session:
            user_id = cli.make_user(session, login, login, held)
            token = cli.make_token(session, user_id, days=1)
        return Caller(self.app.test_client(), token, user_id)

    def _disable(self, caller: Caller) -> None:
        with act_as(SYSTEM), db.transaction() as session:
            session.execute(update(User).where(User.id == caller.user_id).values(disabled=True))

    @cached_property
    def maker(self) -> Caller:
        """Somebody who may do everything everywhere, and files what others judge."""
        made = self._make("maker", f"duty_officer@{CITY}")
        with act_as(SYSTEM), db.transaction() as session:
            root = geo.tree(session).root.id
            for role in set(roles()) - {"duty_officer"}:  # more than one person may really hold
                session.add(
                    RoleGrant(
                        id=uuid6.uuid7(), user_id=made.user_id, role=role, area_id=root,
                        programme="", valid_to=None,
                    )
                )  # fmt: skip
        return made

    @cached_property
    def nobody(self) -> Caller:
        """A stranger."""
        return Caller(self.app.test_client(), None, None)

    @cached_property
    def other(self) -> Caller:
        """A second pair of hands, for what nobody may do to their own."""
        return self._make(
            "other", *(f"{role}@{CITY}" for role in ("logistics_manager", "depot_keeper"))
        )

    def put(self, path: str, body: Any, caller: Caller | None = None, **headers: str) -> Any:
        """Write something that must succeed."""
        answer = (caller or self.maker).put(path, body, **headers)
        assert answer.status_code in (200, 201), (path, answer.json)
        return answer.json

    def once(self, name: str, make: Any) -> Any:
        """Make a thing once and keep it."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def number(self) -> int:
        """Return a fresh number."""
        self.turn += 1
        return self.turn

    def disaster(self) -> str:
        """Return the open typhoon."""

        def make() -> str:
            disaster_id = new_id()
            body = {
                "name": "试验台风", "kind": "typhoon", "storm": "1323", "form_version": "2020",
                "started_at": MORNING.isoformat(), "division_date": "2013-10-06",
            }  # fmt: skip
            self.put(f"/api/v1/disasters/{disaster_id}", body)
            return disaster_id

        return self.once("disaster", make)

    def fresh_disaster(self) -> str:
        """Return another open disaster."""
        disaster_id = new_id()
        body = {
            "name": "大水", "kind": "flood", "started_at": MORNING.isoformat(),
            "division_date": "2013-10-06",
        }  # fmt: skip
        self.put(f"/api/v1/disasters/{disaster_id}", body)
        return disaster_id

    def round(self) -> str:
        """Return a round for which the township owes a report."""

        def make() -> str:
            body = {"disaster_id": self.disaster(), "code": "owed", "as_of": MORNING.isoformat()}
            self.put(f"/api/v1/rounds/{new_id()}", body)
            return "owed"

        return self.once("round", make)

    def own_round(self) -> str:
        """Return a round that was opened for one thing alone."""
        code = f"r{self.number()}"
        opened = {"disaster_id": self.disaster(), "code": code, "as_of": MORNING.isoformat()}
        self.put(f"/api/v1/rounds/{new_id()}", opened)
        return code

    def reminder(self) -> str:
        """Return a reminder of the township."""
        reminder_id = new_id()
        body = {"disaster_id": self.disaster(), "area_code": TOWNSHIP, "round": self.round()}
        self.put(f"/api/v1/reminders/{reminder_id}", body)
        return reminder_id

    def contact(self) -> str:
        """Return the record of the contact with the township."""

        def make() -> str:
            contact_id = new_id()
            body = {"disaster_id": self.disaster(), "area_code": TOWNSHIP, "network": "cut"}
            self.put(f"/api/v1/contacts/{contact_id}", body)
            return contact_id

        return self.once("contact", make)

    def report_body(self, area: str = TOWNSHIP, **more: Any) -> dict[str, Any]:
        """Return a report of a round of its own."""
        return {
            "disaster_id": self.disaster(), "area_code": area, "round": self.own_round(),
            "as_of": MORNING.isoformat(), "values": {"affected": 5}, "reasons": {"as_of": "补报"},
        } | more  # fmt: skip

    def report(self) -> str:
        """Return a report that stands and was not judged."""
        report_id = new_id()
        self.put(f"/api/v1/reports/{report_id}", self.report_body())
        return report_id

    def report_code(self) -> str:
        """Return the digits of a report of a two-hour round of its own."""
        with act_as(SYSTEM), db.reading() as session:
            disaster = disasters.disaster(session, UUID(self.disaster()))
            area = disasters.area_by_code(session, TOWNSHIP, disaster)
            numbers = queries.numbers_for(session, disaster, area)
        self.codes += 1
        minute = self.codes * 120
        return spoken.encode(
            spoken.Core(numbers["disaster"], numbers["area"], 0, minute, {"affected": Decimal(5)})
        )

    def rival(self) -> str:
        """Return the second of two reports for one round."""
        body, second = self.report_body(), new_id()
        entered_for = {"told_by": "村书记", "means": "phone"}
        self.put(f"/api/v1/reports/{new_id()}", body)
        self.put(f"/api/v1/reports/{second}", body | {"entered_for": entered_for})
        return second

    def made(self, path: str, body: dict[str, Any]) -> str:
        """Return the id of a thing that was just put under a path."""
        thing_id = new_id()
        self.put(f"{path}/{thing_id}", body)
        return thing_id

    def narrative_body(self) -> dict[str, Any]:
        """Return what the township tells of a round of its own."""
        return {
            "disaster_id": self.disaster(), "area_code": TOWNSHIP, "round": self.own_round(),
            "words": "河水漫堤",
        }  # fmt: skip

    def narrative(self) -> str:
        """Return a text that was told."""
        return self.made("/api/v1/narratives", self.narrative_body())

    def roster_body(self) -> dict[str, Any]:
        """Return a row of the township's dead and missing."""
        return rosters.row_body(self.disaster(), area_code=TOWNSHIP, name=f"施{self.number()}")

    def roster_row(self) -> str:
        """Return a row that stands."""
        return self.made("/api/v1/roster-rows", self.roster_body())

    def match_body(self) -> dict[str, Any]:
        """Return a decision about two rows of the township."""
        return {"left": self.roster_row(), "right": self.roster_row(), "same": False}

    def roster_match(self) -> str:
        """Return a decision that stands."""
        return self.made("/api/v1/roster-matches", self.match_body())

    def relief_work(self) -> str:
        """Return a form of the county of the township that stands, in a round of its own."""
        body = relief_work.form_body(self.disaster(), round=f"s{self.number()}")
        return self.made("/api/v1/relief-work", body)

    def photo(self) -> str:
        """Return a photo that hangs on a round of the township."""
        photo_id, number = new_id(), self.number()
        body = {
            "disaster_id": self.disaster(), "area_code": TOWNSHIP, "round": self.own_round(),
            "file_id": pictures.send(self.maker, pictures.jpeg(number)),
        }  # fmt: skip
        self.put(f"/api/v1/report-photos/{photo_id}", body)
        return photo_id

    def paper(self) -> str:
        """Return the picture of a report on paper of the township that waits to be typed."""
        paper_id, number = new_id(), self.number()
        body = {
            "disaster_id": self.disaster(), "area_code": TOWNSHIP, "round": self.own_round(),
            "file_id": pictures.send(self.maker, pictures.jpeg(number)), "told_by": "老王",
        }  # fmt: skip
        self.put(f"/api/v1/report-papers/{paper_id}", body)
        return paper_id

    def summary_body(self) -> dict[str, Any]:
        """Return the table of the township for a round of its own."""
        return {"disaster_id": self.disaster(), "area_code": TOWNSHIP, "round": self.own_round()}

    def summary(self) -> str:
        """Return a table nobody has signed."""
        return self.made("/api/v1/summaries", self.summary_body())

    def account(self) -> str:
        """Return an account that holds something in the township only."""
        user_id = new_id()
        self.put(f"/api/v1/users/{user_id}", self.account_body())
        return user_id

    def account_body(self) -> dict[str, Any]:
        """Return an account of a name of its own."""
        held = [{"role": "township_reporter", "area_code": TOWNSHIP}]
        return {"login": f"made{self.number()}", "name": "试验", "grants": held}

    def token_of(self, user_id: str) -> str:
        """Return a token of an account."""
        token_id = new_id()
        self.put(f"/api/v1/users/{user_id}/tokens/{token_id}", {})
        return token_id

    def drill(self) -> str:
        """Return a fresh drill."""
        drill_id = new_id()
        self.put(f"/api/v1/drills/{drill_id}", drill_body(self.number()))
        return drill_id

    def attention(self) -> str:
        """Return an entry of the queue that belongs to the township: a rival report."""
        return str(mark_id(f"rival:{self.rival()}"))


def drill_body(seed: int) -> dict[str, Any]:
    """Return a drill."""
    return {"name": "演练", "storm": "1323", "seed": seed, "drill_start": MORNING.isoformat()}


def known_area(app: Flask) -> None:
    """Read the areas into memory, as the first request would."""
    geo.forget()
    with app.app_context(), db.reading() as session:
        geo.tree(session)
