"""The desk's words: what an event is called in a row of a hundred pixels, and what a code means."""

from __future__ import annotations

from relief_ops.events import known
from relief_ops.i18n import gettext as _
from relief_ops.i18n import lazy
from relief_ops.plugins import contributed

WORDS = {
    "report.submitted": lazy("report filed"),
    "report.accepted": lazy("report accepted"),
    "report.returned": lazy("report returned"),
    "report.rivalled": lazy("two reports for one round"),
    "report.narrated": lazy("report told in words"),
    "report.prepared": lazy("table prepared to go up"),
    "report.signed": lazy("table signed"),
    "round.opened": lazy("reporting round opened"),
    "report.settled": lazy("which report counts is settled"),
    "report.withdrawn": lazy("report withdrawn"),
    "report.reminded": lazy("reminded of a report"),
    "report.called": lazy("telephoned about a report"),
    "report.bypassed": lazy("reported past the city"),
    "report.paper_attached": lazy("report on paper to be typed"),
    "report.paper_typed": lazy("report on paper typed"),
    "report.paper_withdrawn": lazy("report on paper withdrawn"),
    "report.photographed": lazy("photo of a report"),
    "report.photo_withdrawn": lazy("photo withdrawn"),
    "report.held": lazy("report taken in hand"),
    "report.vouched": lazy("figure looked at and right"),
    "own_figure.answered": lazy("figure of the level above answered"),
    "claim_import.asked": lazy("table of a source's figures given in"),
    "claim_import.cancelled": lazy("table of a source's figures cancelled"),
    "claim_import.finished": lazy("table of a source's figures dealt with"),
    "report_import.asked": lazy("table of reports given in"),
    "report_import.cancelled": lazy("table of reports cancelled"),
    "report_import.finished": lazy("table of reports dealt with"),
    "figure_claim.filed": lazy("another source's figure"),
    "figure_gap.settled": lazy("differing figures decided"),
    "source_rule.set": lazy("rule of choice set"),
    "stability.declared": lazy("county declared stable"),
    "stability.judged": lazy("stability judged"),
    "published.entered": lazy("published figures entered"),
    "relief_work.filed": lazy("relief work filed"),
    "relief_work.signed": lazy("relief work signed"),
    "roster.written": lazy("roster row written"),
    "roster.matched": lazy("two roster rows settled"),
    "roster.exported": lazy("roster taken away in full"),
    "roster.read_full": lazy("roster row read in full"),
    "contact.recorded": lazy("contact recorded"),
    "shelter.written": lazy("shelter registered"),
    "shelter.state_set": lazy("shelter opened or closed"),
    "shelter.counted": lazy("headcount"),
    "shelter.admitted": lazy("household arrived"),
    "shelter.departed": lazy("household left"),
    "shelter.admitted_above": lazy("taken in above the limit"),
    "shelter.admitted_above_kind": lazy("taken in without a place of their kind"),
    "shelter.group_divided": lazy("group divided over shelters"),
    "shelter.group_drawn": lazy("household named of a group"),
    "shelter.identified": lazy("identity number completed"),
    "shelter.household_sought": lazy("household looked for at a shelter"),
    "shelter.stay_read": lazy("household of a shelter read in full"),
    "shelter.over_capacity": lazy("shelter over capacity"),
    "evacuation.dwelling_judged": lazy("dwellings looked at"),
    "shelter.meal_served": lazy("meal given out"),
    "form_version.added": lazy("edition of the form added"),
    "shelter.incident_logged": lazy("incident in a shelter"),
    "shelter.outbreak_suspected": lazy("outbreak suspected in a shelter"),
    "shelter.incident_read": lazy("account of an incident read"),
    "shelter.volunteer_registered": lazy("volunteer registered"),
    "shelter.volunteer_on_duty": lazy("volunteer on duty"),
    "shelter.volunteer_off_duty": lazy("volunteer signed out"),
    "shelter.volunteer_read": lazy("volunteer read in full"),
    "report.goods_asked": lazy("goods asked for by a report"),
    "shelter.supplies_asked": lazy("supplies asked for"),
    "shelter.checked": lazy("shelter's building checked"),
    "shelter.check_withdrawn": lazy("safety check withdrawn"),
    "shelter.photographed": lazy("photo of a shelter"),
    "shelter.photo_withdrawn": lazy("photo of a shelter withdrawn"),
    "need.opened": lazy("need opened"),
    "need.changed": lazy("need changed"),
    "need.promised": lazy("stock promised"),
    "need.released": lazy("promise released"),
    "need.shipped": lazy("stock shipped"),
    "need.turned_back": lazy("shipment turned back"),
    "need.received": lazy("stock received"),
    "need.withdrawn": lazy("need withdrawn"),
    "need.taken_over": lazy("forecast need replaced by one asked for"),
    "need.substituted": lazy("stand-in decided on"),
    "need.given_back": lazy("need asked for again"),
    "need.forecast": lazy("needs forecast"),
    "response.set": lazy("response level set"),
    "disaster.opened": lazy("disaster opened"),
    "disaster.changed": lazy("disaster changed"),
    "disaster.joined": lazy("disaster joined to another"),
    "disaster.separated": lazy("disaster separated from another"),
    "disaster.split": lazy("areas split off a disaster"),
    "drill.started": lazy("drill set up"),
    "drill.ended": lazy("drill ended"),
    "disaster.personal_destroyed": lazy("personal data destroyed"),
    "attention.marked": lazy("queue entry dealt with"),
    "area.moved": lazy("place corrected"),
    "calendar.day_changed": lazy("holiday corrected"),
    "calendar.year_changed": lazy("holidays of a year entered"),
    "areas.imported": lazy("areas imported"),
    "case.opened": lazy("case opened"),
    "case.decided": lazy("case decided"),
    "case.assessed": lazy("rule applied to a case"),
    "case.moved": lazy("case went on"),
    "claim.registered": lazy("claim registered"),
    "claim.surveyed": lazy("water depth surveyed"),
    "claim.approved": lazy("claim approved"),
    "claim.moved": lazy("claim went on"),
    "household.registered": lazy("household registered"),
    "household.changed": lazy("household corrected"),
    "stock.count_waits": lazy("a count waits for a second person"),
    "stock.count_withdrawn": lazy("what waited for a second person was withdrawn"),
    "depot.changed": lazy("depot changed"),
    "item.changed": lazy("item changed"),
    "evacuation.plan_asked": lazy("evacuation plan asked for"),
    "evacuation.plan_made": lazy("evacuation plan worked out"),
    "evacuation.plan_changed": lazy("evacuation plan changed by hand"),
    "evacuation.plan_applied": lazy("evacuation plan applied"),
    "allocation.plan_asked": lazy("allocation plan asked for"),
    "allocation.plan_made": lazy("allocation plan worked out"),
    "allocation.plan_pinned": lazy("allocation plan changed by hand"),
    "allocation.plan_applied": lazy("allocation plan promised to the needs"),
    "allocation.plan_refused": lazy("allocation plan refused, given back"),
    "allocation.order_signed": lazy("dispatch order signed"),
    "allocation.order_written": lazy("dispatch order put on paper"),
    "hazard.written": lazy("closed road or dangerous ground entered"),
    "hazard.lifted": lazy("road open or ground safe again"),
    "shelter.imported": lazy("shelters imported"),
    "shelter.hidden_state_set": lazy("shelter opened or closed"),
    "shelter.settled": lazy("which headcount counts is settled"),
    "evacuation.risk_written": lazy("risk point registered"),
    "evacuation.cadre_written": lazy("who answers for households"),
    "evacuation.listed": lazy("household to be moved"),
    "evacuation.import_checked": lazy("evacuation list checked"),
    "evacuation.imported": lazy("evacuation list taken in"),
    "evacuation.read_in_full": lazy("evacuation list read in full"),
    "evacuation.exported": lazy("evacuation list taken away in full"),
    "evacuation.looked_up": lazy("somebody looked for one person"),
    "evacuation.ordered": lazy("evacuation ordered"),
    "evacuation.order_revised": lazy("evacuation order changed"),
    "evacuation.lifted": lazy("evacuation order lifted"),
    "evacuation.return_allowed": lazy("return allowed"),
    "evacuation.stepped": lazy("households moved"),
    "evacuation.deputies_told": lazy("deputies told to go"),
    "evacuation.directed": lazy("households told where to go"),
    "shipment.dispatched": lazy("shipment left"),
    "shipment.received": lazy("shipment arrived"),
    "shipment.turned_back": lazy("shipment turned back"),
    "trip.assigned": lazy("shipment given to a driver"),
    "trip.taken": lazy("driver has the shipment"),
    "trip.ended": lazy("driver's link taken back"),
    "trip.sighted": lazy("word from a driver"),
    "trip.photographed": lazy("picture from a driver"),
    "stock.counted": lazy("stock counted"),
    "stock.moved": lazy("stock moved"),
    "stock.file_booked": lazy("goods taken in from a file"),
    "stock.handed_out": lazy("goods handed to a household"),
    "kit.assembled": lazy("kits put together"),
    "kit.dismantled": lazy("kits taken apart"),
    "recovery.collected": lazy("goods brought back"),
    "recovery.graded": lazy("goods graded"),
    "recovery.scrapped": lazy("scrapping judged"),
    "supply_request.asked": lazy("level above asked for goods"),
    "supply_request.granted": lazy("request granted"),
    "supply_request.refused": lazy("request refused"),
    "supply_request.withdrawn": lazy("request withdrawn"),
    "key.given": lazy("key of a depot given"),
    "contingency.adopted": lazy("emergency plan entered"),
    "contingency.withdrawn": lazy("emergency plan withdrawn"),
    "trucks.entered": lazy("trucks of a depot entered"),
    "key.back": lazy("key of a depot handed back"),
    "key.contact_read": lazy("holder of a key read"),
    "travel.time_set": lazy("travel time entered"),
    "travel.time_ended": lazy("travel time taken back"),
    "supplier.agreement_written": lazy("agreement with a supplier written"),
    "supplier.contact_read": lazy("contact of a supplier read"),
    "supplier.called": lazy("goods called off from a supplier"),
    "supplier.call_signed": lazy("call-off signed"),
    "supplier.call_written": lazy("call-off put on paper"),
    "supplier.delivered": lazy("supplier delivered"),
    "supplier.call_ended": lazy("call-off ended"),
    "box.packed": lazy("boxes packed"),
    "box.scanned": lazy("box seen"),
    "stock.handout_settled": lazy("handout beyond the limits settled"),
    "stock.handout_taken_back": lazy("handout taken back"),
    "stock.handout_identified": lazy("handout: whose it was is known"),
    "stock.entitlement_sought": lazy("what a household may get looked up"),
    "stock.handouts_read": lazy("list of handouts read in full"),
    "stock.reserved": lazy("stock set aside"),
    "stock.released": lazy("stock set free"),
    "zone.changed": lazy("zone changed"),
    "intake.taken": lazy("application taken in"),
}


