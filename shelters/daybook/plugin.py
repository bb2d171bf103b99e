"""What the day book of shelters adds to the application."""

from relief_ops.i18n import lazy
from relief_ops.plugins import Check, PanelSection, Personal, Plugin
from shelters.daybook import events, routes
from shelters.daybook.queries import volunteers
from shelters.daybook.queries.attention import attention, panel
from shelters.daybook.queries.incidents import disagreements, note
from shelters.daybook.services import forgetting

PLUGIN = Plugin(
    name="shelter_daybook",
    blueprints=(routes.blueprint,),
    permissions=("shelter.log",),
    events=(
        events.MealServed,
        events.IncidentLogged,
        events.OutbreakSuspected,
        events.IncidentRead,
        events.VolunteerRegistered,
        events.VolunteerSignedIn,
        events.VolunteerSignedOut,
        events.VolunteerRead,
    ),
    personal=(Personal(id="the day book of shelters", rows=forgetting.forget_daybook),),
    panel=(
        PanelSection(
            id="shelter_incidents",
            title=lazy("Incidents in shelters"),
            template="daybook/panel.html",
            context=panel,
            order=32,
        ),
    ),
    attention=(attention,),
    checks=(
        Check(id="shelter_incidents", run=disagreements),
        Check(id="shelter_volunteers", run=volunteers.disagreements),
    ),
    place_notes=(note,),
)
