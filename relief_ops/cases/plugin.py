"""What the case core adds to the application."""

from relief_ops.cases import events, queries, routes
from relief_ops.i18n import lazy
from relief_ops.plugins import NavEntry, Plugin, Search

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
    nav=(
        NavEntry(
            id="cases",
            title=lazy("Cases"),
            endpoint="cases.worklist",
            icon="heart",
            permission="case.read",
            order=50,
        ),
    ),
    search=(Search(kind="person", find=queries.search),),
)
