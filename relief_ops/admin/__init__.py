"""Signing in, accounts, areas and the other things an administrator looks after."""
