"""Reading the day book: meals, incidents, volunteers."""
