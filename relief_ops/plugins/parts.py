"""The shapes of what a package may contribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


F = TypeVar("F")
Rates = Mapping[str, Decimal]
FeatureCollection = dict[str, Any]


class Verdict(StrEnum):
    """What a programme answers to an application."""

    GRANT = "grant"
    REFUSE = "refuse"
    INCOMPLETE = "incomplete"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """Whether a household qualifies, for how much, and the reason to give them.

    `reason` is a short code translated on screen; `facts` are the numbers the reason was
    decided on, in the order to show them; `article` is the rule it stands on. With
    `amount_set_locally` the programme decides eligibility only.
    """

    verdict: Verdict
    reason: str
    article: str
    amount_yuan: Decimal = Decimal(0)
    amount_set_locally: bool = False
    facts: Mapping[str, Decimal | int | str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Programme(Generic[F]):
    """One assistance programme: its form, and the rule that assesses what the form says.

    `reasons` gives each reason code its English sentence, with %(fact)s for the facts;
    `papers` names the papers it asks for. Both are translated on screen.
    """

    code: str
    title: str
    department: str
    form: type[F]
    assess: Callable[[F, Rates], Assessment]
    parameters: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class View:
    """What a reader is looking at: one disaster, one area, two times (None is now)."""

    disaster_id: UUID | None
    drill_id: UUID | None
    area_id: UUID
    on: date
    now: datetime
    at: datetime | None = None
    known_at: datetime | None = None
    box: tuple[float, float, float, float] | None = None
    limit: int = 5000
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MapLayer:
    """Features the map can draw, and the query that fetches them.

    Every feature has an `id`, a point or polygon in EPSG:4326, and in `properties` at
    least `kind`, `name`, `as_of` (ISO instant or null) and `source`. `carried`: a phone takes it
    along, since it stays true for hours.
    """

    id: str
    title: str
    audience: str
    features: Callable[[Session, View], FeatureCollection]
    drawn_as: str = "point"
    on: bool = True
    carried: bool = False
    events: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One headline number with its age and source; `value` None is not yet known."""

    value: Decimal | int | None
    unit: str
    of: Decimal | int | None = None
    as_of: datetime | None = None
    source: str = ""
    known: int | None = None
    expected: int | None = None
    state: str = "ok"
    href: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Total:
    """A headline of the totals strip."""

    id: str
    title: str
    figure: Callable[[Session, View], Figure]
    events: tuple[str, ...] = ()
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class Proviso:
    """What must be said of every figure in view, in the reader's words.

    `href` is where more of it stands, empty for who may not go there.
    """

    words: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One number of the wall, in the reader's words; with `until` the time that is left to it.

    `share` is what part of a whole it stands for, 0 to 1, drawn as a bar; `says` what that is.
    """

    id: str
    title: str
    words: str = ""
    unit: str = ""
    state: str = "none"
    as_of: datetime | None = None
    source: str = ""
    until: datetime | None = None
    share: float | None = None
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What the wall's map says of one county: a number in words, and its share, 0 to 1."""

    words: str
    share: float | None


@dataclass(frozen=True, kw_only=True)
class WallPart:
    """What a feature has to say to one question of the wall; `page` is that of `maps.wall`.

    `marks` is for the one part that draws the map of its page: by county (its id).
    """

    page: str
    permission: str
    headlines: Callable[[Session, View], list[Headline]]
    marks: Callable[[Session, View], Mapping[UUID, Mark]] | None = None
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class PanelSection:
    """A section of the drawer that opens when an area is clicked."""

    id: str
    title: str
    template: str
    context: Callable[[Session, View], dict[str, Any] | None]
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class Attention:
    """Things somebody must deal with, worked out on read; `key` names one thing for good.

    `state` is one of act, watch, blind.
    """

    key: str
    state: str
    kind: str
    title: str
    detail: str
    area_id: UUID
    since: datetime
    href: str


@dataclass(frozen=True, kw_only=True)
class NavEntry:
    """An entry of the left rail."""

    id: str
    title: str
    endpoint: str
    icon: str
    permission: str
    order: int


@dataclass(frozen=True, kw_only=True)
class OfflineApp:
    """Pages that open without a network: one template without anybody's data, its files.

    Each of `paths` shows the first of them; what is on it, the modules fetch and keep themselves.
    Pages of one `scope` are kept by one worker: whoever may not open some of them has one apart.
    """

    paths: tuple[str, ...]
    template: str
    modules: tuple[str, ...]
    sheets: tuple[str, ...]
    files: tuple[str, ...] = ()
    scope: str = "/"


@dataclass(frozen=True, kw_only=True)
class OfflinePart:
    """Views of another feature in the app whose first path is `app`; its modules run first.

    `data` is what they need to know, the same for everybody, in the page as #data-`name`; the
    English texts in it (`texts`) come with their Chinese. With `permission` the app is also for
    who may do only this.
    """

    app: str
    name: str
    paths: tuple[str, ...]
    modules: tuple[str, ...]
    data: Callable[[], dict[str, Any]]
    texts: Callable[[], list[str]]
    permission: str = ""


@dataclass(frozen=True, kw_only=True)
class Search:
    """A kind of thing the one search box finds; answers rows of title, detail, href."""

    kind: str
    find: Callable[[Session, View, str], list[dict[str, str]]]


@dataclass(frozen=True, kw_only=True)
class ReportAsked:
    """A report about to be checked: whose figures, as of when, and whether they are the last.

    `codes` are the indicators it gives; of a final one, all its form asks for.
    """

    disaster_id: UUID
    area_id: UUID
    as_of: datetime
    final: bool
    codes: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A household of a list of who must move that was registered in a shelter, or left it.

    `left_to` is where it went, empty while it is inside or on its way there.
    """

    listed_id: UUID
    disaster_id: UUID
    shelter_id: UUID
    arrival_id: UUID
    on_the_way: bool
    at: datetime
    actor_id: UUID
    left_to: str = ""


@dataclass(frozen=True, kw_only=True)
class GivenOut:
    """What a household was given when it was registered at a place: its stock is less by that.

    `told` counts what was said of the registration `act_id`: what is said last replaces all
    before. Name and identity number are empty where nobody knows them.
    """

    act_id: UUID
    told: int
    disaster_id: UUID
    place_id: UUID
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    people: int
    items: Mapping[str, int]  # pieces by item
    at: datetime
    actor_id: UUID


@dataclass(frozen=True, kw_only=True)
class OrderedBy:
    """Under what a promise was made: the page of its plan, and its order once it is signed.

    `held`: it is ordered, and the reader is nobody who may undo that.
    """

    href: str
    number: str
    signed_at: datetime | None
    held: bool = False


@dataclass(frozen=True, kw_only=True)
class PlaceNote:
    """One line on the page of a shelter or a depot: what stands open there, and where to."""

    text: str
    href: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """A proof that stored figures agree with their records: a list of what does not."""

    id: str
    run: Callable[[Session], list[str]]


@dataclass(frozen=True, kw_only=True)
class Personal:
    """Whom a package can name for a disaster's sake, and how that is destroyed when it is over.

    `rows` answers how many rows still name somebody; with True it empties them first.
    """

    id: str
    rows: Callable[[Session, UUID, bool], int]


@dataclass(frozen=True, kw_only=True)
class Job:
    """Background work: one step does a bounded batch and says whether more is left.

    What it `loads` (modules by name, the slow ones) a worker loads before anybody asks.
    """

    kind: str
    step: Callable[[UUID], bool]
    loads: tuple[str, ...] = ()
