"""Catastrophe insurance: policy periods as data, surveyed depths as claims."""
