"""The table of many areas' figures: its columns, what they are called, which template it is."""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

AREA_CODE, AREA_NAME, REASONS, INDICATOR, VALUE = "code", "name", "reason", "indicator", "value"
VERSION, ROUND, SOURCE = "version", "round", "source"
WORK = "work_"  # before the edition of the damage form: that of the relief-work form beside it
# What people call the columns that are no figures, and what HXL calls them (hxlstandard 1.1).
CALLED = {
    AREA_CODE: ("area code", "code", "area_code", "区划代码", "行政区划代码", "代码",
                "#loc+code", "#adm4+code", "#adm5+code"),
    AREA_NAME: ("area", "name", "area_name", "填报单位", "地区", "名称", "乡镇", "村",
                "#loc+name", "#adm4+name", "#adm5+name"),
    REASONS: ("reason", "reasons", "理由", "说明", "#meta+reason"),
    INDICATOR: ("figure", "indicator", "指标", "#indicator+code"),
    VALUE: ("value", "数值", "#indicator+num"),
}  # fmt: skip
LEFT_OUT = ("unit", "单位", "group", "分组", "#meta+unit")
MARKS = {VERSION: ("template version", "模板版本"), ROUND: ("round", "轮次"),
         SOURCE: ("figures of source", "数据来源")}  # fmt: skip
TAGS = {AREA_CODE: "#loc+code", AREA_NAME: "#loc+name", REASONS: "#meta+reason",
        INDICATOR: "#indicator+code", VALUE: "#indicator+num"}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One figure of the form as a column: its code, its names and units, its decimals."""

    code: str
    names: tuple[str, str]
    units: tuple[str, str]
    scale: int

    @property
    def tag(self) -> str:
        """Return its HXL hashtag."""
        return hxl_tags().get(self.code) or f"#indicator+num+{self.code}"

    def called(self) -> set[str]:
        """Return everything a heading may say for it."""
        said = {self.code, self.tag, *self.names}
        said |= {f"{n} ({u})" for n, u in zip(self.names, self.units, strict=True)}
        return {plain(each) for each in said}


@dataclass(frozen=True)
class Table:
    """The columns of one edition of the form, and those only other editions ask."""

    edition: str
    columns: Sequence[Column]
    others: Sequence[Column] = ()

    @cached_property
    def version(self) -> str:
        """Return which template this is: the edition, and a hash of what it asks."""
        asked = ";".join(f"{each.code}:{each.scale}" for each in self.columns)
        return f"{self.edition}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"

    @cached_property
    def by_code(self) -> Mapping[str, Column]:
        """Return the columns by code."""
        return {each.code: each for each in self.columns}

    @cached_property
    def headings(self) -> Mapping[str, str]:
        """Return heading → code of a figure, or what another column holds."""
        found = {plain(each): role for role, names in CALLED.items() for each in names}
        return _called(self.columns) | found

    @cached_property
    def strange(self) -> Mapping[str, str]:
        """Return heading → code of figures this edition does not ask."""
        return {name: code for name, code in _called(self.others).items()
                if name not in self.headings}  # fmt: skip


def _called(columns: Iterable[Column]) -> dict[str, str]:
    return {name: each.code for each in columns for name in each.called()}


def plain(text: object) -> str:
    """Return a heading as it is compared: no full-width signs, no spaces, no capitals."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split()).lower()


@cache
def hxl_tags() -> Mapping[str, str]:
    """Return the HXL hashtag of each figure; every tag is one figure's only."""
    text = (files("relief_ops") / "data" / "hxl_tags.csv").read_text("utf-8")
    return {row["indicator"]: row["tag"] for row in csv.DictReader(text.splitlines())}


@cache
def form_head(edition: str) -> Mapping[str, str]:
    """Return number and authority of an edition's quick report; nothing where not known."""
    text = (files("relief_ops") / "data" / "quick_report_heads.csv").read_text("utf-8")
    rows = {row["edition"]: row for row in csv.DictReader(text.splitlines())}
    return rows.get(edition, {"number": "", "authority": ""})
