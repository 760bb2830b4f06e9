"""Many people at once, each reading and saving as people do, with pauses: how long they wait, and whether anything is lost.

    python -m tests.load.many_people --people 50 --seconds 120

It makes an installation of its own. Each person opens their work, a case and the form, and records a contact, and thinks for one
to three seconds before each. Exit code 1 where a page failed, a save was lost, or one page in twenty took longer than a second.
"""

import argparse
import random
import signal
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from tests.load.county_to_kill import County
from tests.load.kills import installed
from tests.load.savers import Browser
from tests.pages.typing_in import first_answers, forms_of

THINKS = 1.0, 3.0  # seconds
MAY_WAIT = 1.0  # seconds, for nineteen pages of twenty


class Person(threading.Thread):
    """One advisor at a browser."""

    def __init__(self, county: County, number: int, until: float) -> None:
        super().__init__(daemon=True)
        self.case, self.number, self.until = county.cases[number], number, until
        self.browser = Browser(county.port, county.sessions[number])
        self.took: dict[str, list[float]] = defaultdict(list)
        self.acknowledged: list[str] = []
        self.faults: list[str] = []

    def run(self) -> None:
        count = 0
        while time.monotonic() < self.until:
            count += 1
            self._ask("my work", "GET", "/work", 200)
            self._ask("a case", "GET", f"/cases/{self.case}", 200)
            self._record(f"person {self.number} contact {count} end", count)

    def _record(self, note: str, count: int) -> None:
        path = f"/cases/{self.case}/contacts/new"
        page = self._ask("the form", "GET", path, 200)
        told = {
            "kind": "casework_session", "day": "11/9/2010", "clock": f"{count // 60}:{count % 60:02}", "minutes": "5",
            "attended": "yes", "note": note, "next_due_on": "",
        }  # fmt: skip
        form = (
            first_answers(next(one for one in forms_of(page) if one.token and not one.action), told) if page else None
        )
        if form is not None and self._ask("a save", "POST", path, 302, form) is not None:
            self.acknowledged.append(note)

    def _ask(self, name: str, method: str, path: str, wanted: int, form: dict[str, str] | None = None) -> str | None:
        """The page; None where it was not what was wanted."""
        time.sleep(random.uniform(*THINKS))
        began = time.monotonic()
        try:
            status, page = self.browser.ask(method, path, form)
        except OSError as fault:
            self.faults.append(f"{name}: {fault}")
            return None
        self.took[name].append(time.monotonic() - began)
        if status != wanted:
            self.faults.append(f"{name}: answered {status}")
            return None
        return page


def crowd(people: int, seconds: float, *, say: Callable[[str], None] = print, may_wait: float = MAY_WAIT) -> list[str]:
    """Let them work. Returns what went wrong, in words; nothing where all held."""
    with installed(people) as (_, county):
        until = time.monotonic() + seconds
        everybody = [Person(county, number, until) for number in range(people)]
        for person in everybody:
            person.start()
        for person in everybody:
            person.join(seconds + 60)
        saved = [note for person in everybody for note in person.acknowledged]
        faults = county.lost(saved) + [fault for person in everybody for fault in person.faults]
    took = {name: sorted(t for person in everybody for t in person.took[name]) for name in everybody[0].took}
    say(
        f"{people} people, {seconds:.0f} s: {sum(map(len, took.values()))} pages, {len(saved)} saves; {len(faults)} faults"
    )
    return faults + _slow(took, say, may_wait)


def _slow(took: Mapping[str, Sequence[float]], say: Callable[[str], None], may_wait: float) -> list[str]:
    slow = []
    for name, times in took.items():
        late = times[int(len(times) * 0.95)]
        say(f"{name}: {statistics.median(times) * 1000:.0f} ms, nineteen of twenty within {late * 1000:.0f} ms")
        if late > may_wait:
            slow.append(f"{name} took {late:.1f} s")
    return slow


def main() -> int:
    parser = argparse.ArgumentParser(description="Let many people work at once, and see how long each waits.")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    faults = crowd(asked.people, asked.seconds, say=lambda line: print(line, flush=True))
    print("\n".join(faults) or "Nothing failed and nothing was lost.")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
