"""The desk: map, tile map, list, totals, queue and feed over what the features contribute."""
