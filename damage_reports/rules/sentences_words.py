"""The words people use for the figures of the form, and the units they count them in."""

from __future__ import annotations

import re
from decimal import Decimal

PEOPLE, ROOMS, HOUSEHOLDS, AREA, MONEY, LENGTH, HEADS, SITES = (
    "people", "rooms", "households", "area", "money", "length", "heads", "sites",
)  # fmt: skip

# Unit as written → what it counts, and how much of the form's unit (人, 公顷, 万元, 千米) it is.
UNITS = {
    "号人": (PEOPLE, Decimal(1)), "个人": (PEOPLE, Decimal(1)), "人": (PEOPLE, Decimal(1)),
    "名": (PEOPLE, Decimal(1)), "口": (PEOPLE, Decimal(1)), "位": (PEOPLE, Decimal(1)),
    "间": (ROOMS, Decimal(1)),
    "户": (HOUSEHOLDS, Decimal(1)), "家": (HOUSEHOLDS, Decimal(1)),
    "亩": (AREA, Decimal(1) / 15), "公顷": (AREA, Decimal(1)), "元": (MONEY, Decimal("0.0001")),
    "块": (MONEY, Decimal("0.0001")), "公里": (LENGTH, Decimal(1)), "千米": (LENGTH, Decimal(1)),
    "米": (LENGTH, Decimal("0.001")), "头": (HEADS, Decimal(1)), "只": (HEADS, Decimal(1)),
    "个": (SITES, Decimal(1)), "处": (SITES, Decimal(1)), "座": (SITES, Decimal(1)),
    "所": (SITES, Decimal(1)),
}  # fmt: skip
UNIT = re.compile("|".join(sorted(UNITS, key=len, reverse=True)))

# A word → which figure it is in which unit; the first unit is meant where none is written.
# Earlier rows win where two words begin at the same place.
WORDS: tuple[tuple[str, dict[str, str]], ...] = (
    (r"死亡(?:大|小)?牲畜|牲畜死亡|死(?:猪|牛|羊|鸡|鸭)", {HEADS: "livestock_dead"}),
    (r"(?:人员)?(?:死亡|遇难|身亡|罹难|溺亡)", {PEOPLE: "deaths", HEADS: "livestock_dead"}),
    (r"失踪|失联|下落不明", {PEOPLE: "missing"}),
    (r"重伤", {PEOPLE: "injured_severe"}),
    (r"受伤|轻伤|[压砸摔划]伤|伤员|伤者", {PEOPLE: "injured"}),
    (r"紧急生活救助", {PEOPLE: "urgent_aid_cum"}),
    (r"(?:避灾)?(?:集中)?安置(?:场所|点)|避灾点", {SITES: "central_sites_cum"}),
    (r"集中安置", {PEOPLE: "relocated_central_cum"}),
    (r"分散安置|投亲靠友", {PEOPLE: "relocated_scattered_cum"}),
    (r"(?:紧急)?避险(?:转移|撤离)|(?:提前|预防性)转移", {PEOPLE: "evacuated_precaution"}),
    (r"(?:要|准备|拟|计划|打算|等待)(?:紧急)?(?:转移|撤离)", {}),
    (r"(?:应|需|须)(?:紧急)?转移", {PEOPLE: "should_move_rt"}),
    (r"(?:紧急)?(?:转移安置|转移|撤离|疏散|安置|转了|撤了)", {PEOPLE: "relocated_cum"}),
    (r"被困|围困", {PEOPLE: "trapped"}),
    (r"饮水困难|缺水", {PEOPLE: "water_difficulty"}),
    (r"进水", {HOUSEHOLDS: "flooded_homes"}),
    (r"倒塌|倒房|塌房|垮塌|坍塌|[倒塌]了|倒掉|(?<=没)[倒塌]|(?<=没有)[倒塌]",
     {ROOMS: "collapsed_rooms", HOUSEHOLDS: "collapsed_dwelling_households"}),
    (r"严重(?:损坏|受损)|严损|重损",
     {ROOMS: "severe_rooms", HOUSEHOLDS: "severe_dwelling_households"}),
    (r"一般(?:性)?(?:损坏|受损)|一般损|轻微损坏",
     {ROOMS: "minor_rooms", HOUSEHOLDS: "minor_dwelling_households"}),
    (r"(?:水产(?:养殖)?|养殖塘|鱼塘)(?:受灾|受损)?(?:面积)?|养殖面积",
     {AREA: "aquaculture_affected"}),
    (r"成灾", {AREA: "crop_damaged"}),
    (r"绝收", {AREA: "crop_lost"}),
    (r"(?:农作物|作物|庄稼|农田|水稻|晚稻|粮食|蔬菜|柑橘)(?:受灾|受淹|受损)?",
     {AREA: "crop_affected"}),
    (r"(?:农林牧渔业|农业)(?:直接)?(?:经济)?损失", {MONEY: "loss_agri"}),
    (r"(?:工矿商贸业|工业|工矿)(?:直接)?(?:经济)?损失", {MONEY: "loss_industry_commerce"}),
    (r"(?:基础设施|水利设施)(?:直接)?(?:经济)?损失", {MONEY: "loss_infrastructure"}),
    (r"(?:家庭财产|住房)(?:直接)?(?:经济)?损失", {MONEY: "loss_housing_household"}),
    (r"直接经济损失|经济损失|总损失|损失", {MONEY: "loss_total"}),
    (r"公路|道路", {LENGTH: "road_km"}),
    (r"堤防|海塘|堤坝", {LENGTH: "dike_km"}),
    (r"电力线路", {LENGTH: "power_km"}),
    (r"基站", {SITES: "base_stations"}),
    (r"受灾(?:人口|群众|人数)?|灾民", {PEOPLE: "affected", AREA: "crop_affected"}),
)  # fmt: skip
# 伤亡 is two figures at once; it is only ever said of nobody, or of what is not known yet.
CASUALTIES = ("deaths", "injured")
CONCEPT = re.compile(
    "(?P<both>伤亡)|" + "|".join(f"(?P<w{n}>{word})" for n, (word, _) in enumerate(WORDS))
)

