"""Boxes: what is packed for a promise, by whose hands each box goes, and where it is opened."""
