"""Which scripts a script needs, so that a page names them all at once.

A browser finds imports only after it has read the module that names them: on a network with a
second's delay, four levels of modules are four seconds. Named in the head, they come together.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

from relief_ops.config import ROOT

IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"';]*?from\s*["']([^"']+)["']""", re.MULTILINE)


@cache
def needed(module: str) -> tuple[str, ...]:
    """Return the addresses of a module and all it imports, itself first, each once."""
    found = [f"/static/js/{module}"]
    for each in found:
        found += [path for path in _imports(each) if path not in found]
    return tuple(found)


def _imports(path: str) -> list[str]:
    file = Path(ROOT / path.lstrip("/"))
    if "/vendor/" in path or not file.is_file():
        return []
    folder = posixpath.dirname(path)
    names = dict.fromkeys(IMPORT.findall(file.read_text("utf-8")))
    return [posixpath.normpath(posixpath.join(folder, name)) for name in names]


def preload(*modules: str) -> Markup:
    """Return the head's links that fetch these modules and all they need."""
    paths = dict.fromkeys(path for module in modules for path in needed(module))
    return Markup("\n").join(
        Markup('<link rel="modulepreload" href="{}">').format(path) for path in paths
    )
