"""Needs ahead of the people: what those who must move will take, before they have moved."""
