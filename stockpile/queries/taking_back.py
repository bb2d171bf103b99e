"""Which movements the reader may take back."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from relief_ops.auth import viewer
from relief_ops.geo import cached_tree
from stockpile import rules
from stockpile.models import Account, Movement
from stockpile.queries.register import LEDGER

PERMISSION = "stock.count"


def takeable(session: Session, entries: Iterable[Movement]) -> set[UUID]:
    """Return which of these a correction may take back, by its rule and by the reader's areas."""
    rows = list(entries)
    again = select(Movement.corrects).where(Movement.corrects.in_([each.id for each in rows]))
    corrected = set(session.scalars(again.execution_options(**LEDGER)))
    mine = _mine(session, {each.from_account for each in rows} | {each.to_account for each in rows})
    return {
        each.id
        for each in rows
        if rules.can_be_taken_back(
            each.kind, corrected=each.id in corrected, handed_out=each.handout_id is not None
        )
        and each.from_account in mine
        and each.to_account in mine
    }


def _mine(session: Session, accounts: set[UUID]) -> set[UUID]:
    """Return the accounts the reader may correct at; where goods come from or go to always."""
    someone, tree = viewer(), cached_tree()
    if someone is None or not someone.may(PERMISSION, None, tree):
        return set()
    rows = session.execute(
        select(Account.id, Account.place_id, Account.area_id)
        .where(Account.id.in_(accounts))
        .execution_options(**LEDGER)
    )
    return {
        account
        for account, place_id, area_id in rows
        if place_id is None or someone.may(PERMISSION, area_id, tree)
    }
