"""What may be typed in each kind of field, what is said when it cannot be read, and how fields are shown."""

import datetime as dt
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines

from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm


def html(template: str, **context) -> BeautifulSoup:
    return BeautifulSoup(engines["jinja2"].from_string(template).render(context), "html.parser")


def refused(field, value) -> str:
    with pytest.raises(django_forms.ValidationError) as fault:
        field.clean(value)
    return " ".join(fault.value.messages)


@pytest.mark.parametrize(
    "typed",
    [
        "4/5/2010",
        "04/05/2010",
        "2010-05-04",
        "4 May 2010",
        "4 may 2010",
        "4-5-2010",
        "4.5.2010",
        " 4  May 2010 ",
        "4th May 2010",
    ],
)
def test_a_day_may_be_typed_in_any_usual_way(typed):
    assert fields.Date("Date seen").clean(typed) == dt.date(2010, 5, 4)


@pytest.mark.parametrize("typed", ["31/2/2010", "4/5/10", "yesterday", "5/2010", "4/5/0010", "2010-13-01"])
def test_a_day_that_is_none_is_refused_with_an_example(typed):
    assert refused(fields.Date("Date seen"), typed) == "Enter date seen, like 27 3 2011"


def test_a_day_outside_its_bounds_is_refused_with_the_bound():
    field = fields.Date("Date seen", earliest=dt.date(2010, 4, 1), latest=dt.date(2010, 12, 31))
    assert refused(field, "1/1/2011") == "Date seen must be on or before 31 December 2010"
    assert refused(field, "31/3/2010") == "Date seen must be on or after 1 April 2010"
    assert refused(field, "") == "Enter date seen"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:30", dt.time(9, 30)),
        ("9.30am", dt.time(9, 30)),
        ("0930", dt.time(9, 30)),
        ("2pm", dt.time(14)),
        ("12am", dt.time(0)),
        ("12:15 pm", dt.time(12, 15)),
        ("14:00", dt.time(14)),
        ("Midday", dt.time(12)),
    ],
)
def test_a_time_may_be_typed_in_any_usual_way(typed, meant):
    assert fields.Time("Start time").clean(typed) == meant


@pytest.mark.parametrize("typed", ["25:00", "13pm", "9", "soon", "9:75", "0pm"])
def test_a_time_that_is_none_is_refused(typed):
    assert refused(fields.Time("Start time"), typed) == "Enter start time, like 9:30am or 14:00"


def test_numbers_are_read_as_people_type_them():
    assert fields.Number("Length").clean("1,200") == 1200
    assert isinstance(fields.Number("Length").clean("12"), int)
    assert fields.Number("Grant", places=2).clean("£1,234.50") == Decimal("1234.50")
    assert refused(fields.Number("Length"), "ten") == "Enter length as a whole number, like 12"
    assert refused(fields.Number("Length"), "1.5") == "Enter length as a whole number"
    assert refused(fields.Number("Length", most=480), "481") == "Enter length, 480 or less"
    assert refused(fields.Number("Length", least=5), "4") == "Enter length, 5 or more"
    assert refused(fields.Number("Length"), "NaN") == "Enter length as a whole number, like 12"
    assert refused(fields.Number("Length"), "9" * 400)


def test_yes_no_and_not_known():
    field = fields.YesNo("Did she agree", not_known=True)
    assert [field.clean(v) for v in ("yes", "no", "not_known")] == [True, False, None]
    assert refused(field, "perhaps") == "Choose one of the answers in the list"


def test_what_must_be_ticked_is_asked_for_as_its_label_asks():
    assert refused(fields.Checkboxes("Which?", missing="Choose the needs it names"), []) == "Choose the needs it names"
    assert refused(fields.Checkboxes("Groups"), []) == "Choose at least one: groups"


def test_long_text_counts_a_line_end_once():
    assert fields.LongText("Notes", longest=3).clean("a\r\nb") == "a\nb"
    assert refused(fields.LongText("Notes", longest=3), "abcd") == "Enter notes, in 3 characters or fewer"


def test_files_are_refused_when_empty_or_too_big():
    assert refused(fields.Upload("List"), None) == "Choose a file"
    assert "empty" in refused(fields.Upload("List"), SimpleUploadedFile("a.csv", b""))
    file = SimpleUploadedFile("a.csv", b"a")
    file.size = 100_000_001
    assert refused(fields.Upload("List"), file) == "The file must be smaller than 100 MB"


class Reason(KitForm):
    reveals = {"reason": {"other": ["other_reason"]}}
    reason = fields.Radios("Reason", [("attendance", "Attendance"), ("other", "Something else")])
    other_reason = fields.LongText("The other reason", longest=200)


def test_what_stands_under_a_choice_is_asked_for_only_with_that_choice():
    assert Reason({"reason": "attendance", "other_reason": "left over"}).is_valid()
    form = Reason({"reason": "attendance", "other_reason": "left over"})
    assert form.is_valid()
    assert form.cleaned_data["other_reason"] == ""
    form = Reason({"reason": "other", "other_reason": " "})
    assert form.errors == {"other_reason": ["Enter the other reason"]}
    form = Reason({"reason": "other", "other_reason": "x" * 201})
    assert form.errors == {"other_reason": ["Enter the other reason, in 200 characters or fewer"]}
    form = Reason({"reason": "attendance", "other_reason": "x" * 201})
    assert form.is_valid()


