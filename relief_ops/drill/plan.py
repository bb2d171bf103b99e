"""The whole drill as a list of requests: what is filed before the clock, and then in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from relief_ops.drill.curves import Curves
from relief_ops.drill.doors import Doors
from relief_ops.drill.evacuation import Evacuation
from relief_ops.drill.families import Families
from relief_ops.drill.ground import Ground
from relief_ops.drill.relief_work import Work
from relief_ops.drill.reports import Reporting
from relief_ops.drill.requests import Account, Body, Ids, Request, iso, sha256_of
from relief_ops.drill.scenario import Scenario, load
from relief_ops.drill.shelters import Network
from relief_ops.drill.shortage import Shortages
from relief_ops.drill.stock import Supply
from relief_ops.drill.tables import Tables

DIRECTOR = "director"


@dataclass(frozen=True)
class Plan:
    """Everything a drill sends, in order: opening, accounts, registers, then the story.

    What is arranged needs the registers whole; it too is sent before the clock starts.
    """

    scenario: Scenario
    ids: Ids
    accounts: tuple[Account, ...]
    opening: tuple[Request, ...]
    registers: tuple[Request, ...]
    story: tuple[Request, ...]
    arranged: tuple[Request, ...] = ()

    @property
    def requests(self) -> tuple[Request, ...]:
        """Return every request in its order."""
        return (*self.opening, *self.registers, *self.arranged, *self.story)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the request log."""
        return sha256_of(self.requests)

    def user_id(self, actor: str) -> UUID:
        """Return the id of an actor's account."""
        return self.ids.new("user", actor)


def plan(drill_id: UUID, *, seed: int, key: str = "fitow-2013") -> Plan:
    """Return the plan of a scenario: the same for the same drill id and seed."""
    scenario = load(key)
    ids = Ids(drill_id, seed, scenario.starts_at)
    curves = Curves(scenario, seed=seed)
    network = Network(curves, ids)
    supply = Supply(network, ids)
    families = Families(curves, ids)
    moving = Evacuation(curves, network, ids)
    doors = Doors(curves, network, moving, ids)
    ground = Ground(curves, network, moving, ids)
    tables = Tables(scenario, ids)
    accounts = (*_accounts(curves), *families.accounts(), *tables.accounts())
    story = [
        *_responses(scenario, ids),
        *_rounds(scenario, ids),
        *network.requests(),
        *Reporting(curves, network, ids).requests(),
        *supply.requests(),
        *Shortages(curves, ids).requests(),
        *families.requests(),
        *moving.requests(doors.keys),
        *doors.requests(),
        *ground.requests(),
        *Work(curves, supply, ids).requests(),
        *tables.requests(),
    ]
    story.sort(key=_when)
    return Plan(
        scenario,
        ids,
        accounts,
        (*_opening(scenario, ids), *_users(ids, accounts)),
        (
            *_published(scenario, ids),
            *supply.register(),
            *network.register(),
            *supply.opening(),
            *families.register(),
            *moving.register(),
        ),
        tuple(story),
        tuple(ground.arranged()),
    )


def _when(request: Request) -> datetime:
    assert request.at is not None, "the story happens in time"
    return request.at


def _opening(scenario: Scenario, ids: Ids) -> Iterator[Request]:
    raw = scenario.raw
    drill: Body = {
        "name": raw["name"],
        "about": raw["about"],
        "about_en": raw["about_en"],
        "storm": raw["storm"],
        "seed": ids.seed,
        "drill_start": iso(scenario.starts_at),
    }
    yield Request(None, DIRECTOR, f"/api/v1/drills/{ids.drill_id}", drill)
    disaster: Body = {
        "name": raw["name"],
        "kind": raw["kind"],
        "storm": raw["storm"],
        "drill_id": str(ids.drill_id),
        "started_at": iso(scenario.starts_at),
        "division_date": raw["division_date"],
        "form_version": raw["form_version"],
    }
    yield Request(None, DIRECTOR, f"/api/v1/disasters/{ids.disaster_id}", disaster)


