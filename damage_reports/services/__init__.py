"""Changing reports and the form."""

from damage_reports.services.bypass import put_bypass
from damage_reports.services.choosing import put_gap_settlement, put_source_rule
from damage_reports.services.closing import may_finalise, may_split
from damage_reports.services.codes import put_code
from damage_reports.services.contacts import put_contact
from damage_reports.services.filing import put_report
from damage_reports.services.form import load_form, put_indicator, put_version
from damage_reports.services.holding import put_hold
from damage_reports.services.judging import put_verdict
from damage_reports.services.narratives import put_narrative
from damage_reports.services.own import put_own_answer
from damage_reports.services.papers import put_paper, type_paper, withdraw_paper
from damage_reports.services.photos import put_photo, withdraw_photo
from damage_reports.services.reminders import note_numbers_read, put_call, put_reminder
from damage_reports.services.rounds import put_round
from damage_reports.services.settling import put_settlement
from damage_reports.services.signing import (
    check_signature,
    put_signature,
    put_summary,
    signing_permission,
)
from damage_reports.services.sources import load_sources, put_claim, put_source
from damage_reports.services.stability import judge_stability, put_stability
from damage_reports.services.vouching import put_voucher
from damage_reports.services.withdrawing import put_withdrawal

__all__ = [
    "check_signature",
    "judge_stability",
    "load_form",
    "load_sources",
    "may_finalise",
    "may_split",
    "note_numbers_read",
    "put_bypass",
    "put_call",
    "put_claim",
    "put_code",
    "put_contact",
    "put_gap_settlement",
    "put_hold",
    "put_indicator",
    "put_narrative",
    "put_own_answer",
    "put_paper",
    "put_photo",
    "put_reminder",
    "put_report",
    "put_round",
    "put_settlement",
    "put_signature",
    "put_source",
    "put_source_rule",
    "put_stability",
    "put_summary",
    "put_verdict",
    "put_version",
    "put_voucher",
    "put_withdrawal",
    "signing_permission",
    "type_paper",
    "withdraw_paper",
    "withdraw_photo",
]
