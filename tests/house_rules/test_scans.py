"""The scans of `make check` find what they are there for: a secret, an unsafe call."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest

from deploy import scan
from relief_ops.config import ROOT

# Put together here, so that this file holds none itself.
SECRETS = {
    "Private Key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "Secret Keyword": "password = " + '"hunter-2-of-the-old-mill"',
    "Basic Auth Credentials": "url = " + '"redis://relief:' + 'longenough@cache/0"',
    "AWS Access Key": "key = " + '"AKIA' + 'QYLPMN5HHHFPZAM2"',
    "Hex High Entropy String": f'token = "{hashlib.sha1(b"planted").hexdigest()}"',
}
UNSAFE = {
    "B602": "import subprocess\nsubprocess.run(name, shell=True)",
    "B301": "import pickle\npickle.loads(body)",
    "B506": "import yaml\nyaml.load(body)",
    "B307": "eval(name)",
    "B608": "session.execute('SELECT * FROM area WHERE name = \"%s\"' % name)",
    "B314": "import xml.etree.ElementTree as tree\ntree.fromstring(body)",
    "B202": "import tarfile\ntarfile.open(name).extractall()",
    "B501": "import httpx\nhttpx.get(url, verify=False)",
}


@pytest.fixture
def copy(tmp_path):
    """Return a maker of a copy of a real file with something added at its end."""

    def make(added: str) -> Path:
        path = tmp_path / "config.py"
        shutil.copyfile(ROOT / "relief_ops" / "config.py", path)
        path.write_text(f"{path.read_text('utf-8')}\n\n{added}\n", "utf-8")
        return path

    return make


@pytest.mark.parametrize(("kind", "planted"), SECRETS.items())
def test_a_planted_secret_is_found_and_not_printed(copy, kind, planted):
    path = copy(planted)
    at = len(path.read_text("utf-8").splitlines())

    found = scan.secrets([path])

    assert f"{path}:{at}: {kind}" in found
    assert planted not in "".join(found)


def test_a_file_without_a_secret_is_passed(copy):
    assert scan.secrets([copy("password = ask()")]) == []


def test_every_planted_unsafe_call_is_found(copy, tmp_path):
    for number, planted in UNSAFE.items():
        shutil.copyfile(copy(planted), tmp_path / f"with_{number}.py")
    copy("")

    found = {
        (Path(line.split(":")[0]).stem, re.search(r"B\d+", line.split(": ", 1)[1])[0])
        for line in scan.unsafe([tmp_path])
    }

    assert {(f"with_{number}", number) for number in UNSAFE} <= found
    assert not {each for each in found if each[0] == "config"}


def test_code_that_cannot_be_read_does_not_pass(tmp_path):
    (tmp_path / "broken.py").write_text("def (:\n", "utf-8")

    assert scan.unsafe([tmp_path])


def test_each_line_that_is_let_pass_names_the_rule():
    bare = [
        f"{path}:{number}"
        for name in scan.PRODUCT
        for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"#\s*nosec(?! B\d{3})", line)
    ]

    assert not bare, f"say which: # nosec B608: {bare}"


def test_a_file_is_read_again_once_it_has_changed(copy, tmp_path, monkeypatch):
    path = copy("")
    monkeypatch.setattr(scan, "CLEAN", tmp_path / "scanned")
    assert scan.fresh([path]) == [path]
    scan.CLEAN.write_text(scan.digest(path))
    assert scan.fresh([path]) == []

    assert scan.fresh([copy("more = 1")]) == [path]


def test_the_checks_run_the_scans():
    checks = (ROOT / "deploy" / "test.sh").read_text("utf-8").split("static_checks() {")[1]

    assert "deploy/scan.py" in checks.split("\n}")[0]
