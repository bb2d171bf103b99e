"""What two plans for the same question are compared by."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from stockpile.allocation.shapes import Plan, Question


@dataclass(frozen=True)
class Measures:
    """The figures of one plan.

    `worst` is the lowest cover (0 to 1), `gini` that of the unmet shares over all needs,
    `piece_hours` base units times hours on the road, `latest` the longest way in hours.
    """

    worst: float
    gini: float
    piece_hours: float
    latest: float | None

    def shown(self) -> dict[str, float | None]:
        """Return the figures rounded, to be kept."""
        return {key: None if each is None else round(each, 4) for key, each in asdict(self).items()}


def measures(question: Question, plan: Plan) -> Measures:
    """Return what is compared of a plan."""
    covers = [plan.got.get(need.id, 0) / need.quantity for need in question.needs]
    return Measures(
        worst=min(covers, default=1.0),
        gini=gini([1 - each for each in covers]),
        piece_hours=sum(line.quantity * line.hours for line in plan.lines),
        latest=max((line.hours for line in plan.lines), default=None),
    )


def gini(values: list[float]) -> float:
    """Return the Gini coefficient of amounts: 0 where all bear the same, towards 1 where one does.

    Where nobody bears anything it is 0.
    """
    total, count = sum(values), len(values)
    if total <= 0:
        return 0.0
    ranked = sum((rank + 1) * each for rank, each in enumerate(sorted(values)))
    return 2 * ranked / (count * total) - (count + 1) / count
