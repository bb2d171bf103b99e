"""What the case core adds to the application."""

from relief_ops.cases import events, queries, routes
from relief_ops.plugins import Plugin, Search

PLUGIN = Plugin(
    name="cases",
    blueprints=(routes.blueprint,),
    permissions=(
        "case.read",
        "case.open",
        "case.assess",
        "case.approve",
        "person.read",
        "person.read_full",
    ),
    events=(
        events.IntakeTaken,
        events.HouseholdRegistered,
        events.HouseholdChanged,
        events.CaseOpened,
        events.CaseAssessed,
        events.CaseMoved,
        events.CaseDecided,
        events.PersonRead,
    ),
    search=(Search(kind="person", find=queries.search),),
)
