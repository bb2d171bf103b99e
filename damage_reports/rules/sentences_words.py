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
ANY = "|".join(sorted(UNITS, key=len, reverse=True))
UNIT = re.compile(ANY)
# A unit in brackets before its number, as forms have it: 损失(万元)60.
BIG = 10_000
BRACKETED = rf"\((?:单位)?[::]?万?(?:{ANY})\)"
HEADED = re.compile(rf"\((?:单位)?[::]?(万?)({ANY})\)[^\w]*$")
ORDINAL = re.compile(r"(?<![^\s(])\d{1,2}\.(?!\d)|(?<![^\n。;])\d{1,2}[)、]")

ONE = r"[\d一二两三四五六七八九十零]"
LOST = rf"(?:(?:直接)?(?:经济)?损失|(?=[::约为]?\s*{ONE}))"

# A word → which figure it is in which unit; the first unit is meant where none is written.
# Earlier rows win where two words begin at the same place.
WORDS: tuple[tuple[str, dict[str, str]], ...] = (
    (r"死亡(?:大|小)?牲畜|死了?(?=[猪牛羊鸡鸭鹅])|"
     r"(?:牲畜|家禽|[猪牛羊兔鸡鸭鹅])+死(?:亡|了|掉)?", {HEADS: "livestock_dead"}),
    (r"(?:人员)?(?:死亡|遇难|身亡|罹难|溺亡)", {PEOPLE: "deaths", HEADS: "livestock_dead"}),
    (r"失踪|失联|失去联系|联系不上|下落不明|走失|走丢|(?:被|给|让)(?:洪水|山洪|大?水)?(?:冲走|卷走)",
     {PEOPLE: "missing"}),
    (rf"(?<={ONE})死(?!亡)|死了?(?={ONE})", {PEOPLE: "deaths", HEADS: "livestock_dead"}),
    (r"重伤", {PEOPLE: "injured_severe"}),
    (rf"受伤|轻伤|[压砸摔划]伤|伤员|伤者|(?<={ONE})伤(?!亡)|伤了?(?={ONE})", {PEOPLE: "injured"}),
    (r"紧急生活救助|需要?(?:生活)?救助", {PEOPLE: "urgent_aid_cum"}),
    (r"(?:避灾)?(?:集中)?安置(?:场所|点)|避灾(?:点|场所|中心)", {SITES: "central_sites_cum"}),
    (rf"安置(?=[^,。;,;\d]{{1,15}}{ONE}+[个处](?:点|地方|避灾|安置))",
     {SITES: "central_sites_cum"}),
    (rf"集中安置|集中(?=[\s:]*{ONE})", {PEOPLE: "relocated_central_cum"}),
    (rf"分散安置|投亲靠友|分散(?=[\s:]*{ONE})", {PEOPLE: "relocated_scattered_cum"}),
    (r"(?:紧急)?避险(?:转移|撤离)|(?:提前|预防性)转移", {PEOPLE: "evacuated_precaution"}),
    (r"(?:预计[将要]?|将|明[天早日][^,。]{0,4}|要|准备|拟|计划|打算|等待|原定|即将|(?:还|尚|仍)需)(?:紧急)?(?:转移|撤离)|"
     r"转移对象|(?:必须|务必)[^,。;,;]{0,12}?(?:转移|撤离)", {}),
    (r"(?:应|需|须)(?:紧急)?转移", {PEOPLE: "should_move_rt"}),
    (r"(?:紧急)?(?:转移安置|转移|撤离|疏散|安置|转了|撤了|撤[到往至])", {PEOPLE: "relocated_cum"}),
    (r"被困|围困|困在|困住", {PEOPLE: "trapped"}),
    (r"(?:饮用?|用|喝|吃)水困难|缺水", {PEOPLE: "water_difficulty"}),
    (r"进水|水进了?[屋家]", {HOUSEHOLDS: "flooded_homes"}),
    (r"(?<![田塘地物稻菜橘])[受被]淹(?!面积)", {HOUSEHOLDS: "flooded_homes"}),
    (rf"倒塌|倒房|压[塌垮倒]|压了(?={ONE}+间)|房[子屋]?倒(?!塌)|(?<![摔跌打撞])倒(?={ONE})|冲[毁垮]|塌房|垮塌|坍塌|[倒塌]了|倒掉|(?<=[没未])[倒塌]|(?<=没有)[倒塌]",
     {ROOMS: "collapsed_rooms", HOUSEHOLDS: "collapsed_dwelling_households"}),
    (rf"严重(?:损坏|受损)|严损|重损|严重的?(?={ONE})",
     {ROOMS: "severe_rooms", HOUSEHOLDS: "severe_dwelling_households"}),
    (r"一般(?:性)?(?:损坏|受损)|一般损|一损|轻微损坏",
     {ROOMS: "minor_rooms", HOUSEHOLDS: "minor_dwelling_households"}),
    (r"(?:水产(?:养殖)?|养殖塘|[鱼渔虾蟹]塘)(?:受灾|受损)?(?:面积)?|养殖面积",
     {AREA: "aquaculture_affected"}),
    (r"成灾", {AREA: "crop_damaged"}),
    (r"绝收", {AREA: "crop_lost"}),
    (r"(?:农作物|作物|庄稼|农田|水稻|晚稻|粮食|蔬菜|柑橘)(?:受灾|受淹|受损)?|田(?:里|地)?(?:被|受)?淹",
     {AREA: "crop_affected"}),
    (rf"(?:农林牧渔业|农业){LOST}", {MONEY: "loss_agri"}),
    (rf"(?:工矿商贸业?|工业|工矿|商贸业?){LOST}", {MONEY: "loss_industry_commerce"}),
    (rf"(?:基础设施|水利设施){LOST}", {MONEY: "loss_infrastructure"}),
    (rf"(?:家庭财产|住房){LOST}", {MONEY: "loss_housing_household"}),
    (r"直接经济损失|经济损失|总损失|损失", {MONEY: "loss_total"}),
    (r"公路|道路|[乡县村省国]道", {LENGTH: "road_km"}),
    (r"堤防|[海江河]堤|海塘|堤坝", {LENGTH: "dike_km"}),
    (r"电力线路", {LENGTH: "power_km"}),
    (r"基站", {SITES: "base_stations"}),
    (r"受灾(?:人口|群众|人数)?|灾民", {PEOPLE: "affected", AREA: "crop_affected"}),
)  # fmt: skip
# 伤亡 is two figures at once; it is only ever said of nobody, or of what is not known yet.
CASUALTIES = ("deaths", "injured")
HURT = frozenset({"deaths", "missing", "injured", "injured_severe", "trapped"})
CONCEPT = re.compile(
    "(?P<both>伤亡|死伤)|" + "|".join(f"(?P<w{n}>{word})" for n, (word, _) in enumerate(WORDS))
)

