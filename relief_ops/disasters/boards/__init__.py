"""Two boards on which one feature leaves a figure for another, in its own transaction."""
