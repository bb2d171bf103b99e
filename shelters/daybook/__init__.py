"""The day book of a shelter: the meals it gave out, once for each day and meal."""
