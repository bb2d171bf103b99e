"""Dated policy numbers: every statutory figure with its source, area and time in force."""
