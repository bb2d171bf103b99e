"""The public page: open shelters near a place, in words. No sign-in, no person, no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from relief_ops import clock, geo, web
from relief_ops.auth import EVERYONE, act_as
from relief_ops.db import reading
from relief_ops.disasters import queries as disasters
from relief_ops.i18n import LANGUAGES, language, speak
from relief_ops.web.security import settings
from shelters import queries
from shelters.queries import Line, Site
from shelters.routes.blueprint import blueprint
from shelters.routes.wording import wording

PATH = "/public/shelters"
MOST, MOST_NEAR, MOST_PLACES = 40, 10, 30
CACHED = {"Cache-Control": "public, max-age=30"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Where somebody looks: a place of the lists, a name, or where the phone says it is."""

    area: geo.AreaNode | None
    name: str
    places: Sequence[geo.AreaNode]
    here: tuple[float, float] | None

    @property
    def point(self) -> tuple[float, float] | None:
        """Return from where distances are told."""
        return self.here or (self.area.point if self.area else None)


@blueprint.get(PATH)
@blueprint.doc(hide=True)
@web.public
def public_shelters() -> ResponseReturnValue:
    """Show the open shelters near somebody, in a page the oldest phone can read."""
    if request.args.get("lang") in LANGUAGES:
        speak(request.args["lang"])
    with act_as(EVERYONE), reading() as session:
        wanted = web.view_args().disaster_id
        disaster = disasters.disaster(session, wanted) if wanted else disasters.current(session)
        tree = disasters.division_tree(session, disaster)
        asked = _asked(tree)
        now = disasters.now_of(session, disaster) if disaster else clock.now()
        sites = queries.public_sites(session, disaster.id, tree, at=now) if disaster else []
        shown = render_template(
            "shelters/public.html", asked=asked, disaster=disaster, tree=tree,
            link=partial(_link, asked), below=_below(tree, asked), lang=language(),
            now=now,
            open_ones=sum(each.has_room for each in sites),
            qr=_qr(asked), **_lines(asked, sites, tree), **wording(),
        )  # fmt: skip
    answer = make_response(shown, 200, CACHED)
    answer.vary.update(["Cookie", "Accept-Language"])
    answer.add_etag()
    return answer.make_conditional(request)


def _asked(tree: geo.AreaTree) -> Asked:
    """Read where somebody looks; a name of one place is that place, what is nowhere is left."""
    name = request.args.get("q", "").strip()[:30]
    found = [each for each in tree if name in each.name and each.parent_id] if name else []
    exact = [each for each in found if each.name == name]
    chosen = exact if len(exact) == 1 else found
    code = request.args.get("area", "")
    area = next((node for node in tree if node.code == code), None)
    if len(chosen) == 1:
        area = chosen[0]
    listed = sorted(chosen, key=lambda each: each.code) if len(chosen) > 1 else []
    return Asked(area=area, name=name, places=listed[:MOST_PLACES], here=_here())


def _here() -> tuple[float, float] | None:
    """Return the (longitude, latitude) a phone gave, to some hundred metres; or None."""
    try:
        lat, lon = (round(float(each), 3) for each in request.args["near"].split(","))
    except (KeyError, ValueError, OverflowError):
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def _below(tree: geo.AreaTree, asked: Asked) -> list[geo.AreaNode]:
    """Return the places to choose from next."""
    if asked.area is None:
        return tree.at_level("county")
    return [each for each in tree.children(asked.area.id) if not each.pseudo]


def _lines(asked: Asked, sites: list[Site], tree: geo.AreaTree) -> dict[str, Any]:
    """Return the shelters of the place asked for, and the nearest with room beside them."""
    if asked.here:
        near = queries.near(sites, asked.here, most=MOST_NEAR)
        return {"lines": near, "elsewhere": [], "total": len(near)}
    area = asked.area
    if area is not None and area.level == "village":
        area = tree.ancestor_at(area.id, "township") or area
    inside = tree.within(area.id) if area else None
    here = [each for each in sites if inside is None or each.area_id in inside]
    lines = queries.ranked(here, everything=sites, point=asked.point, most=MOST)
    return {"lines": lines, "elsewhere": _elsewhere(asked, sites, here), "total": len(here)}


def _elsewhere(asked: Asked, sites: list[Site], here: list[Site]) -> list[Line]:
    """Return the nearest with room outside a place that has fewer than three."""
    if asked.point is None or sum(each.has_room for each in here) >= 3:
        return []
    known = set(map(id, here))
    others = [each for each in sites if id(each) not in known]
    return queries.near(others, asked.point, most=3)


def _link(asked: Asked, **changes: Any) -> str:
    """Return this page's address with some of what is asked for changed."""
    kept = {key: request.args[key] for key in ("disaster", "lang") if key in request.args}
    if asked.area is not None:
        kept["area"] = asked.area.code
    said = {key: each for key, each in (kept | changes).items() if each}
    return f"{PATH}?{urlencode(said)}" if said else PATH


def _qr(asked: Asked) -> str:
    """Return the code of this page's own address, drawn; a position is never in it."""
    import segno

    code = segno.make(settings().public_url + _link(asked), error="m", micro=False)
    return str(code.svg_inline(scale=3, border=2, omitsize=False))
