"""What reports add to the application."""

from damage_reports import events, jobs, routes, services
from damage_reports.queries import desk, reminders, waiting
from relief_ops.i18n import lazy
from relief_ops.plugins import MapLayer, NavEntry, OfflineApp, PanelSection, Plugin, Total

CONTACT = ("contact.recorded", "report.called")
REGROUPED = ("disaster.joined", "disaster.separated", "disaster.split")
CHANGES = (
    "report.submitted", "report.accepted", "report.returned", "report.settled", *REGROUPED,
)  # fmt: skip

PLUGIN = Plugin(
    name="damage_reports",
    blueprints=(
        routes.api,
        routes.rounds,
        routes.stability,
        routes.judging,
        routes.summaries,
        routes.annual,
        routes.narratives,
        routes.photos,
        routes.imports,
        routes.codes,
        routes.reminders,
        routes.outliers,
        routes.pages,
    ),
    permissions=(
        "report.read",
        "report.submit",
        "report.review",
        "report.settle",
        "report.prepare",
        "report.sign",
        "report.countersign",
        "round.open",
        "stability.declare",
        "stability.accept",
        "report.remind",
        "duty_phone.read_full",
        "contact.record",
        "indicator.write",
    ),
    events=(
        events.ReportSubmitted,
        events.ReportRivalled,
        events.ReportAccepted,
        events.ReportReturned,
        events.ReportSettled,
        events.ReportNarrated,
        events.ReportPhotographed,
        events.ReportPhotoWithdrawn,
        events.ReportPrepared,
        events.ReportSigned,
        events.RoundOpened,
        events.StabilityDeclared,
        events.StabilityJudged,
        events.ReportHeld,
        events.OwnFigureAnswered,
        events.ReportReminded,
        events.ReportCalled,
        events.DutyPhonesRead,
        events.ContactRecorded,
        events.ImportAsked,
        events.ImportCancelled,
        events.ReportsImported,
        events.IndicatorChanged,
    ),
    map_layers=(
        MapLayer(
            id="indicators",
            title=lazy("Reported figures"),
            audience="shared",
            features=desk.indicator_layer,
            drawn_as="indicator",
            events=CHANGES,
        ),
    ),
    totals=(
        Total(
            id="affected",
            title=lazy("People affected"),
            figure=desk.affected,
            order=10,
            events=CHANGES,
        ),
        Total(
            id="moved",
            title=lazy("Moved / should move"),
            figure=desk.moved,
            order=20,
            events=CHANGES,
        ),
        Total(
            id="casualties", title=lazy("Deaths"), figure=desk.casualties, order=25, events=CHANGES
        ),
        Total(
            id="late",
            title=lazy("Overdue reports"),
            figure=desk.unreported,
            order=60,
            events=(*CHANGES, *CONTACT, "round.opened", "stability.judged", "response.set"),
        ),
        Total(
            id="out_of_contact",
            title=lazy("Out of contact"),
            figure=waiting.headline,
            order=61,
            events=(*CHANGES, *CONTACT),
        ),
    ),
    panel=(
        PanelSection(
            id="figures",
            title=lazy("Figures"),
            template="reports/panel.html",
            context=desk.panel,
            order=10,
        ),
        PanelSection(
            id="contact",
            title=lazy("Contact"),
            template="reports/contact_panel.html",
            context=waiting.panel,
            order=15,
        ),
    ),
    offline=(
        OfflineApp(
            paths=routes.PHONE,
            template="reports/phone.html",
            modules=("reports/phone/main.js",),
            sheets=("tokens", "base", "forms", "reporter"),
            files=("/static/js/reports/phone/early.js",),
        ),
    ),
    may_finalise=(services.may_finalise,),
    may_split=(services.may_split,),
    jobs=(jobs.CHECK, jobs.FILE),
    attention=(desk.attention, waiting.attention),
    messages=((reminders.TEMPLATE, reminders.words),),
    nav=(
        NavEntry(
            id="reports",
            title=lazy("Reports"),
            endpoint="report_pages.totals",
            icon="clipboard-list",
            permission="report.read",
            order=10,
        ),
    ),
)
