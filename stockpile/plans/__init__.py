"""Allocation plans: all open needs, all depots and items at once, explained and applied whole."""
