"""Reports over HTTP: the API, and the pages."""

from damage_reports.routes import board as _board  # noqa: F401  its pages
from damage_reports.routes import claim_import_pages as _claim_import_pages  # noqa: F401
from damage_reports.routes import claim_pages as _claim_pages  # noqa: F401  its pages
from damage_reports.routes import follow_up as _follow_up  # noqa: F401  its pages
from damage_reports.routes import form_pages as _form_pages  # noqa: F401  its pages
from damage_reports.routes import gallery as _gallery  # noqa: F401  its pages
from damage_reports.routes import import_pages as _import_pages  # noqa: F401  its pages
from damage_reports.routes import origins as _origins  # noqa: F401  its pages
from damage_reports.routes import parts as _parts  # noqa: F401  its pages
from damage_reports.routes import quick_reports as _quick_reports  # noqa: F401  its pages
from damage_reports.routes import rule_pages as _rule_pages  # noqa: F401  its pages
from damage_reports.routes import signing as _signing  # noqa: F401  its pages
from damage_reports.routes import source_pages as _source_pages  # noqa: F401  its pages
from damage_reports.routes import texts as _texts  # noqa: F401  its pages
from damage_reports.routes.annual import blueprint as annual
from damage_reports.routes.api import blueprint as api
from damage_reports.routes.bypass import blueprint as bypass
from damage_reports.routes.claim_imports import blueprint as claim_imports
from damage_reports.routes.codes import blueprint as codes
from damage_reports.routes.form_book import blueprint as form_book
from damage_reports.routes.imports import blueprint as imports
from damage_reports.routes.judging import blueprint as judging
from damage_reports.routes.narratives import blueprint as narratives
from damage_reports.routes.outliers import blueprint as outliers
from damage_reports.routes.pages import blueprint as pages
from damage_reports.routes.papers import blueprint as papers
from damage_reports.routes.phone import PATHS as PHONE
from damage_reports.routes.photos import blueprint as photos
from damage_reports.routes.reminders import blueprint as reminders
from damage_reports.routes.rounds import blueprint as rounds
from damage_reports.routes.source_list import blueprint as source_list
from damage_reports.routes.sources import blueprint as sources
from damage_reports.routes.stability import blueprint as stability
from damage_reports.routes.summaries import blueprint as summaries
from damage_reports.routes.withdrawing import blueprint as withdrawing

__all__ = [
    "PHONE",
    "annual",
    "api",
    "bypass",
    "claim_imports",
    "codes",
    "form_book",
    "imports",
    "judging",
    "narratives",
    "outliers",
    "pages",
    "papers",
    "photos",
    "reminders",
    "rounds",
    "source_list",
    "sources",
    "stability",
    "summaries",
    "withdrawing",
]
