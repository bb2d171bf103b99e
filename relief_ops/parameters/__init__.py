"""Dated policy numbers: every statutory figure with its source, area and time in force."""

from relief_ops.parameters.queries import Parameter, own_areas, value, values
from relief_ops.parameters.services import load

__all__ = ["Parameter", "load", "own_areas", "value", "values"]