SOURCES = {
    "shelters": lazy("shelters' own figures"),
    "evacuation": lazy("evacuation steps"),
    "registered": lazy("by registration"),
    "headcount": lazy("by headcount"),
}
AGENCIES = {
    "tokyo": lazy("Japan Meteorological Agency"),
    "jtwc": lazy("US Joint Typhoon Warning Center"),
    "wmo": lazy("WMO best track"),
}


STATES = {
    "standby": lazy("standing by"),
    "preparing": lazy("being prepared"),
    "open": lazy("open"),
    "full": lazy("full"),
    "closing": lazy("being closed"),
    "closed": lazy("closed"),
}


def phone() -> dict[str, dict[str, str]]:
    """Return what the phone's map calls its layers and states, in English."""
    layers = (each for each in contributed("map_layers") if each.carried)
    return {
        "layers": {each.id: _english(each.title) for each in layers},
        "states": {code: _english(word) for code, word in STATES.items()},
    }


def _english(words: object) -> str:
    return str(getattr(words, "message", words))


def phone_texts() -> list[str]:
    """Return every English word of the phone's map, to be given in Chinese beside it."""
    return [word for words in phone().values() for word in words.values()]


def source(code: object) -> str:
    """Return where a figure or a position comes from; what is in words already stays."""
    text = str(code)
    return str(SOURCES.get(text) or AGENCIES.get(text) or text)


def codes() -> dict[str, str]:
    """Return every code of a source with its word, for the browser."""
    return {code: str(word) for code, word in (SOURCES | AGENCIES).items()}


def words(name: str) -> str:
    """Return an event in the reader's words; a new one by the first line of its docstring."""
    if name in WORDS:
        return str(WORDS[name])
    found = known().get(name)
    sentence = (found.__doc__ or name).strip().splitlines()[0] if found else name
    return _(sentence).rstrip(".。")
