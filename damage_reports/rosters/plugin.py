"""What the rosters add to the application."""

from damage_reports.rosters import events, queries, routes
from relief_ops.i18n import lazy
from relief_ops.plugins import NavEntry, Plugin

PLUGIN = Plugin(
    name="rosters",
    blueprints=(routes.blueprint,),
    permissions=("roster.read", "roster.write", "roster.settle", "roster.read_full"),
    events=(
        events.RowWritten,
        events.RowRead,
        events.RosterExported,
        events.RowsMatched,
    ),
    report_facts=(queries.facts,),
    report_links=(
        NavEntry(
            id="rosters",
            title=lazy("Rosters"),
            endpoint="rosters.reconcile",
            icon="users",
            permission="roster.read",
            order=10,
        ),
    ),
)
