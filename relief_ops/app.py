"""The table of contents of the system: every part, in order."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from sqlalchemy.orm import configure_mappers

from damage_reports.goods.plugin import PLUGIN as REPORT_GOODS
from damage_reports.insurance.plugin import PLUGIN as INSURANCE
from damage_reports.plugin import PLUGIN as DAMAGE_REPORTS
from damage_reports.published.plugin import PLUGIN as PUBLISHED
from damage_reports.relief_work.plugin import PLUGIN as RELIEF_WORK
from damage_reports.rosters.plugin import PLUGIN as ROSTERS
from maps.plugin import PLUGIN as MAPS
from relief_ops import cli, db, files, geo, plugins, vault, web
from relief_ops import jobs as _jobs  # noqa: F401  its table
from relief_ops.admin.plugin import PLUGIN as ADMIN
from relief_ops.cases.plugin import PLUGIN as CASES
from relief_ops.config import ROOT, Settings
from relief_ops.disasters.plugin import PLUGIN as DISASTERS
from relief_ops.programmes.plugin import PLUGIN as PROGRAMMES
from relief_ops.realtime import sockets
from relief_ops.realtime.plugin import PLUGIN as REALTIME
from shelters.check_in.plugin import PLUGIN as CHECK_IN
from shelters.contingency.plugin import PLUGIN as CONTINGENCY
from shelters.daybook.plugin import PLUGIN as SHELTER_DAYBOOK
from shelters.evacuation.plugin import PLUGIN as EVACUATION
from shelters.needs_forecast.plugin import PLUGIN as NEEDS_FORECAST
from shelters.plans.plugin import PLUGIN as EVACUATION_PLANS
from shelters.plugin import PLUGIN as SHELTERS
from shelters.supplies.plugin import PLUGIN as SHELTER_SUPPLIES
from stockpile.advice.plugin import PLUGIN as STOCK_ADVICE
from stockpile.boxes.plugin import PLUGIN as BOXES
from stockpile.fleet.plugin import PLUGIN as DEPOT_TRUCKS
from stockpile.handouts.plugin import PLUGIN as HANDOUTS
from stockpile.keys.plugin import PLUGIN as DEPOT_KEYS
from stockpile.kits.plugin import PLUGIN as KITS
from stockpile.plans.plugin import PLUGIN as ALLOCATION_PLANS
from stockpile.plugin import PLUGIN as STOCKPILE
from stockpile.recovery.plugin import PLUGIN as RECOVERY
from stockpile.requests.plugin import PLUGIN as SUPPLY_REQUESTS
from stockpile.suppliers.plugin import PLUGIN as SUPPLIERS
from stockpile.transport.plugin import PLUGIN as TRANSPORT
from stockpile.travel.plugin import PLUGIN as TRAVEL

PLUGINS = (
    CASES,
    DISASTERS,
    PROGRAMMES,
    DAMAGE_REPORTS,
    INSURANCE,
    ROSTERS,
    REPORT_GOODS,
    RELIEF_WORK,
    PUBLISHED,
    SHELTERS,
    EVACUATION,
    CHECK_IN,
    EVACUATION_PLANS,
    SHELTER_SUPPLIES,
    CONTINGENCY,
    NEEDS_FORECAST,
    SHELTER_DAYBOOK,
    STOCKPILE,
    DEPOT_KEYS,
    DEPOT_TRUCKS,
    TRAVEL,
    ALLOCATION_PLANS,
    TRANSPORT,
    HANDOUTS,
    BOXES,
    RECOVERY,
    KITS,
    SUPPLIERS,
    STOCK_ADVICE,
    SUPPLY_REQUESTS,
    MAPS,
    REALTIME,
    ADMIN,
)
HARMFUL = ("geventwebsocket", "eventlet")
NO_BOOT = 3  # gunicorn takes any other status for an accident, and starts the next worker
log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> web.ReliefApp:
    """Build the application from `settings`, or from the environment; runs no query."""
    settings = settings or Settings.from_environ()
    refuse_harmful_parts()
    app = web.ReliefApp(
        "relief_ops",
        title="Relief operations",
        version="1",
        static_folder=str(ROOT / "static"),
        template_folder=str(ROOT / "relief_ops" / "templates"),
        spec_path="/api/openapi.json",
        docs_path=None,
    )
    app.config["OPENAPI_VERSION"] = "3.1.0"
    db.connect(settings.database_url)
    geo.forget()
    vault.unlock(settings.master_key)
    files.keep_in(settings.files)
    plugins.install(PLUGINS)
    web.init_app(app, settings)
    web.fill_shell(list(plugins.contributed("shell")))
    sockets.init_app(app, redis_url=settings.redis_url, asynchronous=_asynchronous())
    for blueprint in plugins.contributed("blueprints"):
        app.register_blueprint(blueprint)
    cli.register(app)
    configure_mappers()  # or the first to ask would wait for it, in every process
    return app


def refuse_harmful_parts() -> None:
    """Stop if a package is installed that silently breaks sockets under gunicorn."""
    found = [each for each in HARMFUL if find_spec(each)]
    if found:
        log.critical("Uninstall %s: its presence breaks the sockets.", ", ".join(found))
        raise SystemExit(NO_BOOT)


def _asynchronous() -> str:
    from gevent.monkey import is_module_patched

    return "gevent" if is_module_patched("threading") else "threading"
