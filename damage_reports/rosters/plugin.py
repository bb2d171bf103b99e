"""What the rosters add to the application."""

from damage_reports.rosters import events, queries, routes
from damage_reports.routes import PHONE
from relief_ops.i18n import lazy
from relief_ops.plugins import NavEntry, OfflinePart, Plugin

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
    offline_parts=(
        OfflinePart(
            app=PHONE[0],
            name="rosters",
            paths=(routes.phone.PATH,),
            modules=("rosters/phone/view.js",),
            data=routes.phone.form,
            texts=routes.phone.texts,
        ),
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
