"""Addresses of the files that `npm run build` made."""

import json
from pathlib import Path

from django.templatetags.static import static

BUILT = Path(__file__).parent / "built"
_seen: dict[int, str] = {}


def fingerprint() -> str:
    """The name of the build being served; "not-built" until there is one. Read again only when a build replaces it."""
    stamp = BUILT / "build.json"
    try:
        changed = stamp.stat().st_mtime_ns
    except FileNotFoundError:
        return "not-built"
    if changed not in _seen:
        _seen.clear()
        _seen[changed] = str(json.loads(stamp.read_text())["fingerprint"])
    return _seen[changed]


def asset(name: str) -> str:
    """The address of a built file, such as `kit.css`. It changes when any built file does, so browsers may keep it."""
    return static(f"kit/{fingerprint()}/{name}")
