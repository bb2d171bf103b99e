"""The examples of /api/openapi.json are true: each is taken by the shape it stands at (T3)."""

from __future__ import annotations

import re

import jsonschema_rs
import pytest

NAMED = (
    "disasters/{id}", "reports/{id}", "reports/{id}/verdict", "narratives/{id}", "shelters/{id}",
    "shelters/{id}/state", "shelters/{id}/headcounts/{id}", "shelters/{id}/arrivals/{id}",
    "needs/{id}", "stock/movements/{id}", "stock/reservations/{id}", "evacuation-plans/{id}",
    "cases/{id}", "claims/{id}", "drills/{id}", "drills/{id}/clock", "depots/{id}", "items/{id}",
)  # fmt: skip


@pytest.fixture(scope="module")
def document(the_app) -> dict:
    return the_app.spec


def taken(document: dict) -> dict[str, dict]:
    """Return what each PUT takes, by its address without the names of its ids."""
    found = {}
    for path, operations in document["paths"].items():
        body = operations.get("put", {}).get("requestBody", {}).get("content", {})
        if "application/json" in body:
            name = body["application/json"]["schema"]["$ref"].rpartition("/")[2]
            address = re.sub(r"\{[^}]+\}", "{id}", path.removeprefix("/api/v1/"))
            found[address] = document["components"]["schemas"][name]
    return found


def test_every_example_is_taken_by_its_shape(document, the_app):
    models = {getattr(each, "takes", None) for each in the_app.view_functions.values()} - {None}
    shown = [
        (model, example)
        for model in models
        for example in model.model_config.get("json_schema_extra", {}).get("examples", ())
    ]
    for model, example in shown:
        model.model_validate(example)
        jsonschema_rs.validate(model.model_json_schema(), example)

    assert len(shown) >= len(NAMED)


@pytest.mark.parametrize("address", NAMED)
def test_every_call_named_in_the_design_shows_an_example(document, address):
    assert taken(document)[address]["examples"], address


def test_shapes_of_one_name_in_two_features_are_kept_apart(document):
    shelter, claim = taken(document)["shelters/{id}/state"], taken(document)["claims/{id}/state"]

    assert set(shelter["properties"]) != set(claim["properties"])
