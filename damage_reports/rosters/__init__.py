"""Rosters (台账): one row a person or household behind the figures of a damage report."""
