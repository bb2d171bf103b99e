"""Papers: a Word file that stands ready is filled in. The only door to its libraries."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def fill_paper(template: Path, context: Mapping[str, Any]) -> bytes:
    """Return a .docx made from a template with jinja places; what is filled in stays text."""
    from docxtpl import DocxTemplate

    paper, target = DocxTemplate(template), io.BytesIO()
    paper.render(dict(context), autoescape=True)
    paper.save(target)
    return target.getvalue()
