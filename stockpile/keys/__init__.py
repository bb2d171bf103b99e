"""Who has the key of a depot: whom to call when goods must leave at night."""
