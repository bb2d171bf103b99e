"""The case core: households, persons, cases, clocks, decisions."""
