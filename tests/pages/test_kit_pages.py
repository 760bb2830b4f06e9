"""The frame of every page, the pages that say what went wrong, and the mark-up of the gallery."""

import datetime as dt
import time
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.test import RequestFactory, override_settings
from django.urls import path
from jinja2 import TemplateRuntimeError

from fingerpost.ground.history import sight
from fingerpost.pages.kit import navigation
from fingerpost.pages.kit.jinja import environment
from tests.browser.checks import html_faults
from tests.pages import gallery_urls

PLAIN = '{% extends "layout.html" %}{% block title %}Plain{% endblock %}{% block content %}<h1>Plain</h1>{% endblock %}'


def request_of(actor=None, at="/"):
    request = RequestFactory().get(at)
    request.user = SimpleNamespace(is_authenticated=actor is not None, pk=1, name="Alice Marsh")
    if actor:
        request.actor, request.role_label = actor, "Caseworker"
    return request


def actor(*held):
    return SimpleNamespace(id=1, name="Alice Marsh", roles=["caseworker"], has=lambda permission: permission in held)


def shown(template=PLAIN, request=None, **context):
    return BeautifulSoup(engines["jinja2"].from_string(template).render(context, request), "html.parser")


@pytest.fixture
def some_links(monkeypatch):
    monkeypatch.setattr(navigation, "_top", {})
    navigation.register("Figures", "kit:stay", "view_figures", order=20)
    navigation.register("My work", "account_login", "record_contact", order=10)


@pytest.mark.usefixtures("some_links")
def test_navigation_holds_what_this_person_may_open_in_order():
    both = navigation.navigation(request_of(actor("view_figures", "record_contact"), at="/kit/stay/")).links
    assert [(link["text"], link["active"]) for link in both] == [("My work", False), ("Figures", True)]
    assert [link["text"] for link in navigation.navigation(request_of(actor("view_figures"))).links] == ["Figures"]
    assert navigation.navigation(request_of()).links == []


def test_every_link_of_the_navigation_leads_somewhere():
    assert navigation.missing() == []


@pytest.mark.usefixtures("some_links")
def test_the_frame_names_who_is_signed_in_and_signs_out_by_post():
    page = shown(request=request_of(actor()))
    assert page.title.get_text() == "Plain – Fingerpost"
    assert page.select_one(".app-header__who").get_text() == "Alice MarshCaseworker"
    form = page.select_one("form.app-header__out")
    assert form["method"] == "post"
    assert form.select_one("input[name=csrfmiddlewaretoken]")
    assert not page.select_one(".app-demonstration")


def test_a_demonstration_says_so_and_what_day_it_is():
    request = request_of(actor())
    request.demonstration = {"today": dt.date(2010, 12, 31), "switch_url": "/people/"}
    strip = shown(request=request).select_one(".app-demonstration")
    assert "31 December 2010" in strip.get_text()
    assert strip.a["href"] == "/people/"


def test_the_frame_stands_without_a_request():
    assert shown().select_one("main h1")


def boom(request):
    raise ValueError("fault of ours")


urlpatterns = [*gallery_urls.urlpatterns, path("boom/", boom)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@override_settings(DEBUG=False)
def test_pages_that_say_what_went_wrong(client):
    client.raise_request_exception = False
    missing, broken = client.get("/nowhere/", secure=True), client.get("/boom/", secure=True)
    assert (missing.status_code, broken.status_code) == (404, 500)
    assert "Page not found" in missing.content.decode()
    assert "not saved" in broken.content.decode()
    assert "fault of ours" not in broken.content.decode()


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_every_page_of_the_kit_is_valid_html(client):
    client.raise_request_exception = False
    statuses = {"/kit/": 200, "/kit/form/": 200, "/nowhere/": 404, "/boom/": 500}
    answers = {at: client.get(at, secure=True) for at in statuses}
    assert {at: answer.status_code for at, answer in answers.items()} == statuses
    pages = {at: answer.content.decode() for at, answer in answers.items()}
    for name in ("400.html", "403.html", "403_csrf.html"):
        pages[name] = engines["jinja2"].get_template(name).render({}, request_of())
    assert html_faults(pages) == []


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_the_gallery_asks_the_database_nothing(client, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(sight, "outside", sight.NOTHING)  # as where no test looks on
    with django_assert_num_queries(0):
        assert client.get("/kit/", secure=True).status_code == 200


def test_an_unknown_macro_is_named():
    with pytest.raises(TemplateRuntimeError, match="no macro called buton"):
        environment().from_string("{{ kit.buton('x') }}").render()


EVERYWHERE = """
{% extends "layout.html" %}{% block title %}{{ bad }}{% endblock %}{% block content %}
{{ kit.button(bad) }}{{ kit.details(bad, bad) }}{{ kit.inset(bad) }}{{ kit.warning(bad) }}{{ kit.panel(bad, bad) }}
{{ kit.notification(bad) }}{{ kit.tag(bad) }}{{ kit.status_tag(bad) }}{{ kit.link(bad, bad, bad) }}
{{ kit.table(bad, [bad], [[bad]]) }}{{ kit.summary_list([(bad, bad, bad)], title=bad) }}{{ kit.back_link(bad, bad) }}
{{ kit.timeline([{"title": bad, "at": day, "by": bad, "text": bad}]) }}
{{ kit.task_list([{"title": bad, "href": bad, "status": bad, "hint": bad, "text": bad}]) }}
{{ kit.breadcrumbs([(bad, bad)]) }}{{ kit.identity_bar(bad, [(bad, bad)], bad) }}
{{ kit.sub_navigation([(bad, bad)], bad) }}
{{ kit.figure_card({"title": bad, "value": bad, "target": bad, "status": bad, "reading": bad, "clause": bad}) }}
{% call(row) kit.table_of([1], bad, [bad]) %}{{ kit.cell(bad, bad) }}{% endcall %}{% endblock %}
"""


def test_text_is_escaped_wherever_a_macro_takes_it():
    bad = "<script>x</script>"
    page = shown(
        EVERYWHERE,
        bad=bad,
        day=dt.date(2010, 5, 4),
    )
    assert [s for s in page.select("script") if s.get_text() == "x"] == []


def test_a_list_of_fifty_rows_is_cheap():
    template = environment().from_string(
        "{% call(row) kit.table_of(rows, 'Cases', ['Family', 'Stage', 'Opened', 'Seen', 'Due']) %}"
        "{{ kit.cell('Family', kit.link(row.name, '#'), header=true) }}{{ kit.cell('Stage', kit.status_tag('open')) }}"
        "{{ kit.cell('Opened', row.at | date) }}{{ kit.cell('Seen', row.at | date) }}"
        "{{ kit.cell('Due', row.at | date) }}{% endcall %}"
    )
    rows = [{"name": f"Family {n}", "at": dt.datetime(2010, 5, 4, 9, tzinfo=dt.UTC)} for n in range(50)]
    template.render(rows=rows)
    took = []
    for _ in range(20):
        began = time.process_time()
        template.render(rows=rows)
        took.append(time.process_time() - began)
    assert min(took) < 0.03, "the least of them: the machine may be doing much else"
