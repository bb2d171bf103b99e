"""An upload that breaks off in the middle leaves no temporary file open."""

from __future__ import annotations

import pytest

from relief_ops.web.application import ReliefRequest

PIECE = b"x" * 700_000  # more than is kept in memory
HEAD = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
BROKEN = HEAD + PIECE
WHOLE = BROKEN + b"\r\n--cut--\r\n"


@pytest.fixture
def opened(monkeypatch):
    """Return the files opened for requests."""
    found = []
    take = ReliefRequest._get_file_stream

    def kept(self, *args, **kwargs):
        stream = take(self, *args, **kwargs)
        found.append(stream)
        return stream

    monkeypatch.setattr(ReliefRequest, "_get_file_stream", kept)
    return found


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("body", [BROKEN, WHOLE], ids=["broken", "whole"])
def test_no_file_of_a_request_stays_open(person, opened, body):
    manager = person("shelter_manager")
    headers = {
        "Content-Type": "multipart/form-data; boundary=cut",
        "Authorization": f"Bearer {manager.token}",
    }
    answer = manager.client.post("/shelters/import", data=body, headers=headers)

    assert answer.status_code < 500
    assert opened and all(each.closed for each in opened)
