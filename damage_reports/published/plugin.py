"""What published figures add to the application."""

from damage_reports.published import events, queries, routes
from relief_ops.i18n import lazy
from relief_ops.plugins import NavEntry, Plugin

PLUGIN = Plugin(
    name="published",
    blueprints=(routes.blueprint,),
    events=(events.PublishedEntered,),
    provisos=(queries.proviso,),
    report_links=(
        NavEntry(
            id="published",
            title=lazy("Published figures"),
            endpoint="published.page",
            icon="info-circle",
            permission="report.read",
            order=70,
        ),
    ),
)
