"""What the desk adds to the application."""

from maps import routes, search, shell, storms
from relief_ops.i18n import lazy
from relief_ops.plugins import NavEntry, Plugin, Search

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
    shell=(shell.bar,),  # nosec B604  starts none
)
