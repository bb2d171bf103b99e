"""Reading for handouts."""
