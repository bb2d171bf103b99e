"""Working days: weekends, public holidays and make-up working days of the country.

The published calendars reach as far as the package knows; for a year beyond it Monday to
Friday are counted, and `is_known` says so.
"""

from relief_ops.calendar.rules import add_workdays, is_known, is_workday

__all__ = ["add_workdays", "is_known", "is_workday"]
