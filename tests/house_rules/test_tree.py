"""The shape of the repository: what may lie where, how long things may be, what nobody writes."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("relief_ops", "maps", "shelters", "stockpile", "damage_reports")
ROOT_NAMES = {
    *PACKAGES,
    *("static", "tests", "docs", "deploy", ".ci", "wsgi.py", "Makefile", "README.md"),
    *("requirements.txt", "requirements-dev.txt", "pyproject.toml", "package.json"),
    *("package-lock.json", ".npmrc", ".gitignore", ".env.example"),
}
PYTHON_LINES = 400
FUNCTION_LINES = 60
SCRIPT_LINES = 200
# Names of hosts that serve packages or scripts, written apart so that this file has none itself.
HOSTS = re.compile(
    "|".join(
        rf"\b{re.escape(name)}\.{domain}\b"
        for name, domain in (
            *(("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")),
            *(("npmmirror", "com"), ("jsdelivr", "net"), ("unpkg", "com"), ("esm", "sh")),
            *(("cdnjs.cloudflare", "com"), ("bootstrapcdn", "com"), ("code.jquery", "com")),
            *(("fonts.googleapis", "com"), ("fonts.gstatic", "com"), ("skypack", "dev")),
        )
    )
)
INDEX_OPTIONS = re.compile(r"--(extra-)?index-url|--find-links|--trusted-host|^registry\s*=", re.M)
PLACE = re.compile("宁波|3302")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))")


def committed() -> list[Path]:
    """Return every file git knows or would add, as paths from the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    return [Path(each) for each in listed if each and (ROOT / each).is_file()]


FILES = committed()


def files(*endings: str, under: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield the files with one of the endings, below one of the top folders if any are named."""
    for path in FILES:
        if path.suffix in endings and (not under or path.parts[0] in under):
            yield path


def text(path: Path) -> str:
    return (ROOT / path).read_text("utf-8")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_the_root_holds_only_what_the_readme_names():
    strangers = {path.parts[0] for path in FILES} - ROOT_NAMES

    assert not strangers, f"move these into a package, docs/, deploy/ or tests/: {strangers}"


def test_ci_holds_one_script():
    assert [str(path) for path in FILES if path.parts[0] == ".ci"] == [".ci/run"]


def test_no_python_file_is_too_long():
    long = [
        f"{path}: {size}"
        for path in files(".py")
        if "migrations" not in path.parts  # a migration is a list of statements
        and (size := lines(path)) > PYTHON_LINES
    ]

    assert not long, f"make a folder of that name, one file a noun: {long}"


def test_no_function_is_too_long():
    long = [
        f"{path}:{each.lineno} {each.name}: {size}"
        for path in files(".py")
        if "migrations" not in path.parts  # a migration is a list of statements
        for each in functions(ast.parse(text(path)))
        if (size := (each.end_lineno or 0) - each.lineno + 1) > FUNCTION_LINES
    ]

    assert not long, f"take a step out and give it a name: {long}"


def test_no_script_is_too_long():
    long = [
        f"{path}: {size}" for path in files(".js", ".mjs") if (size := lines(path)) >= SCRIPT_LINES
    ]

    assert not long, f"one exported function per idea; split these modules: {long}"


def test_no_file_names_a_package_host_or_a_cdn():
    texts = files(
        ".py", ".js", ".mjs", ".css", ".html", ".j2", ".toml", ".txt", ".json", ".sh", ".md", ""
    )
    named = [f"{path}: {found[0]}" for path in texts if (found := HOSTS.search(text(path)))]

    assert not named, f"package managers find their hosts, pages load from /static: {named}"


def test_lock_files_carry_no_index_option():
    locks = ("requirements.txt", "requirements-dev.txt", ".npmrc", "pyproject.toml", "Makefile")
    options = [
        f"{name}: {found[0]}" for name in locks if (found := INDEX_OPTIONS.search(text(Path(name))))
    ]

    assert not options, f"where packages come from is the machine's business: {options}"


def test_lock_files_name_no_folder_of_the_machine_that_made_them():
    locks = ("requirements.txt", "requirements-dev.txt", "package-lock.json")
    named = [name for name in locks if re.search(r"[\s\"](/|file:|[A-Z]:\\)\w", text(Path(name)))]

    assert not named, f"renew them with `make lock`: {named}"


def test_every_package_is_pinned_with_its_hash():
    for name in ("requirements.txt", "requirements-dev.txt"):
        loose = [
            block.split()[0]
            for block in re.split(r"\n(?=[a-z0-9])", text(Path(name)))
            if not re.match(r"[\w.\-\[\]]+==\S+.*--hash=sha256:", block, re.S)
        ]

        assert not loose, f"{name}: renew it with `make lock`: {loose}"
    assert '"resolved"' not in text(Path("package-lock.json"))


@pytest.mark.parametrize("package", PACKAGES)
def test_no_code_knows_the_city(package):
    knowing = [
        f"{path}: {found[0]}"
        for path in files(".py", ".html", ".j2", ".sql", under=(package,))
        if "data" not in path.parts and (found := PLACE.search(text(path)))
    ]

    assert not knowing, f"the city is data: read it from the areas: {knowing}"


def test_no_script_or_style_knows_the_city():
    own = [path for path in files(".js", ".mjs", ".css", under=("static",))]
    knowing = [f"{path}: {found[0]}" for path in own if (found := PLACE.search(text(path)))]

    assert not knowing, f"the city is data: ask the server for it: {knowing}"


def test_no_browser_test_waits_for_a_promise_as_if_it_were_an_answer():
    promised = re.compile(r"wait_for_function\(\s*f?\"+async")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if promised.search(path.read_text("utf-8"))
    ]

    assert not found, "tests.browsing.became waits for what an async function returns"


def test_nothing_is_left_for_later_without_an_issue():
    marked = [
        f"{path}: {found[0]}"
        for path in files(".py", ".js", ".html", ".j2", ".css", ".sh")
        if path != Path("tests/house_rules/test_tree.py")
        and (found := UNFINISHED.search(text(path)))
    ]

    assert not marked, f"do it, or open an issue and name it: {marked}"


def test_every_test_function_is_collected():
    forgotten = [
        f"{path}:{each.lineno} {each.name}"
        for path in files(".py", under=("tests",))
        if path.name.startswith("test_")
        for each in ast.parse(text(path)).body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        if not each.name.startswith(("test_", "_")) and not each.decorator_list
        if not used_in(path, each.name)
    ]

    assert not forgotten, f"name it test_… if it tests, _… if it helps: {forgotten}"


def used_in(path: Path, name: str) -> bool:
    """Whether the file itself calls or passes `name`: then it is a helper, not a dead test."""
    return any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(ast.parse(text(path)))
    )


def lines(path: Path) -> int:
    return len(text(path).splitlines())
