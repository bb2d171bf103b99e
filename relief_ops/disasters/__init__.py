"""The disaster module: disasters, drills, responses, storms and needs. Features meet here."""
