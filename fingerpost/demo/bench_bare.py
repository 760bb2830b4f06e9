"""The least that a page can cost: Django with the same sign-in, the same engine for templates, the same rows, and nothing else.

No permissions, no access log, no frame round the page. What `fingerpost bench` measures of ours stands beside this.
"""

import os
import uuid
from typing import Any

from django.conf import settings

from config import database

if not settings.configured:
    _where = database.from_url(os.environ["DATABASE_URL"])
    settings.configure(
        SECRET_KEY=os.environ["FINGERPOST_SECRET_KEY"],
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "pgtrigger",
            "pghistory",
            "allauth.usersessions",
            "fingerpost.ground.history",
            "fingerpost.ground.access",
        ],
        AUTH_USER_MODEL="access.User",
        DEMONSTRATION=False,
        SESSION_COOKIE_NAME="fingerpost_session",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        DATABASES={
            "default": {
                "IS_OWNER": True,  # no wall: what the same SQL costs by itself
                "ENGINE": "django.db.backends.postgresql",
                "CONN_MAX_AGE": 600,
                **_where,
                "OPTIONS": {**database.PREPARED, **_where["OPTIONS"]},
            }
        },
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )

import django
from django.contrib.auth.decorators import login_required
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from jinja2 import Environment

django.setup()

_PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><title>{{ title }}</title>{% for rows in tables %}<table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell if cell is not none else '' }}</td>{% endfor %}</tr>{% endfor %}</table>{% endfor %}"
)
_W1 = """
SELECT c.ref, f.ref, f.name, c.opened_at, c.next_due_on, c.last_contact_at,
       (SELECT count(*) FROM casework_casechild k WHERE k.case_id = c.id), last.kind, left(last.note, 60)
FROM casework_case c JOIN families_family f ON f.id = c.family_id
LEFT JOIN LATERAL (SELECT kind, note FROM casework_contact t WHERE t.case_id = c.id ORDER BY happened_at DESC LIMIT 1) last ON true
WHERE c.worker_id = %s AND c.closed_at IS NULL ORDER BY c.next_due_on LIMIT 50
"""
_W1_ALL = "SELECT count(*) FROM casework_case WHERE worker_id = %s AND closed_at IS NULL"
_W2 = (
    "SELECT id, ref, name FROM families_family WHERE ref = %s",
    """SELECT p.first_name, p.last_name, p.born_on, p.sex, m.part FROM families_membership m
    JOIN families_person p ON p.id = m.person_id WHERE m.family_id = %s AND m.until IS NULL ORDER BY p.born_on""",
    "SELECT ref, opened_at, closed_at, next_due_on FROM casework_case WHERE family_id = %s ORDER BY opened_at DESC",
    """SELECT t.happened_at, t.kind, t.minutes, t.note, u.name FROM casework_contact t
    JOIN access_user u ON u.id = t.worker_id WHERE t.family_id = %s ORDER BY t.happened_at DESC LIMIT 20""",
)
_W3 = """
WITH found AS MATERIALIZED (SELECT id, first_name, last_name, born_on FROM families_person WHERE search_name LIKE ALL (%s))
SELECT found.first_name, found.last_name, found.born_on, f.ref, a.postcode
FROM (SELECT * FROM found ORDER BY last_name, first_name LIMIT 50) found
LEFT JOIN families_membership m ON m.person_id = found.id AND m.until IS NULL LEFT JOIN families_family f ON f.id = m.family_id
LEFT JOIN families_address a ON a.person_id = found.id AND a.until IS NULL ORDER BY found.last_name, found.first_name
"""
_W4 = (
    """INSERT INTO casework_contact (id, service, case_id, family_id, kind, mode, happened_at, minutes, attended,
        counts_as_session, topics, note, worker_id, revision, recorded_at, scope_keys, restricted)
    SELECT %s, service, id, family_id, 'phone_call', '', now(), 5, true, false, '{}', %s, worker_id, 1, now(), scope_keys,
        false FROM casework_case WHERE ref = %s""",
    "UPDATE casework_case SET last_contact_at = now() WHERE ref = %s",
)
_W5 = """
INSERT INTO groups_attendance (id, session_id, person_id, is_present, recorded_at, scope_keys, restricted)
SELECT gen_random_uuid(), %s, b.person_id, b.person_id = ANY(%s), now(), b.scope_keys, b.restricted
FROM groups_booking b WHERE b.run_id = (SELECT run_id FROM groups_session WHERE id = %s) AND b.cancelled_at IS NULL
ON CONFLICT (session_id, person_id) DO UPDATE SET is_present = excluded.is_present, recorded_at = excluded.recorded_at
"""


def _rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _page(title: str, *tables: list[tuple[Any, ...]]) -> HttpResponse:
    return HttpResponse(_PAGE.render(title=title, tables=tables))


@login_required
def my_cases(request: HttpRequest) -> HttpResponse:
    worker = request.user.pk
    return _page("My cases", _rows(_W1, worker), _rows(_W1_ALL, worker))


@login_required
def family(request: HttpRequest, ref: str) -> HttpResponse:
    found = _rows(_W2[0], ref)
    return _page("A family", found, *(_rows(sql, found[0][0]) for sql in _W2[1:]))


@login_required
def find(request: HttpRequest) -> HttpResponse:
    words = request.POST["words"].lower().replace(",", " ").split()
    return _page("Find", _rows(_W3, [f"%{word}%" for word in words]))


@login_required
def save(request: HttpRequest, ref: str) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_W4[0], [uuid.uuid4(), request.POST["note"], ref])
        cursor.execute(_W4[1], [ref])
    return HttpResponseRedirect(f"/families/{ref}")


@login_required
def mark(request: HttpRequest, ref: str, session: str) -> HttpResponse:
    came = [uuid.UUID(name[2:]) for name, answer in request.POST.items() if name.startswith("p-") and answer == "came"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_W5, [session, came, session])
    return HttpResponseRedirect(f"/groups/{ref}")


urlpatterns = [
    path("work", my_cases),
    path("families/<str:ref>", family),
    path("find", find),
    path("cases/<str:ref>/contacts/new", save),
    path("groups/<str:ref>/sessions/<str:session>", mark),
]
application = get_wsgi_application()
