"""What can happen to policies and claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from damage_reports.insurance.rules import State
from relief_ops.events import Audience, Code, Event


@dataclass(frozen=True)
class PolicyWritten(Event):
    """A policy period was entered or corrected."""

    name: ClassVar[str] = "policy.written"
    permission: ClassVar[str] = "policy.write"
    audience: ClassVar[Audience] = Audience.SHARED

    policy_id: UUID
    revision: int


@dataclass(frozen=True)
class ClaimRegistered(Event):
    """A household's claim was registered, surveyed or not."""

    name: ClassVar[str] = "claim.registered"
    permission: ClassVar[str] = "claim.register"

    claim_id: UUID
    policy_id: UUID
    state: State
    due_fen: int


@dataclass(frozen=True)
class ClaimSurveyed(Event):
    """A claim's water depth was measured, or measured again."""

    name: ClassVar[str] = "claim.surveyed"
    permission: ClassVar[str] = "claim.survey"

    claim_id: UUID
    due_fen: int
    revision: int


@dataclass(frozen=True)
class ClaimMoved(Event):
    """A claim went on notice, was refused or was paid."""

    name: ClassVar[str] = "claim.moved"
    permission: ClassVar[str] = "claim.approve"

    claim_id: UUID
    state: State
    revision: int


@dataclass(frozen=True)
class ClaimApproved(Event):
    """A claim was approved and its amount taken from the section's limit."""

    name: ClassVar[str] = "claim.approved"
    permission: ClassVar[str] = "claim.approve"

    claim_id: UUID
    section: Code
    amount_fen: int
    cut_fen: int
    used_fen: int
