"""Look for secrets in what is committed and for unsafe calls in the product's code (bandit).

    deploy/scan.py           all of it; the exit status says whether anything was found

A line that is right as it is says why: `# nosec B608`, or `pragma: allowlist secret`. Nothing
that is found is tried out on the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parents[1]
CLEAN = ROOT / "var" / "scanned"
PRODUCT = (
    *("relief_ops", "maps", "shelters", "stockpile", "damage_reports"),
    *("deploy", "wsgi.py"),
)
# Hashes of packages are no secrets, tables and outlines are no text.
HOLDS_NONE = {".csv", ".geojson", ".png", ".xlsx", ".docx", ".woff2", ".pdf", ".po", ".svg"}
LOCKS = {"requirements.txt", "requirements-dev.txt", "package-lock.json"}
KINDS = (  # keys of other services are caught by their entropy
    *("AWSKeyDetector", "BasicAuthDetector", "GitHubTokenDetector", "GitLabTokenDetector"),
    *("JwtTokenDetector", "KeywordDetector", "PrivateKeyDetector", "SlackDetector"),
)
SETTINGS = {
    "plugins_used": [
        *({"name": name} for name in KINDS),
        {"name": "Base64HighEntropyString", "limit": 4.5},
        {"name": "HexHighEntropyString", "limit": 3.0},
    ],
    "filters_used": [
        {"path": f"detect_secrets.filters.{name}"}
        for name in (
            "allowlist.is_line_allowlisted",
            "heuristic.is_indirect_reference",
            "heuristic.is_likely_id_string",
            "heuristic.is_not_alphanumeric_string",
            "heuristic.is_potential_uuid",
            "heuristic.is_prefixed_with_dollar_sign",
            "heuristic.is_sequential_string",
            "heuristic.is_templated_secret",
        )
    ],
}


def committed() -> list[Path]:
    """Return what git knows or would add and may hold a secret."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    paths = [ROOT / name for name in listed if name and name not in LOCKS]
    return [path for path in paths if path.is_file() and path.suffix not in HOLDS_NONE]


def secrets(paths: list[Path]) -> list[str]:
    """Return a line for each secret; the secret itself is not in it."""
    with transient_settings(SETTINGS):
        return [
            f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:"
            f"{found.line_number}: {found.type}"
            for path in paths
            for found in sorted(scan_file(str(path)), key=lambda each: each.line_number)
        ]


def unsafe(paths: list[Path]) -> list[str]:
    """Return a line for each call that bandit counts as medium or worse."""
    command = [sys.executable, "-m", "bandit", "-q", "-r", "-ll", "-f", "json", *map(str, paths)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = json.loads(run.stdout)
    return [f"{each['filename']}: not read: {each['reason']}" for each in told["errors"]] + [
        f"{each['filename']}:{each['line_number']}: {each['test_id']} {each['issue_text']}"
        for each in told["results"]
    ]


def digest(path: Path) -> str:
    """Return what a file is remembered by: its content, and the rules it was read under."""
    return hashlib.sha256(Path(__file__).read_bytes() + path.read_bytes()).hexdigest()


def fresh(paths: list[Path]) -> list[Path]:
    """Return the files in which the last scan has not already found nothing."""
    known = set(CLEAN.read_text().split()) if CLEAN.exists() else set()
    return [path for path in paths if digest(path) not in known]


def main() -> int:
    """Print what was found; remember the files that hold no secret."""
    paths, hands = committed(), min(2, os.cpu_count() or 1)
    left = fresh(paths)
    with ProcessPoolExecutor(hands) as pool:
        parts = pool.map(secrets, [left[turn::hands] for turn in range(hands)])
        risky = unsafe([ROOT / name for name in PRODUCT])
        leaks = sorted(line for part in parts for line in part)
    if not leaks:
        CLEAN.parent.mkdir(exist_ok=True)
        CLEAN.write_text("\n".join(map(digest, paths)))
    for line in (*risky, *leaks):
        print(line)
    return bool(risky or leaks)


if __name__ == "__main__":
    sys.exit(main())
