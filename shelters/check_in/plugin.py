"""What check-in adds to the application."""

from relief_ops.plugins import OfflinePart, Plugin
from shelters.check_in import events, routes

PLUGIN = Plugin(
    name="check_in",
    blueprints=(routes.blueprint,),
    events=(events.HouseholdSought, events.StayRead, events.GroupDivided),
    offline_parts=(
        OfflinePart(
            app="/phone",
            name="check_in",
            paths=(routes.phone.PATH,),
            modules=("check_in/phone/view.js",),
            data=routes.phone.form,
            texts=routes.phone.texts,
            permission="shelter.admit",
        ),
    ),
)
