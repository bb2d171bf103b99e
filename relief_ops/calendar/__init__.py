"""Working days: weekends, public holidays and make-up working days of the country.

The days stand in a table that people correct and carry on; it is seeded from the published
calendars as far as the package knows them. For a year that is not known Monday to Friday are
counted, and the answer says so.
"""

from relief_ops.calendar.queries import current
from relief_ops.calendar.rules import Calendar
from relief_ops.calendar.services import seed

__all__ = ["Calendar", "current", "seed"]
