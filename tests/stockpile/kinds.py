"""Random work through the API with every kind of movement, and the plain book beside it.

What is sent is a `Message`: its id, its body, and what the book says to it when it arrives.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, ClassVar
from uuid import UUID, uuid5

import uuid6
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from relief_ops import db
from relief_ops.auth import SYSTEM, act_as
from relief_ops.disasters.needs.models import Need
from stockpile.models import Balance
from stockpile.queries import register
from stockpile.queries.register import LEDGER
from stockpile.services import ledger
from tests.conftest import Caller
from tests.factories import handouts
from tests.factories import stock as made
from tests.factories.city import TOWNSHIP
from tests.stockpile.book import INVALID, ISSUED, LENT, MISSING, OUTSIDE, Book, by_moment
from tests.stockpile.model import REFUSED
from tests.stockpile.model import Need as ModelNeed
from tests.stockpile.people import People

STATUS = {REFUSED: (409,), INVALID: (422,), MISSING: (404, 409)}
RECEIPT = ("id", "revision", "seq", "body_sha256", "received_at")
EXPIRY = {"elsewhere": date(2097, 1, 1), "plain": date(2098, 1, 1), "bound": date(2099, 1, 1)}
GIVEN = ("elsewhere", "bound")  # donations: for another disaster, and for the one at hand
DEPOTS, HOME = ("near", "far"), "place"
AGES = st.none() | st.integers(-600, 20_000)  # seconds an entry is dated back; below 0: ahead
amounts, picks = st.integers(1, 12), st.integers(0, 10_000)
depots, lots = st.sampled_from(DEPOTS), st.sampled_from(list(EXPIRY))
DRAWS: dict[str, Callable[[Random], Any]] = {
    "part": lambda dice: dice.choice([None, dice.randint(1, 14)]),
    "depot": lambda dice: dice.choice(DEPOTS),
    "lot": lambda dice: dice.choice(list(EXPIRY)),
    "quantity": lambda dice: dice.randint(1, 14),
    "number": lambda dice: dice.randrange(10_000),
    "lost": lambda dice: dice.choice([None, dice.randrange(15)]),
    "ago": lambda dice: dice.choice([None, None, dice.randint(-600, 20_000)]),
    "counted": lambda dice: dice.randrange(40),
    "good": lambda dice: dice.randrange(14),
    "damaged": lambda dice: dice.randrange(3),
} | {
    name: lambda dice: dice.random() < 0.5 for name in ("again", "back", "keeper", "offline")
}  # fmt: skip


@dataclass
class Message:
    """One write of a client. `act` asks the book, at the moment the message arrives."""

    who: Caller
    path: str
    body: dict[str, Any]
    act: Callable[[], Any]
    receipt: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return what it does: the kind of movement, or the last word of its address."""
        words = [each for each in self.path.split("/")[3:] if len(each) != 36]
        return self.body.get("kind", words[-1])


