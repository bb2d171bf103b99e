"""Needs: what a place lacks, and how far it has been met. One state machine, one owner."""
