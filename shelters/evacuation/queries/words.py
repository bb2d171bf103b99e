"""What kinds and levels of risk are called, on pages and on the map."""

from relief_ops.i18n import lazy
from shelters.evacuation.rules import RiskKind, RiskLevel

RISKS = {
    RiskKind.GEOHAZARD: lazy("landslide or debris flow"),
    RiskKind.FLASH_FLOOD: lazy("flash flood"),
    RiskKind.UNSAFE_HOUSE: lazy("unsafe house"),
    RiskKind.RESERVOIR: lazy("below a weak reservoir"),
    RiskKind.WATERLOGGING: lazy("low ground"),
    RiskKind.WORK_SHED: lazy("work shed"),
    RiskKind.FISH_RAFT: lazy("fish raft"),
    RiskKind.OUTSIDE_SEAWALL: lazy("outside the seawall"),
}
LEVELS = {
    RiskLevel.EXTREME: lazy("extreme risk"),
    RiskLevel.HIGH: lazy("high risk"),
    RiskLevel.MIDDLE: lazy("middle risk"),
    RiskLevel.LOW: lazy("low risk"),
}
