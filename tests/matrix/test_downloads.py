"""What is fetched and not looked at is named so: the walk over all pages meets pages only."""

from __future__ import annotations

import pytest

from tests.browser.filled import NO_PAGES
from tests.matrix.addresses import pages
from tests.matrix.stage import Stage, known_area


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_download_is_known_as_no_page(app, database):
    known_area(app)
    stage = Stage(app)
    unknown = []
    for endpoint, path in pages(app, stage):
        answer = stage.maker.get(path)
        saved = "attachment" in answer.headers.get("Content-Disposition", "")
        if answer.status_code == 200 and (saved or "html" not in answer.content_type):
            unknown += [endpoint] if endpoint not in NO_PAGES else []

    assert unknown == []
