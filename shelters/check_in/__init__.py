"""Check-in at a shelter: find the household, say who came, let them go again."""
