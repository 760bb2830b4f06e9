"""The gallery in a real browser: narrow and wide, with scripts and without, and what must not be lost."""

import pytest
from playwright.sync_api import expect

from fingerpost.pages.kit.models import Posted
from tests.browser.checks import sideways

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.pages.gallery_urls"),
    pytest.mark.django_db(transaction=True),
]

ANSWERS = {
    "Full name": "Ada Lovell",
    "Date of birth": "4 May 2001",
    "Start time": "2pm",
    "Length": "45",
    "Notes": "She said\nthe mornings are hard.",
}


def answer(page):
    for label, words in ANSWERS.items():
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_label("Attendance").check()
    page.get_by_label("Parenting").check()
    page.get_by_label("District").select_option("mid")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("I have checked these answers").check()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["/kit/", "/kit/form/"])
def test_nothing_sticks_out_and_axe_finds_nothing(visit, axe, screenshot, path, width):
    page = visit(path, width=width)
    expect(page.locator(".moj-datepicker__toggle").first).to_be_visible()
    screenshot(page, f"kit{path.strip('/').removeprefix('kit').replace('/', '-')}-{width}")
    assert sideways(page) == []
    axe(page)


def test_the_form_works_without_scripts(visit):
    page = visit("/kit/form/", java_script_enabled=False)
    answer(page)
    page.get_by_label("School", exact=True).select_option("b")
    page.get_by_role("button", name="Save answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Answers saved")


def test_errors_come_first_lead_to_the_field_and_lose_no_word(visit, axe):
    page = visit("/kit/form/")
    page.get_by_label("Notes").fill(ANSWERS["Notes"])
    page.get_by_label("Something else").check()
    page.get_by_role("button", name="Save answers").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: ")
    summary.get_by_role("link", name="Enter full name").click()
    expect(page.get_by_label("Full name")).to_be_focused()
    expect(page.get_by_label("Notes")).to_have_value(ANSWERS["Notes"])
    expect(page.get_by_label("What is the reason")).to_be_visible()
    axe(page)


def test_a_long_list_is_searched_by_typing(visit):
    page = visit("/kit/form/")
    answer(page)
    school = page.get_by_role("combobox", name="School")
    school.fill("bir")
    page.get_by_role("option", name="Birch Infants").click()
    page.get_by_role("button", name="Save answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Answers saved")


@pytest.mark.parametrize("typed", ["3/5/2010", "3 May 2010", "2010-05-03"])
def test_the_calendar_opens_on_the_day_typed_and_writes_one_that_the_server_reads(visit, typed):
    page = visit("/kit/form/")
    page.get_by_label("Date of birth").fill(typed)
    page.get_by_role("button", name="Choose date").click()
    page.get_by_role("dialog").get_by_role("button", name="Tuesday 4 May 2010").click()
    expect(page.get_by_label("Date of birth")).to_have_value("4/5/2010")


def test_words_are_kept_on_the_device_until_they_are_saved(visit):
    page = visit("/kit/form/")
    answer(page)
    expect(page.locator("[data-kept]")).to_have_text("Kept on this device until you save.")
    page.goto("/kit/")
    page.goto("/kit/form/")
    expect(page.get_by_label("Notes")).to_have_value(ANSWERS["Notes"])
    expect(page.get_by_label("Attendance")).to_be_checked()
    expect(page.locator("[data-kept]")).to_contain_text("We put back what you typed")
    school = page.get_by_role("combobox", name="School")
    school.fill("alder")
    page.get_by_role("option", name="Alder Primary").click()
    page.get_by_role("button", name="Save answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Answers saved")
    page.goto("/kit/form/")
    expect(page.get_by_label("Notes")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0


def test_without_a_signal_nothing_is_sent_and_nothing_is_lost(visit):
    page = visit("/kit/form/")
    page.get_by_label("Notes").fill("Typed on the bus")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save answers").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no signal")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Notes")).to_have_value("Typed on the bus")
    page.get_by_role("button", name="Clear what was kept").click()
    expect(page.get_by_label("Notes")).to_have_value("")


def test_two_presses_save_once(visit):
    page = visit("/kit/form/", java_script_enabled=False)
    answer(page)
    page.get_by_label("School", exact=True).select_option("b")
    page.get_by_role("button", name="Save answers").dblclick()
    expect(page.get_by_role("alert")).to_contain_text("Answers saved")
    assert Posted.objects.count() == 1


def test_on_paper_there_are_words_and_no_buttons(visit):
    page = visit("/kit/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Every component in use")).to_be_visible()
    expect(page.get_by_role("button", name="Save and add another")).to_be_hidden()
    expect(page.locator(".app-filters")).to_be_hidden()


@pytest.mark.case("P16")
def test_no_link_prints_its_address(visit):
    page = visit("/kit/")
    page.emulate_media(media="print")
    printed = page.evaluate(
        """() => [...document.querySelectorAll('a[href]')].map(a => getComputedStyle(a, '::after').content)
            .filter(content => content.includes('/'))"""
    )
    assert printed == []
    for bar in (".app-navigation", ".app-section-bar", ".govuk-pagination", ".app-list__foot", ".app-footer"):
        expect(page.locator(bar).first).to_be_hidden()


