"""Needs that follow from the headcounts, and the stock that meets them."""

from __future__ import annotations

from collections.abc import Iterator

from relief_ops.drill.requests import Ids, Request
from relief_ops.drill.shelters import Network


class Supply:
    """The depots, their stock, the needs of the shelters and how they are met."""

    def __init__(self, network: Network, ids: Ids) -> None:
        self.network = network
        self.ids = ids

    def register(self) -> Iterator[Request]:
        """Yield depots and opening stock."""
        yield from ()

    def requests(self) -> Iterator[Request]:
        """Yield needs, promises, shipments and receipts."""
        yield from ()
