"""Workbooks: read with limits, written without formulas. The only door to the libraries."""

from relief_ops.sheets.forms import Form, write_form
from relief_ops.sheets.reading import LIMITS, Grid, Limits, Row, read_grids, read_rows
from relief_ops.sheets.writing import XLSX, Sheet, write_csv, write_workbook

__all__ = [
    "LIMITS",
    "XLSX",
    "Form",
    "Grid",
    "Limits",
    "Row",
    "Sheet",
    "read_grids",
    "read_rows",
    "write_csv",
    "write_form",
    "write_workbook",
]
