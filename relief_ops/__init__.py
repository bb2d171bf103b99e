"""Disaster-relief operations on a general social-assistance case core."""
