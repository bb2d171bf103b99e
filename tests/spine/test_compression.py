"""Text leaves gzipped for whoever takes it, and says the same."""

from __future__ import annotations

import gzip


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
