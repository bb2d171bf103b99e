"""Goods asked of the level above, for a depot: asked, granted in whole or part, refused, met."""
