"""Vector tiles: every point from zoom 12, clusters below that add up."""

import random

import mapbox_vector_tile

from maps import tiles


def points(number: int) -> dict:
    rnd = random.Random("tiles")
    features = [
        {
            "type": "Feature",
            "id": str(each),
            "geometry": {
                "type": "Point",
                "coordinates": [121 + rnd.random(), 29 + rnd.random()],
            },
            "properties": {"name": f"p{each}", "state": rnd.choice(["ok", "watch", "act"])},
        }
        for each in range(number)
    ]
    return {"type": "FeatureCollection", "features": features}


def counted(layer: dict, zoom: int) -> int:
    side = 2**zoom
    total = 0
    columns = range(int((121 / 360 + 0.5) * side), int((122 / 360 + 0.5) * side) + 1)
    rows = range(side)
    boxes = {(c, r) for c in columns for r in rows if _touches(tiles.tile_box(zoom, c, r))}
    for column, row in boxes:
        decoded = mapbox_vector_tile.decode(
            tiles.encode("points", layer, zoom=zoom, column=column, row=row)
        )
        for feature in decoded.get("points", {}).get("features", []):
            total += feature["properties"]["count"]
    return total


def _touches(box) -> bool:
    return box[1] <= 30 and box[3] >= 29


def test_clusters_add_up_to_all_points_at_every_zoom():
    layer = points(500)

    assert [counted(layer, zoom) for zoom in (6, 8, 9)] == [500, 500, 500]


def test_a_cluster_shows_the_worst_state_in_it():
    members = [((0.1, 0.1), {"properties": {"state": state}}) for state in ("ok", "act", "blind")]

    [(_place, cluster)] = tiles.clustered(members)

    assert cluster["properties"] == {"cluster": True, "count": 3, "state": "act"}


def test_nothing_is_clustered_from_zoom_twelve_on():
    layer = points(50)
    west, north = 121.5, 29.5
    for feature in layer["features"]:
        feature["geometry"]["coordinates"] = [west, north]
    side = 2**12
    column = int((west / 360 + 0.5) * side)
    row = next(r for r in range(side) if _holds(tiles.tile_box(12, column, r), north))

    decoded = mapbox_vector_tile.decode(tiles.encode("p", layer, zoom=12, column=column, row=row))

    assert len(decoded["p"]["features"]) == 50


def _holds(box, latitude) -> bool:
    return box[1] <= latitude < box[3]
