"""Copy what pages need from node_modules into static/vendor, and nothing else.

The result is a fresh folder each time, swapped in whole, so a page never meets half of it.
"""

import re
import shutil
import sys
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICONS = ROOT / "deploy" / "icons.txt"

# Folder under static/vendor -> the files it gets; a pattern copies what it matches.
FILES = {
    "maplibre": (
        "maplibre-gl/dist/maplibre-gl.mjs",
        "maplibre-gl/dist/maplibre-gl-worker.mjs",
        "maplibre-gl/dist/maplibre-gl.css",
    ),
    "echarts": ("echarts/dist/echarts.esm.min.js",),
    "htmx": ("htmx.org/dist/htmx.min.js",),
    "idb": ("idb/build/index.js",),
    "socket.io": ("socket.io-client/dist/socket.io.esm.min.js",),
    "noto-sans-sc": ("@fontsource-variable/noto-sans-sc/index.css",),
    "noto-sans-sc/files": ("@fontsource-variable/noto-sans-sc/files/*-wght-normal.woff2",),
    # Folium's snapshot inlines these; the pages themselves never load them.
    "folium": (
        "jquery/dist/jquery.min.js",
        "leaflet/dist/leaflet.css",
        "leaflet/dist/leaflet.js",
        "leaflet.markercluster/dist/MarkerCluster.Default.css",
        "leaflet.markercluster/dist/MarkerCluster.css",
        "leaflet.markercluster/dist/leaflet.markercluster.js",
    ),
}
TEXTS = {".js", ".mjs", ".css"}
WORTH_PACKING = 8192  # what is smaller, the server packs when it is first asked for
SOURCE_MAP = re.compile(rb"\n//# sourceMappingURL=\S+\s*$")
SVG = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
FRAME = re.compile(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" />')


def main() -> int:
    """Build the folder beside the old one, then swap."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for folder, patterns in FILES.items():
        for pattern in patterns:
            copy(pattern, fresh / folder)
    (fresh / "icons.svg").write_text(sprite(ICONS.read_text().split()), encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    return 0


def copy(pattern: str, folder: Path) -> None:
    """Copy the files of one pattern, big texts packed beside them.

    A script loses the pointer to its absent source map.
    """
    found = sorted(MODULES.glob(pattern))
    if not found:
        sys.exit(f"node_modules/{pattern} is missing: run `make setup` again")
    folder.mkdir(parents=True, exist_ok=True)
    for source in found:
        content = source.read_bytes()
        if source.suffix in {".js", ".mjs"}:
            content = SOURCE_MAP.sub(b"\n", content)
        (folder / source.name).write_bytes(content)
        if source.suffix in TEXTS and len(content) > WORTH_PACKING:
            packed = brotli.compress(content, quality=11)
            (folder / f"{source.name}.br").write_bytes(packed)


def sprite(names: list[str]) -> str:
    """Return one SVG with a symbol per icon, to be used as `icons.svg#name`."""
    symbols = "\n".join(symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def symbol(name: str) -> str:
    """Return one outline icon as a symbol drawn in the colour of the text around it."""
    source = MODULES / "@tabler/icons/icons/outline" / f"{name}.svg"
    if not source.exists():
        sys.exit(f"deploy/icons.txt: there is no icon called {name}")
    drawing = SVG.search(source.read_text(encoding="utf-8"))
    assert drawing, source
    lines = " ".join(FRAME.sub("", drawing[1]).split())
    ends = 'stroke-linecap="round" stroke-linejoin="round"'
    style = f'fill="none" stroke="currentColor" stroke-width="2" {ends}'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {style}>{lines}</symbol>'


if __name__ == "__main__":
    sys.exit(main())
