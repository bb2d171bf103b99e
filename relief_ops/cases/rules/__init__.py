"""Decisions of the case core on plain values."""
