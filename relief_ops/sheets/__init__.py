"""Workbooks: read with limits, written without formulas. The only door to the libraries."""

from relief_ops.sheets.reading import LIMITS, Limits, Row, read_rows
from relief_ops.sheets.writing import Sheet, write_csv, write_workbook

__all__ = ["LIMITS", "Limits", "Row", "Sheet", "read_rows", "write_csv", "write_workbook"]
