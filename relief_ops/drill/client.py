"""Replay a plan against a server, in the drill's own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from relief_ops.drill.api import Api, Refused
from relief_ops.drill.lanes import Journal, Lanes
from relief_ops.drill.pace import Stretch, speed_at
from relief_ops.drill.plan import Plan
from relief_ops.drill.requests import Request

LOOK_AT_THE_CLOCK_EVERY = 2.0
BEHIND = timedelta(minutes=90)
BACKLOG = timedelta(seconds=5)
STALE = 412


class Ended(Exception):
    """Somebody ended the drill."""


class Clock:
    """The drill's clock: the server's is the truth, others may set it too."""

    def __init__(self, api: Api, drill_id: UUID, pace: list[Stretch]) -> None:
        self.api = api
        self.drill_id = drill_id
        self.pace = pace
        self.revision = 0
        self.at = datetime.now(UTC)
        self.speed = 0
        self.paused = True
        self.ours = True
        self.seen = 0.0

    def look(self) -> None:
        """Take over what the server says. Raises Ended."""
        found = self.api.clock(self.drill_id)
        if found is None or found["ended"]:
            raise Ended
        if found["revision"] != self.revision:
            self.ours = self.revision == 0
        self.revision, self.speed = found["revision"], found["speed"]
        self.paused, self.at = found["paused"], datetime.fromisoformat(found["now"])
        self.seen = time.monotonic()

    @property
    def now(self) -> datetime:
        """Return the drill's time by our own watch, looked up lately."""
        if time.monotonic() - self.seen > LOOK_AT_THE_CLOCK_EVERY:
            self.look()
        if self.paused:
            return self.at
        return self.at + timedelta(seconds=(time.monotonic() - self.seen) * self.speed)

    def set(self, at: datetime, *, paused: bool, speed: int | None = None) -> None:
        """Set it; when somebody else just did, look again and set it after them."""
        wanted = speed or self.speed or speed_at(self.pace, at)
        while True:
            try:
                self.api.set_clock(
                    self.drill_id,
                    revision=self.revision,
                    drill_at=at,
                    speed=wanted,
                    paused=paused,
                )
                break
            except Refused as refused:
                if refused.status != STALE:
                    raise
                self.look()
        self.revision += 1
        self.at, self.speed, self.paused = at, wanted, paused
        self.seen, self.ours = time.monotonic(), True

    def run_from(self, at: datetime) -> None:
        """Let it run from `at` at the speed that is due there."""
        self.set(at, paused=False, speed=speed_at(self.pace, at))

    def wait_until(self, at: datetime) -> None:
        """Return when it is `at` in the drill, changing the speed where that is due."""
        while (now := self.now) < at:
            due = speed_at(self.pace, now)
            if self.ours and not self.paused and self.speed != due:
                self.run_from(now)
            left = (at - now).total_seconds() / max(1, self.speed)
            time.sleep(min(0.5, max(0.01, left)))


class Replay:
    """One run of the drill; a second run goes on where the first stopped."""

    def __init__(
        self, api: Api, plan: Plan, pace: list[Stretch], journal: Journal, *,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.api = api
        self.plan = plan
        self.journal = journal
        self.say = say
        self.clock = Clock(api, plan.ids.drill_id, pace)
        self.lanes = Lanes(api, journal, say=say)
        self.first = len(plan.opening) + len(plan.registers) + len(plan.arranged)
        self.fresh = True
        self.went_on = False

    def run(self) -> None:
        """Open, register, replay; return when the last report is acknowledged."""
        try:
            self._open()
            self._story()
        finally:
            self.api.stopping.set()
            self.lanes.close()
            self.journal.close()
            self.api.close()

    def _open(self) -> None:
        """Before the clock: drill, disaster, accounts and their tokens, registers, plans."""
        self.fresh = self.api.clock(self.plan.ids.drill_id) is None
        self.journal.open(fresh=self.fresh)
        self.went_on = any(number >= self.first for number in self.journal.done)
        opening = self.plan.opening
        drill, disaster, users = opening[0], opening[1], opening[2:]
        for number, request in enumerate((drill, disaster)):
            if number not in self.journal.done:
                self.api.put(request)
                self.journal.add(number)
        self._send_all(2, users)
        self.api.users = {each.actor: self.plan.user_id(each.actor) for each in self.plan.accounts}
        self._send_all(len(opening), self.plan.registers)
        self._send_all(len(opening) + len(self.plan.registers), self.plan.arranged)

    def _send_all(self, first: int, requests: tuple[Request, ...]) -> None:
        for number, request in enumerate(requests, start=first):
            if number not in self.journal.done:
                self.lanes.send(number, request)
        self.lanes.drain()

    def _story(self) -> None:
        left = [
            (number, request)
            for number, request in enumerate(self.plan.story, start=self.first)
            if number not in self.journal.done
        ]
        self.clock.look()
        self._begin(left[0][1] if left else None)
        for instant in self.plan.scenario.instants:
            before = [each for each in left if _at(each[1]) < instant]
            exactly = [each for each in left if _at(each[1]) == instant]
            left = left[len(before) + len(exactly) :]
            if before or exactly:
                self._up_to(instant, before, exactly)

    def _begin(self, request: Request | None) -> None:
        """Start the clock, or go on from the first thing that was not acknowledged."""
        if request is None:
            return
        scenario = self.plan.scenario
        latest = _at(request) if self.went_on else scenario.ends_at
        self.clock.run_from(scenario.starts_at if self.fresh else min(self.clock.now, latest))

    def _up_to(
        self,
        instant: datetime,
        before: list[tuple[int, Request]],
        exactly: list[tuple[int, Request]],
    ) -> None:
        """File what comes before a published instant; stand still at it until all is in."""
        for number, request in before:
            self._catch_up()
            self.clock.wait_until(_at(request))
            self._send(number, request)
        self.clock.wait_until(instant)
        self.clock.set(instant, paused=True)
        for number, request in exactly:
            self._send(number, request)
        self.lanes.drain()
        self._tell(instant)
        if instant != self.plan.scenario.ends_at:
            self.clock.run_from(instant)

    def _send(self, number: int, request: Request) -> None:
        """Hand it to its lane; what others may name is acknowledged before they are sent."""
        self.lanes.send(number, request)
        if request.first:
            self.lanes.drain()

    def _catch_up(self) -> None:
        """Stand still while the server is further behind than anybody would report late."""
        now, oldest = self.clock.now, self.lanes.oldest
        if oldest is None or self.clock.paused:
            return
        if now - oldest > max(BEHIND, BACKLOG * self.clock.speed):
            self.clock.set(now, paused=True)
            self.lanes.drain()
            self.clock.run_from(now)

    def _tell(self, instant: datetime) -> None:
        done = len(self.journal.done)
        self.say(
            f"{instant:%m-%d %H:%M} {done} of {len(self.plan.requests)} writes acknowledged, "
            f"{len(self.lanes.refused)} refused"
        )


def _at(request: Request) -> datetime:
    assert request.at is not None, "the story happens in time"
    return request.at
