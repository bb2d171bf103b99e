"""Shelters: where people sleep, who is open, how full it is."""
