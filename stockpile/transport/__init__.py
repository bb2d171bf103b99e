"""Goods on the road: who drives (by a link, without an account), what the truck says of itself."""