NOTHING = re.compile(
    r"(?:无|没有|没|未发生|未造成|未出现|未|零|暂无|尚无|不存在)(?![^,。;]{0,4}[到收])[^\d,。;,;]{0,10}$"
)
NOTHING_AFTER = re.compile(r"[^\d,。;,;:]{0,4}[::]?\s*(?:无|没有|暂无|零)(?=$|[\s,。;、,;))])")
UNKNOWN = re.compile(
    r"不详|[未不]掌握|不清楚|不明|待核|待统计|待查|统计中|(?:正|还)在\S{0,4}(?:统计|核实|核查|摸排)|核实中|"
    r"核查中|摸排中|未知|(?:未|没有|没|尚未|还没)(?:有)?(?:接到|收到|掌握|统计|核实|查清|报上来)|说不准|不知道"
)
CORRECTED = re.compile(
    r"更正|应为|应该是|应是|改为|改成|更改为|订正|修正|纠正|发错|为准|打错|说错|报错|写错|填错|有误|不对|实际(?:为|是)|"
    r"(?<!不)是(?=\s*$)"
)
DENIED = re.compile(r"(?:不是|并非)[^\d,。;,;]{0,10}$")
FORMER = re.compile(
    r"(?:原报|原来报|之前报|先前报|前面报|刚才报|早上报|上次报|前报|误报|误写|写成|报成|打成)[^\d,。;,;]{0,10}$"
)
OWN = re.compile(
    r"(?:我|全|本|各|该|整个)(?:镇|乡|街道|村|社区|县|市|区)|合计|总计|共计|累计|全部|总共"
)
LEAD = r"(?:^|(?<=[,。;、\s,;)):]))(?:其中|另外|目前|今天|报告|截至目前|\d+[.、])?"
PLACES = (
    re.compile(LEAD + r"((?:[\u4e00-\u9fff]{1,4}(?:镇|乡|街道))?[\u4e00-\u9fff\d]{1,5}?"
               r"(?:村|社区|居委会))(?![干民支部])"),
    re.compile(LEAD + r"([\u4e00-\u9fff]{1,5}?(?:镇|乡|街道))(?![干民])"),
)  # fmt: skip
NO_PLACE = re.compile(
    r"[个几数全各我本该多些在的有]|受灾|转移|停电|[两二三四五六七八九十](?:村|社区|镇|乡)$"
)
CHANGED = re.compile(r"[人间户亩]?(?:改|修正|更正|调整|变更)[为成]")
# What the form does not count as rooms, and years it does not ask about.
SHEDS = re.compile(r"[猪牛羊鸡鸭]?[圈棚舍]|厨房|[工大]棚|围墙|简易")
LONG_AGO = re.compile(r"去年|前年|往年|历年|上一?次台风|上个月")
