"""A real server with the shipped areas, and the token of somebody who directs drills there."""

from tests.drill.playing import server, token  # noqa: F401  used by name
