"""Goods asked for by a report: those it counts as in want become needs the stock sees."""
