"""Relief goods handed to households (发放): by whom, what, how much, within which limits."""
