"""Every component in use on one page, with its awkward cases. Only where settings say demonstration or debugging."""

import datetime as dt
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpResponse

from fingerpost.ground.access.page import PageRequest, page
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.shortcuts import done, render

LONG = (
    "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, whose name is as long as any that the register holds "
    "and who must still fit on a phone"
)
DAY = dt.date(2010, 5, 4)
ROWS = [
    {"name": "Ada Lovell", "stage": "open", "due": dt.date(2010, 5, 6), "sessions": 12},
    {"name": LONG, "stage": "awaiting_assessment", "due": dt.date(2010, 4, 28), "sessions": 1204},
    {"name": "Zoë O’Brien-Nuñez", "stage": "overdue", "due": None, "sessions": 0},
]
FIGURES = [
    {
        "title": "Families whose child’s attendance improved",
        "value": "82.0\u00a0%",
        "numerator": 82,
        "denominator": 100,
        "not_known": 3,
        "target": "at least 80\u00a0%",
        "status": "met",
        "reading": "Absence falls by at least 30 % of itself.",
        "agreed": False,
        "href": "#figures",
        "clause": "3.1",
    },
    {
        "title": "Cases closed within 12 school weeks",
        "value": "61.4\u00a0%",
        "numerator": 432,
        "denominator": 703,
        "not_known": 0,
        "target": "at least 75\u00a0%",
        "status": "not_met",
        "reading": "Weeks counted in term time.",
        "agreed": True,
        "clause": "2.6",
    },
    {
        "title": "Parents who would recommend the service",
        "value": "",
        "denominator": 0,
        "numerator": 0,
        "status": "no_data",
    },
]
BARS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 120" width="320" height="120" aria-hidden="true">'
    '<path d="M10 110V40h50v70M90 110V25h50v85M170 110V60h50v50M250 110V15h50v95" fill="#123f44"/>'
    '<path d="M0 32h320" stroke="#a8322a" stroke-width="2" stroke-dasharray="6 4"/></svg>'
)


FAMILIES = List(
    columns=[
        Column("Name", lambda row: row[0], sort=True),
        Column("Opened", lambda row: row[1], sort=True),
        Column("Open cases", lambda row: row[2], sort=True, numeric=True),
    ],
    one="family",
    many="families",
    filters=[
        Choice(
            "cases", "Open cases", [("0", "None"), ("1", "One")], lambda rows, n: [r for r in rows if r[2] == int(n)]
        )
    ],
    search=True,
)


class Everything(KitForm):
    """Each kind of field once."""

    keep = "gallery"
    sections: ClassVar[Any] = [("About the child", ["name", "born_on", "area"]), ("What is asked", ["reason", "needs"])]
    reveals: ClassVar[Any] = {"reason": {"other": ["other_reason"]}}

    name = fields.Text("Full name", autocomplete="name")
    born_on = fields.Date("Date of birth", latest=DAY)
    area = fields.Choice("School", [("a", "Alder Primary"), ("b", "Birch Infants"), ("c", LONG)], searchable=True)
    reason = fields.Radios(
        "Main reason",
        [("attendance", "Attendance"), ("behaviour", "Behaviour at home"), ("other", "Something else")],
        hints={"attendance": "Missed between 10 and 20 days in a hundred"},
    )
    other_reason = fields.LongText("What is the reason", longest=200, rows=3)
    needs = fields.Checkboxes(
        "Support wanted", [("parenting", "Parenting"), ("school", "School work"), ("money", "Money")]
    )
    district = fields.Choice("District", [("mid", "Mid"), ("south", "South")])
    started = fields.Time("Start time")
    minutes = fields.Number("Length", least=5, most=480, suffix="minutes")
    score = fields.Number("Score", places=1, least=0, most=30, required=False, hint="From 0 to 30")
    agreed = fields.YesNo("Did the parent agree to share this", not_known=True)
    notes = fields.LongText("Notes", longest=1000, hint="What was said and what happens next", required=False)
    letter = fields.Upload("Letter", accept=".pdf,.docx", required=False)
    sure = fields.Confirm("I have checked these answers")


class OnlyOne(KitForm):
    """A page that asks one thing."""

    seen_on = fields.Date("When did you see the family?", latest=DAY, missing="Enter the day you saw the family")


@page(allow=None, signed_in=False)
def components(request: PageRequest) -> HttpResponse:
    wrong = Everything({"name": "", "born_on": "31/2/2010", "reason": "other", "minutes": "ten", "notes": "Two\nlines"})
    context = {
        "rows": ROWS,
        "figures": FIGURES,
        "bars": BARS,
        "long": LONG,
        "day": DAY,
        "at": dt.datetime(2010, 5, 4, 9, 30, tzinfo=dt.UTC),
        "listed": FAMILIES.of(request, [(f"Family {n}", DAY + dt.timedelta(days=n), n % 7) for n in range(40)]),
        "page_of": Paginator(range(500), 10).page(7),
        "fresh": Everything(prefix="fresh"),
        "form": wrong,
        "one": OnlyOne(prefix="one"),
    }
    return render(request, "kit/gallery.html", context)


@page(allow=None, signed_in=False)
@once
def form(request: PageRequest) -> HttpResponse:
    asked = Everything(request.POST or None, request.FILES or None)
    if asked.is_valid():
        return done(request, request.path, said="Answers saved")
    return render(request, "kit/gallery_form.html", {"form": asked})
