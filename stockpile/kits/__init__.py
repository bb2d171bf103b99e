"""Kits put together from parts in a depot, and taken apart again (组套、拆套)."""