def _published(scenario: Scenario, ids: Ids) -> Iterator[Request]:
    """Yield what was really published, each row as it was; a blank cell asserts nothing."""
    for number, row in enumerate(scenario.rows("reports")):
        at = datetime.fromisoformat(row["as_of"]).replace(tzinfo=scenario.starts_at.tzinfo)
        columns = scenario.raw["columns"].items()
        body: Body = {
            "disaster_id": str(ids.disaster_id),
            "area_code": scenario.codes[row["area"]],
            "as_of": iso(at),
            "source": row["source"],
            "source_en": row["source_en"],
            "figures": [said | {"value": row[column]} for column, said in columns if row[column]],
        }
        path = f"/api/v1/published-figures/{ids.new('published', number)}"
        yield Request(None, DIRECTOR, path, body)


def _accounts(curves: Curves) -> Iterator[Account]:
    """Yield who files: reporters of townships and villages, managers of counties, the city."""
    words = curves.scenario.raw["people"]
    for each in curves.townships:
        name = each.name + words["township"]
        yield Account(f"township:{each.code}", name, "township_reporter", each.code)
    for each in curves.reporting:
        name = each.name + words["villages"]
        yield Account(f"villages:{each.code}", name, "village_officer", each.code)
    divisions = list(curves.scenario.rows("divisions"))
    for row in divisions:
        if row["level"] == "county":
            code, name = row["code"], row["name"]
            yield Account(f"shelters:{code}", name + words["shelters"], "shelter_manager", code)
            yield Account(f"county:{code}", name + words["duty"], "duty_officer", code)
            manager = name + words["logistics"]
            yield Account(f"logistics:{code}", manager, "logistics_manager", code)
        if row["level"] == "city":
            code, name = row["code"], row["name"]
            yield Account("logistics", name + words["logistics"], "logistics_manager", code)
            yield Account("signer", name + words["signer"], "order_signer", code)
        if row["level"] in ("city", "county"):
            name = row["name"] + words["depots"]
            yield Account(f"depots:{row['code']}", name, "depot_keeper", row["code"])


def _users(ids: Ids, accounts: tuple[Account, ...]) -> Iterator[Request]:
    for each in accounts:
        login = f"drill.{str(ids.drill_id)[-6:]}.{each.actor.replace(':', '.')}"
        body: Body = {
            "login": login,
            "name": each.name,
            "grants": [{"role": each.role, "area_code": each.area_code}],
            "drill_id": str(ids.drill_id),
        }
        yield Request(None, DIRECTOR, f"/api/v1/users/{ids.new('user', each.actor)}", body)


def _rounds(scenario: Scenario, ids: Ids) -> Iterator[Request]:
    for number, at in enumerate(scenario.rounds):
        body: Body = {
            "disaster_id": str(ids.disaster_id),
            "code": at.strftime("%Y-%m-%dT%H:%M"),
            "kind": "update" if number else "initial",
            "as_of": iso(at),
            "daily": bool(number) and at.time() == time(),
        }
        yield Request(at, DIRECTOR, f"/api/v1/rounds/{ids.new('round', number)}", body)


def _responses(scenario: Scenario, ids: Ids) -> Iterator[Request]:
    city = next(row["code"] for row in scenario.rows("divisions") if row["level"] == "city")
    for number, each in enumerate(scenario.raw["responses"]):
        at = datetime.fromisoformat(each["at"]).replace(tzinfo=scenario.starts_at.tzinfo)
        body: Body = {
            "area_code": city,
            "ladder": each["ladder"],
            "level": each["level"],
            "from_at": iso(at),
            "document": each["document"],
        }
        path = f"/api/v1/disasters/{ids.disaster_id}/responses/{ids.new('response', number)}"
        yield Request(at, DIRECTOR, path, body)
