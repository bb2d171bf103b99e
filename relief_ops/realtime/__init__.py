"""The only Socket.IO: rooms, heartbeat, the tail of the log, and the catch-up address."""
