"""What a person does at a page, in the words of the page."""

from playwright.sync_api import Locator, Page, expect

from fingerpost.pages.kit import navigation

WAYS = {
    "wide": {"width": 1280},
    "on a phone": {"width": 320, "height": 640},
    "on a phone without scripts": {"width": 320, "height": 640, "java_script_enabled": False},
}
"""How people look at the pages: the journeys of advisors, parents and children are made in each of these ways."""

AT_A_DESK = {way: WAYS[way] for way in ("wide", "on a phone without scripts")}
"""How those who lead look at them: the two ways that differ most."""


def section_of(words: str) -> str:
    """In which section of the navigation a link of that name stands; empty for one that stands in none."""
    return next((entry.section for entry in navigation._top.values() if entry.label == words != entry.section), "")


class Person:
    """Somebody at a browser. `taps` counts what she pressed or chose since `counts_from_here`."""

    def __init__(self, page: Page, *, has_scripts: bool = True) -> None:
        self.page, self.has_scripts, self.taps = page, has_scripts, 0

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def counts_from_here(self) -> None:
        self.taps = 0

    def follows(self, words: str) -> None:
        """The first link that is called so; on a phone it may lie in the menu."""
        self.page.wait_for_load_state("domcontentloaded")
        link, menu = self.page.get_by_role("link", name=words), self.page.get_by_role("button", name="Menu")
        if not link.count() and menu.count():
            self._tap(menu)
        more = self.page.get_by_text("More actions", exact=True)
        if not link.count() and more.count():
            self._tap(more.first)
        if not link.count() and (section := section_of(words)):
            self.follows(section)
        self._tap(link.first)

    def unfolds(self, title: str) -> None:
        """What a small screen keeps folded; a wide one shows it at once."""
        summary = self.page.locator("summary", has_text=title)
        if summary.is_visible():
            self._tap(summary)

    def presses(self, words: str) -> None:
        """A button; a link that looks like one is pressed alike."""
        button = self.page.get_by_role("button", name=words, exact=True)
        self._tap(button.first)

    def says(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def chooses(self, answer: str, to: str) -> None:
        """A radio or a tick among the answers to a question."""
        self._tap(self.page.get_by_role("group", name=to).get_by_label(answer, exact=True))

    def ticks(self, label: str) -> None:
        self._tap(self.page.get_by_label(label, exact=True))

    def picks(self, words: str, of: str) -> None:
        """One of a long list: searched by typing where scripts run, else from the plain list."""
        if self.has_scripts:
            box = self.page.get_by_role("combobox", name=of).and_(
                self.page.locator("input")
            )  # not the list it replaces
            box.fill(words[:5])
            self._tap(self.page.get_by_role("option", name=words).first)
        else:
            self.page.get_by_label(of, exact=True).select_option(label=words)

    def sees(self, *words: str) -> None:
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one)

    def is_told(self, words: str) -> None:
        """The message that a thing was done."""
        expect(self.page.locator(".moj-alert, .govuk-notification-banner").first).to_contain_text(words)

    def _tap(self, target: Locator) -> None:
        self.taps += 1
        target.click()
