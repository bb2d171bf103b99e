"""Joining and splitting disasters."""
