"""Every string has its Chinese, and the catalogues agree with each other."""

from __future__ import annotations

import re
from io import BytesIO

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from relief_ops.config import ROOT
from relief_ops.i18n import CATALOGUES

PACKAGES = ("relief_ops", "maps", "shelters", "stockpile", "damage_reports")
KEYWORDS = {"_": None, "gettext": None, "lazy": None}
SCRIPT_STRING = re.compile(r"""\bt\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def said_in_python() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" in path.parts or path.name == "i18n.py":
                continue
            with path.open("rb") as file:
                for _line, message, _comments, _context in extract("python", file, KEYWORDS):
                    found[message] = str(path.relative_to(ROOT))
    return found


def said_in_templates() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.html"):
            source = BytesIO(path.read_bytes())
            options = {"trimmed": "true"}
            for _line, message, _c, _x in extract(
                "jinja2.ext:babel_extract", source, KEYWORDS, options=options
            ):
                if isinstance(message, str):
                    found[message] = str(path.relative_to(ROOT))
    return found


def said_in_scripts() -> dict[str, str]:
    found = {}
    for path in (ROOT / "static" / "js").rglob("*.js"):
        for double, single in SCRIPT_STRING.findall(path.read_text("utf-8")):
            found[(double or single).replace('\\"', '"')] = str(path.relative_to(ROOT))
    return found


def catalogue(*, scripts: bool) -> dict[str, str]:
    words: dict[str, str] = {}
    for path in sorted(CATALOGUES.glob("js_*.po" if scripts else "*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                if message.id:
                    words[str(message.id)] = str(message.string)
    return words


def missing(said: dict[str, str], words: dict[str, str]) -> list[str]:
    return sorted(
        f"{where}: {message}" for message, where in said.items() if not words.get(message)
    )


def test_translations_are_complete():
    untranslated = missing(said_in_python() | said_in_templates(), catalogue(scripts=False))

    assert not untranslated, "Write the Chinese in relief_ops/translations/zh:\n" + "\n".join(
        untranslated
    )


def test_the_browsers_strings_are_translated():
    untranslated = missing(said_in_scripts(), catalogue(scripts=True))

    assert not untranslated, "Write the Chinese in translations/zh/js_*.po:\n" + "\n".join(
        untranslated
    )


def test_one_message_has_one_translation():
    seen: dict[str, tuple[str, str]] = {}
    clashes = []
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                key, text = str(message.id), str(message.string)
                if key and key in seen and seen[key][0] != text:
                    clashes.append(f"{key}: {seen[key]} and {(text, path.name)}")
                seen.setdefault(key, (text, path.name))

    assert not clashes, "\n".join(clashes)


def test_placeholders_survive_translation():
    place = re.compile(r"%\((\w+)\)[sd]")
    broken = [
        message
        for scripts in (False, True)
        for message, text in catalogue(scripts=scripts).items()
        if text and sorted(place.findall(message)) != sorted(place.findall(text))
    ]

    assert not broken, "\n".join(broken)


def test_chinese_is_written_with_chinese_punctuation():
    foreign = re.compile(r"[\u4e00-\u9fff》」”’）][,:;?!()]|[,;?!(][\u4e00-\u9fff]")
    found = [
        text
        for scripts in (False, True)
        for text in catalogue(scripts=scripts).values()
        if foreign.search(text)
    ]

    assert not found, "\n".join(found)
