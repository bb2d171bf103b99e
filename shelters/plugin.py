"""What shelters add to the application."""

from relief_ops.i18n import lazy
from relief_ops.plugins import (
    Check,
    MapLayer,
    NavEntry,
    PanelSection,
    Personal,
    Plugin,
    Search,
    Total,
    WallPart,
)
from shelters import events, queries, routes
from shelters.queries import eating, wall
from shelters.services import forgetting

CHANGES = (
    "shelter.written",
    "shelter.imported",
    "shelter.state_set",
    "shelter.hidden_state_set",
    "shelter.counted",
    "shelter.settled",
    "shelter.admitted",
    "shelter.departed",
    "shelter.group_drawn",
    "shelter.identified",
    "shelter.checked",
    "shelter.check_withdrawn",
)

PLUGIN = Plugin(
    name="shelters",
    blueprints=(routes.blueprint,),
    permissions=(
        "shelter.read",
        "shelter.write",
        "shelter.open",
        "shelter.count",
        "shelter.settle",
        "shelter.admit",
        "shelter.check",
    ),
    events=(
        events.ShelterWritten,
        events.ImportChecked,
        events.SheltersImported,
        events.ShelterStateSet,
        events.HiddenShelterStateSet,
        events.HeadcountFiled,
        events.HeadcountSettled,
        events.OverCapacity,
        events.HouseholdAdmitted,
        events.HouseholdDeparted,
        events.AdmittedAbove,
        events.AdmittedAboveKind,
        events.GroupDrawn,
        events.HouseholdIdentified,
        events.ContactRead,
        events.SafetyChecked,
        events.SafetyCheckWithdrawn,
        events.ShelterPhotographed,
        events.ShelterPhotoWithdrawn,
    ),
    map_layers=(
        MapLayer(
            id="shelters",
            title=lazy("Shelters"),
            audience="shared",
            carried=True,
            features=queries.features,
            events=CHANGES,
        ),
    ),
    totals=(
        Total(
            id="in_shelters",
            title=lazy("In shelters / places"),
            figure=queries.in_shelters,
            events=CHANGES,
            order=30,
        ),
    ),
    wall=(
        WallPart(
            page="not_moved",
            permission="shelter.read",
            order=30,
            headlines=wall.free,
        ),
        WallPart(
            page="filling",
            permission="shelter.read",
            headlines=wall.filling,
            marks=wall.filling_marks,
        ),
    ),
    panel=(
        PanelSection(
            id="shelters",
            title=lazy("Shelters"),
            template="shelters/panel.html",
            context=queries.panel,
            order=30,
        ),
    ),
    attention=(queries.attention, queries.safety_attention),
    personal=(Personal(id="shelter arrivals", rows=forgetting.forget_arrivals),),
    checks=(Check(id="shelters", run=queries.disagreements),),
    nav=(
        NavEntry(
            id="shelters",
            title=lazy("Shelters"),
            endpoint="shelters.page_list",
            icon="home",
            permission="shelter.read",
            order=20,
        ),
    ),
    people_at=(eating.people_at,),
    search=(Search(kind="shelter", find=queries.search),),
)
