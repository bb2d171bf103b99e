"""Text leaves packed for whoever takes it, and says the same."""

from __future__ import annotations

import gzip

import brotli
import pytest


def test_a_text_answer_is_packed_and_unpacks_to_the_same(client):
    plain = client.get("/api/openapi.json")
    packed = client.get("/api/openapi.json", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 4


def test_a_static_file_is_packed_and_still_answers_304(client):
    path, gzipped = "/static/css/base.css", {"Accept-Encoding": "gzip"}
    with client.get(path, headers=gzipped) as packed, client.get(path) as plain:
        assert gzip.decompress(packed.data) == plain.data
        tag = packed.headers["ETag"]

    with client.get(path, headers=gzipped | {"If-None-Match": tag}) as again:
        assert again.status_code == 304


def test_a_small_answer_and_a_picture_stay_as_they_are(client):
    gzipped = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in client.get("/healthz", headers=gzipped).headers
    with client.get("/sign-in", headers={"Accept-Encoding": "br"}) as answer:
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/static/css/base.css", "/static/vendor/maplibre/maplibre-gl.css"]
)
def test_a_file_leaves_with_brotli_for_who_takes_it_and_unpacks_to_the_same(client, path):
    both = {"Accept-Encoding": "gzip, deflate, br"}
    with client.get(path, headers=both) as packed, client.get(path) as plain:
        assert packed.headers["Content-Encoding"] == "br"
        assert brotli.decompress(packed.data) == plain.data
        tag = packed.headers["ETag"]
    with client.get(path, headers={"Accept-Encoding": "gzip"}) as other:
        assert other.headers["Content-Encoding"] == "gzip"
        assert len(packed.data) < len(other.data)
    with client.get(path, headers=both | {"If-None-Match": tag}) as again:
        assert again.status_code == 304


def test_a_page_is_gzipped_as_it_leaves(client):
    with client.get("/sign-in", headers={"Accept-Encoding": "gzip, br"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
