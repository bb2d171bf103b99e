"""What the relief-work form adds to the application."""

from damage_reports.relief_work import events, queries, routes
from relief_ops.i18n import lazy
from relief_ops.plugins import NavEntry, PanelSection, Plugin

PLUGIN = Plugin(
    name="relief_work",
    blueprints=(routes.blueprint,),
    events=(events.ReliefWorkFiled, events.ReliefWorkSigned),
    panel=(
        PanelSection(
            id="relief_work",
            title=lazy("Relief work"),
            template="relief_work/panel.html",
            context=queries.panel,
            order=20,
        ),
    ),
    report_links=(
        NavEntry(
            id="relief_work",
            title=lazy("Relief work"),
            endpoint="relief_work.page_totals",
            icon="heart",
            permission="report.read",
            order=20,
        ),
    ),
)
