"""People who save without a pause: each sends a form again as it was until it is said that it is saved."""

import http.client
import re
import threading
import time
import urllib.parse
from typing import TYPE_CHECKING

from tests.pages.typing_in import first_answers, forms_of

if TYPE_CHECKING:
    from tests.load.county_to_kill import County

PATIENCE = 15  # seconds for one answer
GIVES_UP = 120  # seconds for one save


class Browser:
    """A few lines of a browser: cookies and forms."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.cookies = port, {"fingerpost_session": session}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and page. Raises OSError where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Host": f"localhost:{self.port}",
            "Referer": f"http://localhost:{self.port}{path}",
        }
        body = urllib.parse.urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode(errors="replace")
        except http.client.HTTPException as fault:
            raise OSError(str(fault)) from fault
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, page


def answers(county: "County") -> bool:
    """Whether a page that reads the database answers somebody who is signed in."""
    try:
        status, _ = Browser(county.port, county.sessions[0]).ask("GET", "/work")
    except OSError:
        return False
    return status == 200


def _errors(page: str) -> str:
    found = re.search(r"error-summary__list.*?</ul>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0][20:]).split()) if found else page[:200]


class Saver(threading.Thread):
    """Records contacts and marks a register, one after another."""

    def __init__(self, county: "County", number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.county, self.number, self.stop_asked = county, number, stop
        self.browser = Browser(county.port, county.sessions[number])
        self.acknowledged: list[str] = []
        self.faults: list[str] = []
        self.tried_again = 0

    def run(self) -> None:
        count = 0
        while not self.stop_asked.is_set():
            count += 1
            note = f"saver {self.number} contact {count} end"
            minute = count % (24 * 60)
            told = {
                "kind": "casework_session",
                "day": f"{11 + count // (24 * 60)}/9/2010",
                "clock": f"{minute // 60}:{minute % 60:02}",
                "minutes": "5",
                "attended": "yes",
                "note": note,
                "next_due_on": "",
            }
            if self._save(f"/cases/{self.county.cases[self.number]}/contacts/new", told):
                self.acknowledged.append(note)

    def _save(self, path: str, told: dict[str, str]) -> bool:
        """Whether it was said to be saved. Sent again and again as it is, until an answer comes."""
        end = time.monotonic() + GIVES_UP
        form = self._form(path, told, end)
        while form is not None and time.monotonic() < end:
            try:
                status, page = self.browser.ask("POST", path, form)
            except OSError:
                status, page = 0, ""
            if status == 302:
                return True
            if status == 200:
                self.faults.append(f"{path} was refused: {_errors(page)}")
                return False
            self.tried_again += 1
            time.sleep(0.2)
        self.faults.append(f"{path} was not saved within {GIVES_UP} s")
        return False

    def _form(self, path: str, told: dict[str, str], end: float) -> dict[str, str] | None:
        while time.monotonic() < end:
            try:
                status, page = self.browser.ask("GET", path)
            except OSError:
                status, page = 0, ""
            if status == 200:
                return first_answers(next(one for one in forms_of(page) if one.token and not one.action), told)
            time.sleep(0.2)
        return None
