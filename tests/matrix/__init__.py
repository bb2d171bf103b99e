"""Who may do what where: every route × role × relation, worked out from the roles themselves."""
