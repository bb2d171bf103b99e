"""The stockpile: depots, lots, and a double-entry ledger that cannot promise a thing twice."""
