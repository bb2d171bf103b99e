"""What the stage makes of shelters, stock, families and claims."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask

from relief_ops.auth import errands
from tests.conftest import Caller, new_id
from tests.factories import (
    allocation,
    daybook,
    evacuation,
    families,
    handouts,
    plans,
    shelters,
    stock,
    suppliers,
)
from tests.factories.city import TOWNSHIP
from tests.factories.hazards import hazard_body
from tests.files import pictures
from tests.insurance.terms import policy_body
from tests.matrix.depots import Depots
from tests.transport.conftest import Phone

STAND_IN = {"stand_in": "tent_12_padded", "quantity": 1, "reason": "单帐篷已发完"}


class Things(Depots):
    """Things of TOWNSHIP; who makes them, and how, is the stage's."""

    app: Flask
    maker: Caller
    other: Caller
    put: Any
    once: Any
    number: Any
    kept: dict[str, Any]
    disaster: Any
    fresh_disaster: Any

    def shelter(self) -> str:
        """Return a fresh shelter of the township."""
        return shelters.make_shelter(self.maker, capacity_max=5000)

    def open_shelter(self) -> str:
        """Return an open shelter."""
        disaster = {"id": self.disaster()}
        return shelters.open_shelter(self.maker, disaster, capacity_max=5000)

    def safety_check(self) -> tuple[str, str]:
        """Return a shelter and a fresh safety check of it."""
        shelter, check = self.once("checked shelter", self.shelter), new_id()
        self.put(f"/api/v1/shelter-checks/{check}", shelters.check_body(shelter))
        return shelter, check

    def shelter_photo(self) -> tuple[str, str]:
        """Return a shelter and a fresh photo of it."""
        shelter, photo = self.once("checked shelter", self.shelter), new_id()
        file = pictures.send(self.maker, pictures.jpeg(9_000 + self.number()))
        self.put(f"/api/v1/shelter-photos/{photo}", {"shelter_id": shelter, "file_id": file})
        return shelter, photo

    def headcount(self) -> dict[str, Any]:
        """Return the body of a headcount of a moment of its own."""
        minute = self.number()
        as_of = f"2013-10-07T{minute // 60 % 24:02d}:{minute % 60:02d}:{minute // 1440:02d}Z"
        return {"disaster_id": self.disaster(), "as_of": as_of, "total": 5}

    def rival_headcount(self) -> tuple[str, str]:
        """Return a shelter and the second of two counts of one moment."""
        shelter, body, second = self.once("shelter", self.open_shelter), self.headcount(), new_id()
        base = f"/api/v1/shelters/{shelter}/headcounts"
        self.put(f"{base}/{new_id()}", body)
        self.put(f"{base}/{second}", body | {"total": 6})
        return shelter, second

    def arrival(self) -> tuple[str, str]:
        """Return a shelter and a household in it."""
        shelter, arrival = self.once("shelter", self.open_shelter), new_id()
        body = {"disaster_id": self.disaster(), "people": 1}
        self.put(f"/api/v1/shelters/{shelter}/arrivals/{arrival}", body)
        return shelter, arrival

    def incident(self) -> tuple[str, str]:
        """Return a shelter and an incident in its book."""
        shelter, incident = self.once("shelter", self.open_shelter), new_id()
        body = daybook.incident_body({"id": self.disaster()}, account="x")
        self.put(f"/api/v1/shelters/{shelter}/incidents/{incident}", body)
        return shelter, incident

    def volunteer(self) -> tuple[str, str]:
        """Return a shelter and a volunteer nobody registered before."""
        shelter, volunteer = self.once("shelter", self.open_shelter), new_id()
        body = daybook.volunteer_body({"id": self.disaster()}, name=f"志{self.number()}")
        self.put(f"/api/v1/shelters/{shelter}/volunteers/{volunteer}", body)
        return shelter, volunteer

    def evacuation_plan(self) -> str:
        """Return a plan of the township that is ready."""
        return plans.make_plan(self.maker, {"id": self.disaster()})

    def allocation_plan(self) -> str:
        """Return a plan for one need of a disaster of its own, ready to be applied."""
        self.depot()
        disaster = {"id": self.fresh_disaster()}
        self.kept["shared need"] = stock.need(self.maker, disaster, quantity=4)
        return allocation.make_plan(self.maker, disaster, area_code=TOWNSHIP)

    def applied_plan(self) -> str:
        """Return a plan that is promised by another than planned it, and waits for its order."""
        plan = self.allocation_plan()
        self.put(f"/api/v1/allocation-plans/{plan}/application", {}, self.other)
        return plan

    def dispatch_order(self) -> str:
        """Return an order given by word of mouth, whose paper is to come."""
        order, body = new_id(), {"plan_id": self.applied_plan(), "means": "word"}
        signer = self.person("order_signer", TOWNSHIP)
        self.put(f"/api/v1/dispatch-orders/{order}", body, signer)
        return order

    def plan_to_change(self) -> str:
        """Return a plan that is ready, with a shelter to spare that lies in no flood."""
        self.kept["two shelters"] = [self.shelter(), self.shelter()]
        self.kept["plan"] = plans.make_plan(self.maker, {"id": self.fresh_disaster()})
        return str(self.kept["plan"])

    def evacuation_change(self) -> dict[str, Any]:
        """Return the body that moves one household of the plan made last."""
        plan = self.maker.get(f"/api/v1/evacuation-plans/{self.kept['plan']}").json
        line = plan["villages"][0]["lines"][0]
        spare = next(each for each in self.kept["two shelters"] if each != line["shelter"])
        return {"line": line["households"][0]["line"], "shelter": spare, "households": 1,
                "reason": "x"}  # fmt: skip

    def hazard(self) -> str:
        """Return a flood in the township that stands."""
        hazard_id = new_id()
        self.put(f"/api/v1/hazards/{hazard_id}", hazard_body(self.disaster()))
        return hazard_id

    def listed_household(self) -> str:
        """Return a household of the township that must move."""
        return evacuation.household(self.maker, area_code=TOWNSHIP)

    def risk_point(self) -> str:
        """Return a risk point of the township."""
        return evacuation.risk_point(self.maker, area_code=TOWNSHIP)

    def cadre(self) -> str:
        """Return somebody of the township who answers for households."""
        return evacuation.cadre(self.maker, area_code=TOWNSHIP)

    def evacuation_order(self) -> str:
        """Return an order the township gave itself."""
        return evacuation.order(self.maker, {"id": self.disaster()}, issuer_code=TOWNSHIP)

    def act(self) -> dict[str, Any]:
        """Return the body of an act about a fresh household of the township."""
        order_id = self.once("evacuation_order", self.evacuation_order)
        return {"order_id": order_id, "households": [self.listed_household()], "state": "ready"}

    def finding(self) -> dict[str, Any]:
        """Return the body of a finding at the dwelling of a fresh household of the township."""
        self.once("evacuation_order", self.evacuation_order)
        households = [self.listed_household()]
        return {"disaster_id": self.disaster(), "households": households, "found": "flooded"}

    def need(self, quantity: int = 10) -> str:
        """Return an open need of the township."""
        return stock.need(self.maker, {"id": self.disaster()}, quantity=quantity)

    def depot(self) -> str:
        """Return a depot of the township with plenty of tents."""

        def make() -> str:
            depot_id = stock.depot(self.maker, area_code=TOWNSHIP)
            stock.stock(self.maker, depot_id, quantity=1_000_000)
            return depot_id

        return self.once("depot", make)

    def waiting_write_off(self) -> str:
        """Return a write-off that waits for a second person, of a fresh depot of the township."""
        depot_id, claim = stock.depot(self.maker, area_code=TOWNSHIP), new_id()
        lot = stock.stock(self.maker, depot_id, quantity=500)
        gone = {"kind": "write_off", "source": depot_id, "item": "tent_12", "lot": lot}
        answer = stock.move(self.maker, id=claim, quantity=400, reason="受潮", **gone)
        assert answer.json["waits_for_second_count"], answer.json
        return claim

    def reservation(self) -> str:
        """Return a promise that was not shipped."""
        self.depot()
        reservation = new_id()
        answer = stock.reserve(self.other, self.need(), id=reservation, quantity=1)
        assert answer.status_code == 201, answer.json
        return reservation

    def shipment(self) -> str:
        """Return a shipment on the road, from the township to the township."""
        shipment = new_id()
        answer = stock.ship(self.other, self.reservation(), id=shipment)
        assert answer.status_code == 201, answer.json
        return shipment

    def substitution(self) -> str:
        """Return the address of a decision that one tent stands in for another."""
        path = f"/api/v1/needs/{self.need()}/substitutions/{new_id()}"
        self.put(path, STAND_IN)
        return path

    def short_need(self) -> str:
        """Return a need of what no depot has, met in part by a stand-in there is plenty of."""
        need = stock.need(self.maker, {"id": self.disaster()}, item="tent_36", quantity=30)
        decided = {"stand_in": "tent_12", "quantity": 10, "reason": "大帐篷已发完"}
        self.put(f"/api/v1/needs/{need}/substitutions/{new_id()}", decided)
        return need

    def promised_line(self) -> str:
        """Return a promised line that still lies in its depot, without boxes."""
        found = self.maker.get(f"/api/v1/stock/reservations/{self.reservation()}").json
        return found["lines"][0]["line_id"]

    def kit_body(self) -> dict[str, Any]:
        """Return the body that puts one personal pack together of parts there are plenty of."""
        depot = self.depot()

        def parts() -> str:
            for item in ("towel_quilt", "straw_mat", "flashlight", "mask"):
                stock.stock(self.maker, depot, item=item, quantity=100_000)
            return depot

        self.once("parts of kits", parts)
        return {"depot": depot, "kit": "life_pack", "direction": "assemble", "number": 1}

    def recovery_body(self) -> dict[str, Any]:
        """Return a tent that comes back to the depot from a household that got one."""
        depot = self.depot()
        lot = self.once("lot in use", lambda: stock.stock(self.maker, depot, quantity=10_000))
        gone = {"kind": "issue", "source": depot, "item": "tent_12", "quantity": 1, "lot": lot}
        assert stock.move(self.maker, **gone).status_code == 201
        return {"disaster_id": self.disaster(), "depot": depot, "lot": lot, "quantity": 1}

    def recovery(self, *, scrap: bool = False) -> str:
        """Return a collection of a tent; with `scrap` it is proposed to be scrapped."""
        recovery = new_id()
        self.put(f"/api/v1/recoveries/{recovery}", self.recovery_body())
        if scrap:
            path = f"/api/v1/recoveries/{recovery}/gradings/{new_id()}"
            self.put(path, {"scrap": 1, "reason": "x"})
        return recovery

    def moves_body(self) -> dict[str, Any]:
        """Return the body that promises a move to a depot below its least stock of lamps."""
        name = f"缺灯库{self.number()}"
        self.once("lamps", self._lamps)
        short = stock.depot(self.maker, name=name, area_code=TOWNSHIP, minimums={"lamp": 1})
        answer = self.maker.get(
            f"/api/v1/stock-advice?disaster={self.disaster()}&area={TOWNSHIP}"
        ).json
        move = next(each for each in answer["moves"] if each["to"] == short)
        chosen = {"balance": move["balance"], "to": short, "quantity": 1}
        return {"disaster_id": self.disaster(), "area_code": TOWNSHIP, "moves": [chosen]}

    def _lamps(self) -> str:
        depot = stock.depot(self.maker, name="灯库", area_code=TOWNSHIP)
        stock.stock(self.maker, depot, item="lamp", quantity=10_000)
        return depot

    def agreement(self) -> str:
        """Return an agreement for much water, in force."""
        agreement = new_id()
        lines = [{"item": "water", "quantity": 1_000_000, "lead_hours": 0}]
        body = suppliers.agreement_body(area_code=TOWNSHIP, lines=lines)
        self.put(f"/api/v1/supply-agreements/{agreement}", body)
        return agreement

    def call_body(self) -> dict[str, Any]:
        """Return the body that calls water off for the depot."""
        agreement = self.once("agreement", self.agreement)
        return suppliers.call_body(self.disaster(), agreement, self.depot())

    def call_off(self, *, means: str = "") -> str:
        """Return a call-off that waits for its signature; with `means` it is signed so."""
        call = new_id()
        self.put(f"/api/v1/call-offs/{call}", self.call_body())
        if means:
            body = {"means": means, "number": "7号" if means == "paper" else ""}
            signer = self.person("order_signer", TOWNSHIP)
            self.put(f"/api/v1/call-offs/{call}/signature", body, signer)
        return call

    def box(self) -> str:
        """Return a box that lies packed in its depot."""
        line = self.promised_line()
        answer = self.other.put(f"/api/v1/packings/{new_id()}", {"line_id": line})
        assert answer.status_code == 201, answer.json
        boxes = self.maker.get(f"/api/v1/boxes?depot={self.depot()}").json["boxes"]
        return next(each["id"] for each in boxes if each["line_id"] == line)

    def trip(self) -> str:
        """Return a driver's link nobody opened yet, for a shipment of its own."""
        trip = new_id()
        body = {"shipment_id": self.shipment(), "driver": "张师傅"}
        answer = self.other.put(f"/api/v1/trips/{trip}", body)
        assert answer.status_code == 201, answer.json
        return trip

    def trip_photo(self) -> str:
        """Return a picture a driver sent of a shipment of its own."""
        phone, photo = Phone(self.app.test_client()), new_id()
        phone.open(f"/{errands.link_secret(UUID(self.trip()))}")
        file_id = phone.send(pictures.jpeg(8_000 + self.number()))
        answer = phone.show(file_id, as_id=photo)
        assert answer.status_code == 201, answer.json
        return photo

    def handout_body(self, **changes: Any) -> dict[str, Any]:
        """Return a handout of a tent of the depot to a family without papers."""
        return handouts.body(self.disaster(), self.depot(), item="tent_12", quantity=1, **changes)

    def handout(self, **changes: Any) -> str:
        """Return a handout that stands."""
        handout_id = new_id()
        self.put(f"/api/v1/handouts/{handout_id}", self.handout_body(**changes))
        return handout_id

    def handout_exception(self) -> str:
        """Return a handout beyond the limits that waits for somebody to settle it."""
        lines = [{"item": "tent_12", "quantity": 9}]
        return self.handout(offline=True, lines=lines)

    def household(self) -> str:
        """Return a fresh family of the township."""
        household_id = new_id()
        self.put(f"/api/v1/households/{household_id}", family())
        return household_id

    def case(self) -> str:
        """Return a fresh case."""
        case_id = new_id()
        body = case_body(self.household())
        self.put(f"/api/v1/cases/{case_id}", body)
        return case_id

    def policy(self) -> str:
        """Return the policy."""

        def make() -> str:
            policy_id = new_id()
            self.put(f"/api/v1/policies/{policy_id}", policy_body())
            return policy_id

        return self.once("policy", make)

    def claim_body(self) -> dict[str, Any]:
        """Return a claim of a fresh family."""
        return {
            "policy_id": self.policy(), "household_id": self.household(),
            "disaster_id": self.disaster(), "depth_cm": 118,
        }  # fmt: skip

    def claim(self) -> str:
        """Return a surveyed claim."""
        claim_id = new_id()
        self.put(f"/api/v1/claims/{claim_id}", self.claim_body())
        return claim_id


def family() -> dict[str, Any]:
    """Return a family nobody registered yet: without papers it is nobody else's."""
    return families.household(members=[families.member(id_number="")])


def case_body(household: str) -> dict[str, Any]:
    """Return a case of a poor family."""
    answers = families.ANSWERS | {"annual_income_yuan": 9000}
    return {
        "household_id": household, "programme": "living_allowance",
        "applied_at": "2015-06-01T02:30:00Z", "answers": answers,
    }  # fmt: skip