def test_what_a_form_need_not_ask_stands_under_no_choice():
    form = Reason()
    del form.fields["other_reason"]
    assert "other_reason" not in html("{{ kit.fields(form) }}", form=form)


def test_an_error_is_joined_to_its_field_and_the_summary_leads_to_it():
    form = Reason({"reason": "other"})
    page = html("{{ kit.error_summary(form) }}{{ kit.fields(form) }}", form=form)
    link = page.select_one(".govuk-error-summary a")
    field = page.select_one(link["href"])
    assert field.name == "textarea"
    assert page.find(id="id_other_reason-error").get_text(" ", strip=True) == "Error: Enter the other reason"
    assert "id_other_reason-error" in field["aria-describedby"].split()


def test_words_typed_come_back_as_they_were_even_inside_a_choice():
    typed = "First line\n\n  indented <b>\n</textarea><script>"
    page = html("{{ kit.fields(form) }}", form=Reason({"reason": "other", "other_reason": typed}))
    assert page.select_one("textarea").get_text() == typed
    assert not page.select("script")


def test_labels_hints_and_choices_are_escaped():
    class Odd(KitForm):
        name = fields.Text("<b>Name", hint="<i>")
        pick = fields.Choice("Pick", [("<x>", "<y>")])
        tick = fields.Checkboxes("Tick", [("a", "<u>")], hints={"a": "<s>"})

    page = html("{{ kit.fields(form) }}{{ form }}", form=Odd({"name": '"><img>'}))
    assert not page.select("b, i, u, s, img")
    assert page.select_one("input[name=name]")["value"] == '"><img>'


def test_any_django_form_is_shown_with_the_same_components():
    class Theirs(django_forms.Form):
        email = django_forms.EmailField()
        password = django_forms.CharField(widget=django_forms.PasswordInput)
        remember = django_forms.BooleanField(required=False)
        size = django_forms.ChoiceField(choices=[("s", "Small")])
        next = django_forms.CharField(widget=django_forms.HiddenInput, initial="/x")

    page = html("{{ kit.fields(form) }}", form=Theirs())
    assert page.select_one("input.govuk-input[type=email]")
    assert page.select_one("[data-module=govuk-password-input] input[type=password]")
    assert page.select_one("input.govuk-checkboxes__input[name=remember]")
    assert page.select_one("select.govuk-select")
    assert page.select_one("input[type=hidden][name=next]")["value"] == "/x"


def test_saved_values_are_shown_again():
    class Saved(KitForm):
        on = fields.Date("On")
        at = fields.Time("At")
        agreed = fields.YesNo("Agreed")
        kinds = fields.Checkboxes("Kinds", [("a", "A"), ("b", "B")])

    page = html(
        "{{ kit.fields(form) }}",
        form=Saved(initial={"on": dt.date(2010, 5, 4), "at": dt.time(14, 30), "agreed": False, "kinds": ["b"]}),
    )
    assert page.select_one("[name=on]")["value"] == "4/5/2010"
    assert page.select_one("[name=at]")["value"] == "2:30pm"
    assert [i["value"] for i in page.select("input[checked]")] == ["no", "b"]


def test_the_calendar_offers_only_days_that_will_be_accepted():
    class Bounded(KitForm):
        on = fields.Date("On")

    form = Bounded()
    form.fields["on"].bounds(latest=dt.date(2010, 6, 30))
    assert html("{{ kit.fields(form) }}", form=form).select_one(".moj-datepicker")["data-max-date"] == "30/6/2010"
    assert Bounded().fields["on"].widget.latest is None, "bounds belong to one form"


def test_what_is_said_of_an_empty_field_can_be_read_as_a_sentence() -> None:
    class Form(KitForm):
        day = fields.Date("On which day?", missing="Enter the day of the contact")
        born = fields.Date("Date of birth")

    form = Form({})
    assert form.errors["day"] == ["Enter the day of the contact"]
    assert form.errors["born"] == ["Enter date of birth"]
    strange = Form({"day": "99/99/2010", "born": "99/99/2010"})
    assert strange.errors["day"] == ["Enter the day of the contact, like 27 3 2011"]
    assert strange.errors["born"] == ["Enter date of birth, like 27 3 2011"]


def test_what_a_choice_would_reveal_may_be_left_out_where_there_is_nothing_to_ask():
    class Asks(KitForm):
        reveals = {"way": {"a": ["more"]}}
        way = fields.Radios("Which way?", [("a", "This"), ("b", "That")])
        more = fields.Text("What more?")

    form = Asks()
    del form.fields["more"]
    shown = html("{{ kit.fields(form) }}", form=form).get_text()
    assert "Which way?" in shown
    assert "What more?" not in shown
