"""Writing the day book: meals, incidents, volunteers."""