NOTHING = re.compile(
    r"(?:无|没有|没|未发生|未造成|未出现|未|零|暂无|尚无|不存在)(?![^,。;]{0,4}[到收])[^\d,。;,;]{0,10}$"
)
NOTHING_AFTER = re.compile(r"[^\d,。;,;:]{0,4}[::]?\s*(?:无|没有|暂无|零)(?=$|[\s,。;、,;))])")
UNKNOWN = re.compile(
    r"[没未]有?(?:估|算|数|统计|查|量|核|摸|汇总|清点|点)(?:出来|出|完|好|齐)|不详|[未不]掌握|不清楚|不明|待核|待统计|待查|统计中|(?:正|还)在\S{0,4}(?:统计|核实|核查|摸排|估|清点)|核实中|"
    r"核查中|摸排中|未知|(?:未|没有|没|尚未|还没)(?:有)?(?:接到|收到|掌握|统计|核实|查清|报上来)|说不准|不知道|没数|[没未]有?上?报(?!告)|"
    r"(?:无法|没法|难以|来不及)(?:统计|估计|估算)|[没未]有?(?:摸|弄|搞|查)(?:清|明白)|不晓得|吃不准|没底|"
    r"(?:说|讲|估)不(?:上来|清|好|准)"
)
UNSURE = re.compile(
    rf"\s*(?:具体|准确|确切|详细|到底)(?:的|有|多少|几|[亩户间人]数?|数字|情况|数量|面积|数|还|暂时|都|也|尚|目前)*(?:{UNKNOWN.pattern})"
)
CORRECTED = re.compile(
    r"更正|应为|应该是|应是|改为|改成|更改为|更新[为成到]|订正|修正|纠正|发错|为准|打错|说错|报错|写错|填错|[多少][打写输填]了?[一1]?个?[0零]|有误|不对|实际(?:为|是|(?=\s*$))|"
    r"(?:复核|核实|核定|核查)后?[为是]|[老旧]数据|作废|正确的|"
    r"(?:增加|上升|减少|下降)[到至为](?=\s*$)|[增升减降][至为](?=\s*$)|(?:[上下]调|调[高低增减]|核[增减])[到至为]?(?=\s*$)"
)
# After a figure of its kind; before one it says no more than a colon.
IS = re.compile(r"(?<![不也都还在前计共仍依])是\s*$")
# A sentence that only says that what follows counts; 另外 begins what is not corrected.
ANNOUNCED = re.compile(r"以(?:此|这|下|本)[^\d]{0,4}为准|作废|[发打报写说填]错|[老旧]数据")
APART = re.compile(r"另外|另有|此外|其余")
# What is more or less than was said before is no total; what is not done yet is no figure.
MORE = re.compile(
    r"(?:新增|新转移|又|再[转加增添]|比[^,。;]{1,8}?[多少增减][加少]?了?|增加了?(?![到至])|[多少][算报]了?|漏[算报]了?|相差)[^\d,。;,;]{0,8}$"
)
NOT_DONE = re.compile(r"[人户名个口]*[^\d,。;,;]{0,4}?(?:没|未|不肯|不愿)(?:有|能)?[转撤走]")
FOUND = re.compile(
    r"(?:(?:找到|救出|救起|获救|脱险)了?[^\d,。;,;]{0,3}|(?:救出|解救|营救|救援)了?被困[^\d,。;,;]{0,4})$"
)
# Who was found again is no longer missed: 失联5人,找到3人,还有2人.
FOUND_SINCE = re.compile(
    r"[^。;]*?(?:找到|救出|救起|获救|脱险)[^。;]*?(?:还有|仍有|尚有|还剩|剩下)[^\d。;]{0,4}"
    r"[\d一二两三四五六七八九十]"
)
AWAY = re.compile(r"(?:从[^,。;,;]*到|[离距])[^,。;,;]*$")
# Who is counted before it is said where they are: 全村153人,已全部转移.
MOVED = re.compile(
    r"[,\s]*(?:已经?|均已?|现已?|目前)*(?:全部|全都|都|全)(?:已经?)?(?:安全)?(?:转移|撤离|疏散|安置)"
)
# What is taken back as a whole: 转移268人,发错群了,不用管.
IGNORED = re.compile(r"\d[^。;]*(?:发错群|不用管|不用看|别看|忽略|撤回)[^\d。;]*$")
NOBODY = re.compile(r"(?:没有|没|无)\s*$")
RESCUED = re.compile(r"救|脱险|脱困|找到")
NOUGHT = re.compile(r"\s*(?:人数)?[::为]?\s*0(?![\d.])")
TOTAL = re.compile(r"\s*(?:总计|合计|共计|一共|总共|加起来|合起来)")
JOINT = re.compile(r"[和与及][\u4e00-\u9fff]{1,5}(?:村|社区|镇|乡|街道)一?总?共")
PAIR = re.compile(
    r"(?:(?<=[村区镇乡])[和跟与、]|(?<=[村区]))([\u4e00-\u9fff]{1,5}?(?:村|社区|镇|乡))"
)
ALTOGETHER = re.compile(r"[\u4e00-\u9fff]{1,5}?(?:村|社区|镇|乡|街道)[一总]?共")
EACH = re.compile(r"[均都](?=[无没未])|各(?![村镇乡县区地级位组户类街社自])")
SOME = re.compile(
    r"(?:的人|群众|人员|人口)(?:里面?|当中|中)有?$|[中含][^\d,。;,;]{0,4}(?:老人|儿童|学生|妇女|党员)[^\d,。;,;]{0,2}$"
)
IN_TURN = re.compile(r"分别|依次")

