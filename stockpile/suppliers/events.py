"""What can happen to agreements with suppliers and to what is called off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from relief_ops.events import Code, Event


@dataclass(frozen=True)
class AgreementWritten(Event):
    """An agreement with a supplier was entered or changed."""

    name: ClassVar[str] = "supplier.agreement_written"
    permission: ClassVar[str] = "depot.write"

    agreement_id: UUID
    revision: int


@dataclass(frozen=True)
class SupplierContactRead(Event):
    """Somebody read whom to call at a supplier in full."""

    name: ClassVar[str] = "supplier.contact_read"
    permission: ClassVar[str] = "stock.plan"

    agreement_id: UUID


@dataclass(frozen=True)
class SupplyCalled(Event):
    """Goods were called off from an agreement; somebody else has to sign."""

    name: ClassVar[str] = "supplier.called"
    permission: ClassVar[str] = "stock.plan"

    disaster_id: UUID
    agreement_id: UUID
    depot_id: UUID
    item: Code
    quantity: int


@dataclass(frozen=True)
class CallSigned(Event):
    """A call-off was signed: the supplier is to bring the goods."""

    name: ClassVar[str] = "supplier.call_signed"
    permission: ClassVar[str] = "stock.sign"

    disaster_id: UUID
    by_word: bool


@dataclass(frozen=True)
class CallWritten(Event):
    """A call-off made by word of mouth got its paper."""

    name: ClassVar[str] = "supplier.call_written"
    permission: ClassVar[str] = "stock.sign"

    disaster_id: UUID


@dataclass(frozen=True)
class SupplyDelivered(Event):
    """Goods called off came to their depot."""

    name: ClassVar[str] = "supplier.delivered"
    permission: ClassVar[str] = "stock.receive"

    disaster_id: UUID
    depot_id: UUID
    item: Code
    quantity: int
    received: int


@dataclass(frozen=True)
class CallEnded(Event):
    """A call-off was taken back, or ended with less than was called for."""

    name: ClassVar[str] = "supplier.call_ended"
    permission: ClassVar[str] = "stock.plan"

    disaster_id: UUID
    quantity: int
    received: int
