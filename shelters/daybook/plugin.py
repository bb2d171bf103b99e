"""What the day book of shelters adds to the application."""

from relief_ops.plugins import Check, Plugin
from shelters.daybook import events, routes
from shelters.daybook.queries.attention import attention
from shelters.daybook.queries.incidents import disagreements

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
    attention=(attention,),
    checks=(Check(id="shelter_incidents", run=disagreements),),
)