DENIED = re.compile(r"(?:不是|并非)[^\d,。;,;]{0,10}$")
FORMER = re.compile(
    r"(?:昨[天晚日夜]?上?[^,。;,;]{0,5}报|早先报|原报|原来报|之前报|先前报|前面报|刚才报|早上报|上次报|前报|误报|误写|[写报打听看记说]成)[^\d,。;,;]{0,10}$"
)
# The other way round: 2人,不是3人.
INSTEAD = re.compile(rf"[^\d,。;]{{0,4}}[,\s]*而?(?:不是|并非)[^\d,。;]{{0,6}}?{ONE}")
OWN = re.compile(r"(?:我|咱|阿拉|全|本|各|该|整个)(?:镇|乡|街道|村|社区|县|市|区)")
SUM = re.compile(r"合计|总计|共计|累计|全部|总共")
LEAD = (
    r"(?:^|(?<=[,。;、\s,;)):】》\]【《])|(?<=还有)|(?<=的有)|(?<=的是))"
    r"(?:我们?是|我们?在|这里是|其中|另外|目前|今天|报告|[现续补上]?报|截至目前|\d+[.、])?"
)
PLACES = (
    re.compile(LEAD + r"((?:[\u4e00-\u9fff]{1,4}(?:镇|乡|街道))?[\u4e00-\u9fff\d]{1,5}?"
               r"(?:村|社区|居委会))(?![干民支部长])"),
    re.compile(LEAD + r"([\u4e00-\u9fff]{1,5}?(?:镇|乡|街道))(?![干民长里上])"),
)  # fmt: skip
NO_PLACE = re.compile(
    r"[个几数全各我咱本该多些在的有]|阿拉|受灾|转移|停[电水]|[两二三四五六七八九十](?:村|社区|镇|乡)$"
)
CHANGED = re.compile(
    r"[人间户亩]?(?:(?:改|修正|更正|调整|变更)[为成]|(?:增加|上升|减少|下降)[到至为]|[增升减降][至为])"
)
SHED_FELL = re.compile(r"(?:[猪牛羊鸡鸭][圈棚舍]|围墙|厨房|灶间|车库|[工大]棚)[也都被又给]?$")
# What the form does not count as rooms, and years it does not ask about.
SHEDS = re.compile(r"[猪牛羊鸡鸭]?[圈棚舍]|厨房|[工大]棚|围墙|简易")
OTHERS = re.compile(r"大棚|商店|[猪牛羊鸡鸭][圈棚舍]|商铺|店铺|门店|商户|企业|厂房|车库|围墙|屋顶")
PERSONS = re.compile(
    r"(?:老人|老[太汉]|群众|村民|居民|孩子|[小女男]孩|儿童|婴儿|大人|妇女|孕妇|[男女][子人士生]|学生|游客|"
    r"工人|民工|渔民|船员|病人)"
)
TREES = re.compile(r"(?:茶园|竹林|毛竹|果园|林地|[^,。;]林)(?:里|地)?$")
THIS_TIME = re.compile(r"今年|这次|本次|这回|这一次")
LONG_AGO = re.compile(r"去年|前年|往年|历年|上一?次台风|上个月")
# What may have a fraction in the form.
BROKEN_FIGURES = frozenset(
    {"crop_affected", "crop_damaged", "crop_lost", "aquaculture_affected", "road_km", "dike_km",
     "power_km", "loss_total", "loss_agri", "loss_industry_commerce", "loss_infrastructure",
     "loss_housing_household"}
)  # fmt: skip
