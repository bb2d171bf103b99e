"""The catalogue of relief items: names, units, packs and rations."""
