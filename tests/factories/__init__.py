"""Things tests are made of."""
