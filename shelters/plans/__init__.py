"""Evacuation plans: which village goes to which shelter, made, looked at, changed, applied."""