@pytest.mark.case("P15")
def test_signs_and_bars_are_seen_in_forced_colours(visit):
    page = visit("/kit/")
    page.emulate_media(forced_colors="active", color_scheme="dark")
    page.evaluate(
        """() => { const drawn = document.createElement('div')
            drawn.innerHTML = '<svg class="app-svg" id="drawn"><rect class="app-kin"></rect><text class="app-kin__name">A</text>'
                + '<line class="app-tie"></line><rect class="app-bar"></rect></svg>'
            document.querySelector('main').append(drawn) }"""
    )
    colours = page.evaluate(
        """() => { const of = (name, what) => getComputedStyle(document.querySelector('#drawn ' + name))[what]
            return { sign: of('.app-kin', 'fill'), edge: of('.app-kin', 'stroke'), name: of('.app-kin__name', 'fill'),
                tie: of('.app-tie', 'stroke'), bar: of('.app-bar', 'fill'),
                paper: getComputedStyle(document.body).backgroundColor } }"""
    )
    assert colours["sign"] == colours["paper"]
    assert all(colours[what] != colours["paper"] for what in ("edge", "name", "tie", "bar")), colours


@pytest.mark.case("P5")
def test_a_filter_stands_open_on_a_desktop(visit):
    page = visit("/kit/", java_script_enabled=False)
    expect(page.get_by_role("button", name="Apply filters")).to_be_visible()


@pytest.mark.case("P5")
def test_a_filter_folds_away_on_a_phone(visit):
    page = visit("/kit/", width=320, java_script_enabled=False)
    expect(page.get_by_role("button", name="Apply filters")).to_be_hidden()
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_role("button", name="Apply filters")).to_be_visible()
    assert sideways(page) == []


def test_who_is_signed_in_is_warned_before_time_runs_out_and_leaves_nothing_behind(sign_in, world, axe):
    page = sign_in(world.users["alice"]).new_page()
    page.clock.install()
    page.goto("/kit/form/")
    expect(page.locator(".app-header__who")).to_contain_text("Alice Marsh")
    page.get_by_label("Notes").fill("About somebody")
    page.clock.fast_forward("27:01")
    dialog = page.get_by_role("dialog", name="You will be signed out in 3 minutes")
    expect(dialog).to_be_visible()
    axe(page)
    with page.expect_response("**/kit/stay/") as stayed:
        dialog.get_by_role("button", name="Stay signed in").click()
    assert stayed.value.status == 204
    expect(dialog).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).length") == 1
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


@pytest.fixture
def written_by_alice(sign_in, world):
    """Alice's browser, her words about somebody in a form that she has not sent."""
    context = sign_in(world.users["alice"])
    page = context.new_page()
    page.goto("/kit/form/")
    page.get_by_label("Notes").fill("Pat was afraid of him.")
    expect(page.locator("[data-kept]")).to_have_text("Kept on this device until you save.")
    return context, page


def expire(context):
    """Her session has ended, as after half an hour: the browser no longer has its cookie."""
    kept = next(cookie for cookie in context.cookies() if cookie["name"] == "fingerpost_session")
    context.clear_cookies(name="fingerpost_session")
    return kept


@pytest.mark.case("P24")
def test_a_draft_is_enciphered_and_names_no_page(written_by_alice):
    _, page = written_by_alice
    stored = page.evaluate(
        "JSON.stringify(Object.entries(localStorage)) + JSON.stringify(Object.entries(sessionStorage))"
    )
    assert "kept " in stored
    for word in ("Pat", "afraid", "/kit/form", "Notes", page.evaluate("document.body.dataset.draftKey")):
        assert word not in stored


@pytest.mark.case("P24")
def test_a_draft_follows_into_another_tab_and_is_gone_when_it_was_saved_there(written_by_alice):
    context, _ = written_by_alice
    other = context.new_page()
    other.goto("/kit/form/")
    expect(other.get_by_label("Notes")).to_have_value("Pat was afraid of him.")
    answer(other)
    other.get_by_role("combobox", name="School").fill("alder")
    other.get_by_role("option", name="Alder Primary").click()
    other.get_by_role("button", name="Save answers").click()
    expect(other.get_by_role("alert")).to_contain_text("Answers saved")
    assert other.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.case("P24")
def test_whoever_was_signed_out_reads_that_it_is_kept_and_finds_it_after_signing_in_again(written_by_alice):
    context, page = written_by_alice
    cookie = expire(context)
    page.goto("/account/login/")
    expect(page.get_by_text("What you typed is not lost")).to_be_visible()
    assert page.evaluate("document.body.dataset.draftKey") is None
    context.add_cookies([cookie])
    page.goto("/kit/form/")
    expect(page.get_by_label("Notes")).to_have_value("Pat was afraid of him.")


@pytest.mark.case("P24")
def test_the_next_person_at_the_device_finds_nothing(written_by_alice, sign_in, world):
    context, page = written_by_alice
    stored = page.evaluate("Object.entries(localStorage)")
    expire(context)
    context.add_cookies([one for one in sign_in(world.users["bob"]).cookies() if one["name"] == "fingerpost_session"])
    page.goto("/kit/form/")
    expect(page.get_by_label("Notes")).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    # Nor would a copy of what was stored help them: their pages bring another key.
    mine = page.evaluate("document.body.dataset.person")
    page.evaluate(
        "([entries, mine]) => entries.forEach(([name, text]) => localStorage.setItem(name.replace(/ \\S+ /, ` ${mine} `), text))",
        [stored, mine],
    )
    page.goto("/kit/form/")
    expect(page.get_by_label("Notes")).to_have_value("")


@pytest.mark.case("P24")
def test_where_nothing_is_kept_the_sign_in_page_says_nothing(visit):
    page = visit("/account/login/")
    expect(page.get_by_text("What you typed is not lost")).to_be_hidden()
