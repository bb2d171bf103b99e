"""What the desk adds to the application."""

from maps import routes, search, shell, storms, words
from relief_ops.i18n import lazy
from relief_ops.plugins import NavEntry, OfflinePart, Plugin, Search

PLUGIN = Plugin(
    name="maps",
    blueprints=(routes.blueprint,),
    permissions=("map.read",),
    map_layers=(storms.LAYER,),
    nav=(
        NavEntry(
            id="map",
            title=lazy("Map"),
            endpoint="maps.desk",
            icon="map-2",
            permission="map.read",
            order=5,
        ),
    ),
    search=(Search(kind="area", find=search.areas),),
    offline_parts=(
        OfflinePart(
            app="/phone",
            name="map",
            paths=(routes.PHONE,),
            modules=("maps/phone/view.js",),
            data=words.phone,
            texts=words.phone_texts,
        ),
    ),
    shell=(shell.bar,),  # nosec B604  starts none
)