class Kinds(RuleBasedStateMachine):
    """Two depots and the place of a township; three lots of an item of the run's own."""

    people: ClassVar[People]
    EVERYTHING: ClassVar = (
        "reserve", "bring", "issue", "write_off", "lend", "carry", "give_back", "correct", "count",
        "ask", "release", "dispatch", "arrive", "turn_back", "hand_out", "take_back",
    )  # fmt: skip
    tally: ClassVar[Counter[tuple[str, str]]]  # what came of each kind of message

    @initialize(luck=st.integers(0, 2**32))
    def begin(self, luck: int) -> None:
        self.dice = Random(luck)
        self.book = Book(DEPOTS, dict(EXPIRY), pickable=frozenset({"plain", "bound"}))
        self.people.hands.seconds = 0
        self.people.manager.client.application.extensions["limits"].forget()
        self.item = f"t{uuid6.uuid7().hex}"
        body = {"item_class": "tents", "name_zh": "帐篷", "name_en": "Tent", "unit_zh": "顶",
                "unit_en": "pieces", "returnable": True}  # fmt: skip
        manager = self.people.manager
        assert manager.put(f"/api/v1/items/{self.item}", body).status_code == 201
        self.ids = {name: uuid6.uuid7() for name in EXPIRY}
        for name, lon in (("near", 121.51), ("far", 121.9)):
            self.ids[name] = UUID(made.depot(manager, area_code=TOWNSHIP, name=name, lon=lon))
        self.ids[LENT] = uuid5(ledger.REAL, LENT)
        self.kept: dict[str, Message] = {}
        self.written: dict[str, list[str]] = {"reservation": [], "shipment": [], "handout": []}
        self.booked: list[str] = []
        self.fill()

    def fill(self) -> None:
        """Begin with something of every lot, promised in part and on the road in part."""
        for number, lot in enumerate(EXPIRY):
            self.bring(depot=DEPOTS[number % 2], lot=lot, quantity=12 + 6 * number, ago=None)
        self.issue(depot="far", lot="plain", quantity=4, ago=None)
        self.lend(depot="far", lot="plain", quantity=3, ago=None, back=False)
        for number in range(3):
            self.ask(quantity=10)
            self.reserve(number=number, quantity=4)
        self.dispatch(number=0, depot="near", part=None)
        self.dispatch(number=0, depot="far", part=None)
        self.hand_out(depot="near", quantity=2, offline=False)

    def say(self, who: Caller, path: str, body: dict[str, Any], act: Callable[[], Any]) -> None:
        """Write something down and send it."""
        self.deliver(Message(who, f"/api/v1/{path}", body, act))
        self.pass_time()

    def pass_time(self) -> None:
        """Let some seconds or minutes go by."""
        self.set_clock(self.book.now + self.dice.randint(1, 600))

    def set_clock(self, seconds: int) -> None:
        """Move the hands of the clock, and the book's."""
        self.people.hands.seconds = self.book.now = seconds

    def deliver(self, message: Message) -> None:
        """Let a message arrive: the API does what the book says, and never the same thing twice."""
        if (first := self.kept.get(message.path)) is not None:
            self.answered_before(message, first)
            return
        expected = message.act()
        answer = self.send(message)
        told = (message.path, message.body, expected, answer.json)
        assert answer.status_code in STATUS.get(expected, (200, 201)), told
        self.tally[message.kind, expected if expected in STATUS else "done"] += 1
        if expected not in STATUS:
            message.receipt = {name: answer.json[name] for name in RECEIPT}
            self.kept[message.path] = message

    def answered_before(self, message: Message, first: Message) -> None:
        """Send an id again: the same body gets the same receipt, another is refused."""
        answer = self.send(message)
        self.tally[message.kind, "again"] += 1
        if message.body != first.body:
            assert answer.status_code == 409, answer.json
            return
        assert answer.status_code == 200, answer.json
        assert {name: answer.json[name] for name in RECEIPT} == first.receipt

    def send(self, message: Message) -> Any:
        """Send a message once and return the answer."""
        return message.who.put(message.path, message.body)

    def pick(self, among: list[str], number: int) -> str:
        """Return one of some names, or one nobody has."""
        return among[number % len(among)] if among else made.new_id()

    def move(
        self, kind: str, lot: str, quantity: int, *, source: str = OUTSIDE, target: str = OUTSIDE,
        ago: int | None = None, keeper: bool = False, **more: Any,
    ) -> None:  # fmt: skip
        """Write down a movement, dated back so many seconds if asked."""
        name, who = made.new_id(), self.people.keeper if keeper else self.people.manager
        self.booked.append(name)
        at = None if ago is None else self.book.now - ago
        body = {"kind": kind, "item": self.item, "lot": str(self.ids[lot]), "quantity": quantity}
        ends = {"from": source, "to": target}
        body |= {key: str(self.ids[end]) for key, end in ends.items() if end in DEPOTS}
        body |= {"reason": "破损"} if kind in ("write_off", "loan", "loan_back") else {}
        body |= {} if at is None else {"at": self.people.hands.moment(at).isoformat()}

        def act() -> Any:
            if kind == "write_off":
                return self.book.write_off(name, str(who.user_id), source, lot, quantity, at=at)
            return self.book.move(name, kind, lot, quantity, source=source, target=target, at=at)

        self.say(who, f"stock/movements/{name}", body | more, act)

    @rule(depot=depots, lot=lots, quantity=amounts, ago=AGES)
    def bring(self, depot: str, lot: str, quantity: int, ago: int | None) -> None:
        """A supplier delivers, or somebody gives for one disaster."""
        more: dict[str, Any] = {"expires_on": EXPIRY[lot].isoformat()}
        if lot in GIVEN:
            meant = self.people.here if lot == "bound" else self.people.other
            more |= {"donor": "慈善总会", "purpose": "安置", "disaster_id": meant["id"]}
        kind = "donation" if lot in GIVEN else "receive"
        self.move(kind, lot, quantity, target=depot, ago=ago, **more)

    @rule(depot=depots, lot=lots, quantity=amounts, ago=AGES)
    def issue(self, depot: str, lot: str, quantity: int, ago: int | None) -> None:
        self.move("issue", lot, quantity, source=depot, target=ISSUED, ago=ago)

    @rule(depot=depots, lot=lots, quantity=st.integers(1, 18), ago=AGES, again=st.booleans(),
          keeper=st.booleans())  # fmt: skip
    def write_off(
        self, depot: str, lot: str, quantity: int, ago: int | None, again: bool, keeper: bool
    ) -> None:
        """Something is spoilt; a lot of it waits for a second person, who often says the same."""
        said, _who = self.book.losses.get((depot, lot), (0, ""))
        quantity = said if again and said else quantity
        self.move("write_off", lot, quantity, source=depot, ago=ago, keeper=keeper)

    @rule(depot=depots, lot=lots, quantity=amounts, ago=AGES, back=st.booleans())
    def lend(self, depot: str, lot: str, quantity: int, ago: int | None, back: bool) -> None:
        if not back:
            self.move("loan", lot, quantity, source=depot, target=LENT, ago=ago)
        elif lot in self.book.known:
            lent = self.book.on_hand.get((LENT, lot), 0)
            quantity = min(quantity, lent) if lent and quantity % 2 else quantity
            self.move("loan_back", lot, quantity, source=LENT, target=depot, ago=ago)

    @rule(lot=lots, quantity=amounts, ago=AGES, back=st.booleans())
    def carry(self, lot: str, quantity: int, ago: int | None, back: bool) -> None:
        source, target = DEPOTS[::-1] if back else DEPOTS
        self.move("transfer", lot, quantity, source=source, target=target, ago=ago)

    @rule(depot=depots, lot=lots, quantity=amounts)
    def give_back(self, depot: str, lot: str, quantity: int) -> None:
        """Households bring back what nobody need have written down."""
        if lot in self.book.known:
            self.move("return", lot, quantity, source=ISSUED, target=depot)

    @rule(number=picks, again=st.booleans(), keeper=st.booleans())
    def correct(self, number: int, again: bool, keeper: bool) -> None:
        undoing = [each[0] for each in self.book.undoing.values()]
        name, wrong = made.new_id(), self.pick((again and undoing) or self.booked, number)
        self.booked.append(name)
        body = {"kind": "correction", "corrects": wrong, "reason": "录错"}
        who = self.people.keeper if keeper else self.people.manager
        self.say(
            who, f"stock/movements/{name}", body,
            lambda: self.book.correct(name, wrong, str(who.user_id)),
        )  # fmt: skip

    @rule(depot=depots, lot=lots, counted=st.integers(0, 40), again=st.booleans(),
          keeper=st.booleans())  # fmt: skip
    def count(self, depot: str, lot: str, counted: int, again: bool, keeper: bool) -> None:
        """One counts; where something waits for a second person, often that one finds the same."""
        name, waits = made.new_id(), self.book.waiting.get((depot, lot))
        if again and waits is not None:
            counted = max(0, self.book.on_hand.get((depot, lot), 0) + waits[0])
        self.booked.append(name)
        body = {"kind": "count", "from": str(self.ids[depot]), "item": self.item,
                "lot": str(self.ids[lot]), "quantity": counted}  # fmt: skip
        who = self.people.keeper if keeper else self.people.manager
        self.say(
            who, f"stock/movements/{name}", body,
            lambda: self.book.count_by(name, str(who.user_id), depot, lot, counted),
        )  # fmt: skip

    @rule(quantity=amounts)
    def ask(self, quantity: int) -> None:
        """People ask for something; that arrives at once."""
        name = made.need(self.people.reporter, self.people.here, item=self.item, quantity=quantity)
        self.book.needs[name] = ModelNeed(quantity, HOME)
        if HOME not in self.ids:
            with act_as(SYSTEM), db.reading() as session:
                self.ids[HOME] = session.get(Need, UUID(name)).place_id

    @precondition(lambda self: self.book.needs)
    @rule(number=picks, quantity=amounts)
    def reserve(self, number: int, quantity: int) -> None:
        name, need = made.new_id(), self.pick(list(self.book.needs), number)
        self.written["reservation"].append(name)
        self.say(
            self.people.manager, f"stock/reservations/{name}",
            {"need_id": need, "quantity": quantity},
            lambda: self.book.reserve(name, need, quantity),
        )  # fmt: skip

    @rule(number=picks)
    def release(self, number: int) -> None:
        name = self.pick(self.written["reservation"], number)
        self.say(
            self.people.manager, f"stock/reservations/{name}/release", {},
            lambda: self.book.release(name) if name in self.book.lines else MISSING,
        )  # fmt: skip

    @rule(number=picks, depot=depots, part=st.none() | st.integers(1, 14))
    def dispatch(self, number: int, depot: str, part: int | None) -> None:
        name, of = made.new_id(), self.pick(self.written["reservation"], number)
        self.written["shipment"].append(name)
        cut = self.book.so_much(of, depot, part)
        lines = [{"lot": str(self.ids[lot]), "quantity": n} for lot, n in (cut or {}).items()]
        self.say(
            self.people.manager, f"shipments/{name}",
            {"reservation_ids": [of], "depot": str(self.ids[depot]), "lines": lines or None},
            lambda: self.book.dispatch(name, of, depot, cut) if of in self.book.lines else MISSING,
        )  # fmt: skip

    @rule(number=picks, good=st.integers(0, 14), damaged=st.integers(0, 3))
    def arrive(self, number: int, good: int, damaged: int) -> None:
        road = self.pick(self.written["shipment"], number)
        told = {line.lot for line in self.book.sent(road)}
        body = {"lines": [{"lot": str(self.ids[lot]), "received": good, "damaged": damaged}
                          for lot in sorted(told)]}  # fmt: skip

        def act() -> Any:
            if road not in self.book.roads:
                return MISSING
            whole = {line.lot: line.quantity for line in self.book.roads[road]}
            found = dict.fromkeys(whole, good) if told else whole
            return self.book.arrive(road, found, dict.fromkeys(whole, damaged if told else 0))

        self.say(self.people.keeper, f"shipments/{road}/receipt", body if told else {}, act)

    @rule(number=picks, lost=st.none() | st.integers(0, 14), keeper=st.booleans())
    def turn_back(self, number: int, lost: int | None, keeper: bool) -> None:
        """What did not come back is said by who sent it, the manager, only if it is little."""
        road = self.pick(self.written["shipment"], number)
        sent = {line.lot: line.quantity for line in self.book.sent(road)}
        gone = lost if sent and lost is not None else 0
        lines = [{"lot": str(self.ids[lot]), "received": max(0, sent[lot] - gone)} for lot in sent]
        who = self.people.keeper if keeper else self.people.manager
        self.say(
            who, f"shipments/{road}/turn-back", {"lines": lines} if gone else {},
            lambda: self.book.turn_back(road, gone, who=str(who.user_id), alone=not keeper),
        )  # fmt: skip

    @rule(depot=depots, quantity=amounts, offline=st.booleans())
    def hand_out(self, depot: str, quantity: int, offline: bool) -> None:
        name = made.new_id()
        self.written["handout"].append(name)
        self.booked += [str(uuid5(UUID(name), str(self.ids[lot]))) for lot in EXPIRY]
        body = handouts.body(
            self.people.here, str(self.ids[depot]), item=self.item, quantity=quantity,
            offline=offline,
        )  # fmt: skip
        self.say(
            self.people.keeper, f"handouts/{name}", body,
            lambda: self.book.hand_out(name, depot, quantity, offline=offline),
        )  # fmt: skip

    @rule(number=picks)
    def take_back(self, number: int) -> None:
        name = self.pick(self.written["handout"], number)
        path, body = f"handouts/{name}/taking-back", {"reason": "发错"}
        self.say(self.people.keeper, path, body, lambda: self.book.take_back(name))

    @rule(luck=st.integers(0, 2**32))
    def anything(self, luck: int) -> None:
        """Do one thing out of all there are: a run of few kinds of rules has the others too."""
        dice = Random(luck)
        what = dice.choice(self.EVERYTHING[not self.book.needs :])
        wanted = inspect.signature(getattr(Kinds, what)).parameters
        getattr(self, what)(**{name: draw(dice) for name, draw in DRAWS.items() if name in wanted})

    @invariant()
    def balances_are_the_books(self) -> None:
        if not hasattr(self, "ids"):
            return
        places = [each for each in (*DEPOTS, HOME, LENT) if each in self.ids]
        accounts = {each: self.ids[each] for each in places} | {ISSUED: uuid5(ledger.REAL, ISSUED)}
        wanted = {
            ledger.balance_id(account, self.ids[lot]): (place, lot)
            for place, account in accounts.items()
            for lot in EXPIRY
        }
        with act_as(SYSTEM), db.reading() as session:
            rows = session.scalars(
                select(Balance).where(Balance.id.in_(wanted)).execution_options(**LEDGER)
            )
            stored = {wanted[row.id]: (row.on_hand, row.promised) for row in rows}
        expected = {key: (held, self.book.promised.get(key, 0))
                    for key, held in self.book.on_hand.items()}  # fmt: skip
        expected |= {(ISSUED, lot): (held, 0) for lot, held in self.book.issued.items()}
        nothing = (0, 0)
        assert {key: row for key, row in stored.items() if row != nothing} == {
            key: row for key, row in expected.items() if row != nothing
        }

    def teardown(self) -> None:
        """The needs and every past moment are the book's too; none of these is below zero."""
        if not hasattr(self, "ids"):
            return
        moment = self.people.hands.moment
        with act_as(SYSTEM), db.reading() as session:
            stored = {
                str(row.id): (row.promised, row.shipped, row.received)
                for row in session.scalars(select(Need).where(Need.item_code == self.item))
            }
            for (place, lot), past in self.book.past.items():
                booked = register.changes(session, self.ids[place], self.ids[lot])
                assert by_moment(booked) == by_moment((moment(at), each) for at, each in past)
                assert self.book.lowest_from(place, lot, -(10**9)) >= 0
        assert stored == {
            name: (need.promised, need.shipped, need.received)
            for name, need in self.book.needs.items()
        }
