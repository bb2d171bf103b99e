"""Closed roads and dangerous ground: where they lie, why, from when until when."""
