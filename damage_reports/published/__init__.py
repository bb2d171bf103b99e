"""What was published of a disaster outside the system, beside what the reports add up to here."""
