"""Each import contract, broken once on purpose in an empty copy of the tower."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    *("relief_ops", "relief_ops/geo", "relief_ops/programmes", "relief_ops/disasters"),
    *("relief_ops/messages", "relief_ops/files", "relief_ops/db"),
    *("maps", "shelters", "stockpile", "damage_reports", "damage_reports/insurance"),
    *("damage_reports/rosters", "damage_reports/relief_work", "damage_reports/published"),
    "damage_reports/goods",
    *("relief_ops/drill", "relief_ops/auth", "relief_ops/audit", "relief_ops/vault"),
    *("relief_ops/events", "relief_ops/receipts", "relief_ops/cases"),
    "shelters/check_in",
    *("shelters/evacuation", "shelters/plans", "shelters/supplies"),
    *("shelters/daybook", "shelters/needs_forecast", "shelters/contingency"),
    *("stockpile/plans", "stockpile/transport", "stockpile/handouts", "stockpile/boxes"),
    *("stockpile/recovery", "stockpile/suppliers", "stockpile/advice", "stockpile/travel"),
    *("stockpile/keys", "stockpile/fleet", "stockpile/requests", "stockpile/kits"),
)
BREACHES = [
    ("tower", "maps/routes.py", "import shelters"),
    ("tower", "relief_ops/db/__init__.py", "import relief_ops.geo"),
    ("tower", "relief_ops/disasters/services.py", "import stockpile"),
    ("core-is-known", "relief_ops/utils.py", ""),
    ("messages", "relief_ops/messages/transports.py", "import relief_ops.messages.services"),
    ("files", "relief_ops/files/models.py", "import relief_ops.files.services"),
    ("shelters", "shelters/helpers.py", ""),
    ("shelters", "shelters/rules.py", "import shelters.models"),
    ("shelters", "shelters/queries.py", "import shelters.plans.queries"),
    ("check-in", "shelters/check_in/rules.py", "import shelters.check_in.queries"),
    ("plans", "shelters/plans/rules.py", "import shelters.plans.models"),
    ("stockpile", "stockpile/queries.py", "import stockpile.plans.queries"),
    ("allocation-plans", "stockpile/plans/rules.py", "import stockpile.plans.models"),
    ("stockpile", "stockpile/plans/rules.py", "import stockpile.transport.models"),
    ("transport", "stockpile/transport/rules.py", "import stockpile.transport.models"),
    ("supply-requests", "stockpile/requests/rules.py", "import stockpile.requests.models"),
    ("stockpile", "stockpile/transport/rules.py", "import stockpile.requests.rules"),
    ("depot-keys", "stockpile/keys/rules.py", "import stockpile.keys.models"),
    ("stockpile", "stockpile/keys/rules.py", "import stockpile.travel.rules"),
    ("depot-trucks", "stockpile/fleet/rules.py", "import stockpile.fleet.models"),
    ("stockpile", "stockpile/fleet/rules.py", "import stockpile.keys.rules"),
    ("travel", "stockpile/travel/rules.py", "import stockpile.travel.models"),
    ("stockpile", "stockpile/travel/rules.py", "import stockpile.plans.rules"),
    ("handouts", "stockpile/handouts/rules.py", "import stockpile.handouts.models"),
    ("boxes", "stockpile/boxes/rules.py", "import stockpile.boxes.models"),
    ("stockpile", "stockpile/transport/rules.py", "import stockpile.boxes.models"),
    ("kits", "stockpile/kits/rules.py", "import stockpile.kits.models"),
    ("stockpile", "stockpile/plans/rules.py", "import stockpile.kits.rules"),
    ("recovery", "stockpile/recovery/rules.py", "import stockpile.recovery.models"),
    ("stockpile", "stockpile/boxes/rules.py", "import stockpile.recovery.models"),
    ("advice", "stockpile/advice/rules.py", "import stockpile.advice.queries"),
    ("stockpile", "stockpile/plans/rules.py", "import stockpile.advice.rules"),
    ("suppliers", "stockpile/suppliers/rules.py", "import stockpile.suppliers.models"),
    ("stockpile", "stockpile/handouts/rules.py", "import stockpile.suppliers.models"),
    ("daybook", "shelters/daybook/rules.py", "import shelters.daybook.models"),
    ("contingency", "shelters/contingency/rules.py", "import shelters.contingency.models"),
    (
        "needs-forecast",
        "shelters/needs_forecast/rules.py",
        "import shelters.needs_forecast.queries",
    ),
    ("shelters", "shelters/plans/rules.py", "import shelters.needs_forecast.rules"),
    ("supplies", "shelters/supplies/rules.py", "import shelters.supplies.queries"),
    ("shelters", "shelters/queries.py", "import shelters.evacuation.queries"),
    ("evacuation", "shelters/evacuation/rules.py", "import shelters.evacuation.models"),
    ("stockpile", "stockpile/queries.py", "import stockpile.services"),
    ("damage-reports", "damage_reports/routes.py", "import damage_reports.insurance"),
    ("damage-reports", "damage_reports/queries.py", "import damage_reports.rosters.queries"),
    ("damage-reports", "damage_reports/rosters/models.py", "import damage_reports.insurance"),
    ("damage-reports", "damage_reports/relief_work/queries.py", "import damage_reports.rosters"),
    ("rosters", "damage_reports/rosters/rules.py", "import damage_reports.rosters.models"),
    (
        "relief-work",
        "damage_reports/relief_work/rules.py",
        "import damage_reports.relief_work.models",
    ),
    ("goods", "damage_reports/goods/rules.py", "import damage_reports.goods.queries"),
    ("published", "damage_reports/published/rules.py", "import damage_reports.published.models"),
    ("insurance", "damage_reports/insurance/events.py", "import damage_reports.insurance.models"),
    ("maps", "maps/rules.py", "import maps.queries"),
    ("pure-rules", "stockpile/rules.py", "import sqlalchemy"),
    ("pure-rules", "relief_ops/programmes/tenth_aid.py", "import flask"),
    ("no-web-in-services", "shelters/services.py", "import flask"),
    ("no-web-in-services", "relief_ops/disasters/queries.py", "import werkzeug"),
    ("drill-is-a-client", "relief_ops/drill/client.py", "import relief_ops.db"),
    ("drill-is-a-client", "relief_ops/drill/plan.py", "import relief_ops.disasters.models"),
    ("drill-is-a-client", "relief_ops/drill/api.py", "import sqlalchemy"),
    ("door-folium", "maps/routes.py", "import folium"),
    ("door-geopandas", "shelters/jobs.py", "import geopandas"),
    ("door-sockets", "shelters/routes.py", "import flask_socketio"),
    ("door-ortools", "stockpile/services.py", "import ortools"),
    ("door-highspy", "stockpile/allocation.py", "import highspy"),
    ("door-papers", "damage_reports/routes.py", "import docxtpl"),
    ("door-workbooks", "shelters/routes.py", "import openpyxl"),
    ("door-pillow", "relief_ops/files/store.py", "import PIL"),
]
ALLOWED = {
    "maps/folium_map.py": "import folium",
    "relief_ops/drill/director.py": "import relief_ops.db",
    "relief_ops/disasters/models.py": "",
    "stockpile/allocation.py": "def plan():\n    import ortools\n",
    "relief_ops/files/pictures.py": "def read():\n    import PIL\n",
    "relief_ops/geo/frames.py": "def read():\n    import geopandas\n",
    "damage_reports/insurance/jobs.py": "import damage_reports.queries",
    "shelters/routes.py": "import relief_ops.disasters",
}
MODELS = (
    "relief_ops/db/__init__.py",
    "relief_ops/messages/services.py",
    "relief_ops/files/services.py",
    "shelters/models.py",
    "shelters/evacuation/models.py",
    "stockpile/services.py",
    "shelters/plans/models.py",
    "shelters/check_in/queries.py",
    "shelters/supplies/queries.py",
    "shelters/daybook/models.py",
    "shelters/contingency/models.py",
    "shelters/needs_forecast/queries.py",
    "stockpile/plans/models.py",
    "stockpile/transport/models.py",
    "stockpile/travel/models.py",
    "stockpile/keys/models.py",
    "stockpile/fleet/models.py",
    "stockpile/requests/models.py",
    "stockpile/handouts/models.py",
    "stockpile/boxes/models.py",
    "stockpile/recovery/models.py",
    "stockpile/kits/models.py",
    "stockpile/suppliers/models.py",
    "stockpile/advice/queries.py",
    "damage_reports/insurance/models.py",
    "damage_reports/rosters/models.py",
    "damage_reports/relief_work/models.py",
    "damage_reports/goods/queries.py",
    "damage_reports/published/models.py",
)

pytestmark = pytest.mark.slow


@pytest.fixture
def tower(tmp_path):
    """Return an empty tower with our contracts, in which everything holds."""
    for name in PACKAGES:
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "__init__.py").touch()
    for name in (*MODELS, "maps/queries.py", "damage_reports/queries.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name, content in ALLOWED.items():
        (tmp_path / name).write_text(content)
    (tmp_path / "tests" / "house_rules").mkdir(parents=True)
    shutil.copy(ROOT / "tests/house_rules/contracts.py", tmp_path / "tests/house_rules")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(tower, *options):
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", *options]
    return subprocess.run(command, cwd=tower, capture_output=True, text=True, check=False)


def test_what_the_design_allows_is_allowed(tower):
    done = lint(tower)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "path", "line"), BREACHES)
def test_a_breach_is_found(tower, contract, path, line):
    file = tower / path
    file.write_text(f"{file.read_text() if file.exists() else ''}\n{line}\n")

    done = lint(tower, "--contract", contract)

    assert done.returncode == 1
    assert "BROKEN" in done.stdout, done.stdout
