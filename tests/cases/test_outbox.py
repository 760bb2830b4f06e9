"""E-mail is kept with the act, tried until somebody took it, and nothing says that it arrived before it did."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import send_mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from config import mail
from fingerpost.ground.access.models import Grant, User
from fingerpost.people.correspondence import outbox
from fingerpost.people.correspondence.jobs import deliver, look_after
from fingerpost.people.correspondence.models import Email, EmailTry, Message
from fingerpost.work.safeguarding.models import Concern
from tests.fixtures.browsing import Browser, Today, opened, posted, told
from tests.fixtures.mail_server import MailServer, mail_server
from tests.fixtures.world import World, moment
from tests.pages.households import a_case

pytestmark = pytest.mark.case("A5")

SECRET = "https://fingerpost.example.org/account/password/reset/key/abc-123"


@pytest.fixture
def post_by(settings: Any) -> Any:
    """Have letters go to this mail server."""

    def to(server: MailServer) -> None:
        settings.EMAIL_CARRIER, settings.EMAIL_TIMEOUT = "smtp", 1
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""

    return to


def a_letter(**more: Any) -> Email:
    return outbox.post(
        **{"recipient": "fay@example.org", "subject": "A concern", "body": "Read it now.", "kind": "test", **more}
    )


def due_again(email: Email) -> Email:
    """The time of its next try has come."""
    Email.objects.filter(pk=email.pk).update(next_try_at=timezone.now())
    return Email.objects.get(pk=email.pk)


def try_now(email: Email) -> Email:
    due_again(email)
    deliver(email=str(email.pk))
    return Email.objects.get(pk=email.pk)


@pytest.mark.django_db
class TestTrying:
    def test_goes_on_until_the_mail_server_takes_it_and_each_try_is_kept(self, post_by: Any) -> None:
        with mail_server("busy", "silent", "take") as server:
            post_by(server)
            email = a_letter()
            first, second, third = (try_now(email) for _ in range(3))
            assert [one.state for one in (first, second, third)] == ["waiting", "waiting", "sent"]
            assert not deliver(email=str(email.pk)), "sent a second time"
        tries = list(EmailTry.objects.filter(email=email).order_by("id"))
        assert [one.delivered for one in tries] == [False, False, True]
        assert "451 Try later" in tries[0].answer
        assert len(server.taken) == 1
        assert "Read it now." in server.taken[0]
        assert email.mail_id in server.taken[0]

    def test_waits_longer_each_time_from_a_minute_to_a_day(self, post_by: Any) -> None:
        with mail_server("busy") as server:
            post_by(server)
            email, waits = a_letter(), []
            for _ in outbox.WAITS:
                before = timezone.now()
                waits.append(try_now(email).next_try_at - before)
            last = try_now(email)
        assert [round(wait.total_seconds() / 60) for wait in waits] == [1, 5, 15, 60, 240, 720, 1440]
        assert last.state == Email.State.FAILED
        queued = ProcrastinateJob.objects.filter(task_name=outbox.DELIVER, args={"email": str(email.pk)})
        assert queued.count() == 1 + len(outbox.WAITS)

    def test_is_not_tried_before_its_time(self, post_by: Any) -> None:
        with mail_server("busy", "take") as server:
            post_by(server)
            email = a_letter()
            try_now(email)
            assert not deliver(email=str(email.pk))
            assert server.asked == 1

    def test_an_address_that_does_not_exist_is_not_tried_for_a_day(self, post_by: Any) -> None:
        with mail_server("unknown") as server:
            post_by(server)
            assert try_now(a_letter()).state == Email.State.FAILED
        assert EmailTry.objects.get().answer == "550 No such person"

    def test_a_server_that_is_not_there_is_an_answer_too(self, post_by: Any) -> None:
        post_by(MailServer(port=9))
        assert try_now(a_letter()).state == Email.State.WAITING
        assert "ConnectionRefused" in EmailTry.objects.get().answer

    def test_what_no_job_looks_at_is_asked_for_anew(self) -> None:
        email = a_letter()
        ProcrastinateJob.objects.all().delete()
        assert look_after() == 0
        Email.objects.update(next_try_at=timezone.now() - timedelta(minutes=11))
        assert look_after() == 1
        assert ProcrastinateJob.objects.get(task_name=outbox.DELIVER).args == {"email": str(email.pk)}

    def test_it_goes_with_the_act_that_it_tells_of(self) -> None:
        with transaction.atomic():
            a_letter()
            transaction.set_rollback(True)
        assert not Email.objects.exists()
        assert not ProcrastinateJob.objects.filter(task_name=outbox.DELIVER).exists()


@pytest.mark.django_db
class TestSecrets:
    def test_whatever_django_sends_goes_through_the_outbox_and_is_struck_out_when_it_left(
        self, settings: Any, post_by: Any, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.EMAIL_BACKEND = "fingerpost.people.correspondence.backend.Outbox"
        with mail_server("busy", "take") as server:
            post_by(server)
            send_mail("A new password", SECRET, None, ["alice@example.org"])
            email = Email.objects.get()
            assert email.is_secret
            assert try_now(email).body == SECRET, "it has not left yet"
            assert try_now(email).body == ""
        assert SECRET in server.taken[0].replace("=\n", "")
        said = capfd.readouterr()
        assert "reset/key" not in said.out + said.err + caplog.text
        assert "reset/key" not in str(list(ProcrastinateJob.objects.values_list("args", flat=True)))


@pytest.fixture
def ida(world: World) -> Client:
    """Who administers the system."""
    user = User.objects.create_user("ida@example.org", name="Ida Stone", organisation=world.users["sam"].organisation)
    Grant.objects.create(user=user, role="administrator", reach="platform")
    client = Client()
    client.force_login(user)
    return client


class TestAConcern:
    @pytest.fixture
    def concern(self, world: World, browser: Browser, today: Today) -> Concern:
        made, *_ = a_case(world)
        today.is_(2010, 12, 29, 10, 40)
        words = {"seen": "Nobody was at home.", "day": "29/12/2010", "clock": "9:00"}
        posted(browser("alice"), "practice:concern_raise", "case", made.row.ref, **words)
        return Concern.objects.get()

    def letter_to(self, address: str) -> Email:
        return Email.objects.get(recipient=address)

    def test_says_that_the_lead_will_be_told_and_when_they_were(
        self, browser: Browser, concern: Concern, today: Today, post_by: Any
    ) -> None:
        alice, email = browser("alice"), self.letter_to("fay@example.org")
        assert "Fay Lee told" not in opened(alice, "practice:concern", concern.ref)
        name = User.objects.get(email="fay@example.org").name
        before = opened(alice, "practice:concern", concern.ref)
        assert f"{name} will be told; the email is not yet delivered" in before
        assert f"{name} told" not in before
        with mail_server("take") as server:
            post_by(server)
            today.is_(2010, 12, 29, 10, 42)
            try_now(email)
        after = opened(alice, "practice:concern", concern.ref)
        assert f"{name} told 29 December 2010 at 10:42am" in after
        assert Message.objects.get(kind="concern_raised").state == Message.State.SENT
        assert "Nobody was at home" not in server.taken[0]

    def test_that_could_not_be_told_says_so_and_somebody_else_sees_it(
        self, browser: Browser, concern: Concern, ida: Client, post_by: Any
    ) -> None:
        alice, email = browser("alice"), self.letter_to("fay@example.org")
        with mail_server("unknown") as server:
            post_by(server)
            try_now(email)
        assert "could not be reached by email: ring them" in opened(alice, "practice:concern", concern.ref)
        listed = opened(ida, "oversight:background")
        assert "Some of this needs you" in listed
        assert "fay@example.org" in listed
        assert "550 No such person" in opened(ida, "oversight:undelivered", email.pk)
        how = told(ida, "oversight:undelivered", email.pk, what="aside", how="rang at 11")
        assert "It has been recorded how they were told" in how
        assert "told: rang at 11" in opened(alice, "practice:concern", concern.ref)

    def test_is_sent_again_when_somebody_says_so(self, concern: Concern, ida: Client, post_by: Any) -> None:
        email = self.letter_to("fay@example.org")
        with mail_server("unknown", "take") as server:
            post_by(server)
            try_now(email)
            posted(ida, "oversight:undelivered", email.pk, what="again")
            assert try_now(email).state == Email.State.SENT
        assert len(server.taken) == 1

    def test_reaches_the_supervisor_as_well(self, concern: Concern) -> None:
        told = Email.objects.filter(kind__startswith="concern").values_list("recipient", flat=True)
        assert set(told) == {"fay@example.org", "bob@example.org"}

    def test_nobody_else_opens_the_list(self, browser: Browser, concern: Concern) -> None:
        for who in ("alice", "bob", "sam", "dave", "fay"):
            assert browser(who).get(reverse("oversight:background")).status_code == 403


def test_without_a_mail_server_letters_are_printed_by_hand(world: World, ida: Client, settings: Any) -> None:
    settings.EMAIL_CARRIER = "print"
    email = a_letter(is_secret=True)
    assert email.state == Email.State.TO_PRINT
    assert not ProcrastinateJob.objects.filter(task_name=outbox.DELIVER).exists()
    assert "Read it now." in opened(ida, "oversight:undelivered", email.pk)
    posted(ida, "oversight:undelivered", email.pk, what="aside", how="By hand")
    email.refresh_from_db()
    assert (email.state, email.body) == (Email.State.SETTLED, "")


def test_a_demonstration_keeps_letters_and_sends_none(world: World, settings: Any, client: Client) -> None:
    settings.EMAIL_CARRIER = "keep"
    assert try_now(a_letter(is_secret=True)).body == "Read it now."
    assert moment(2010, 1, 1) < Email.objects.get().sent_at


class TestARealInstallation:
    @pytest.mark.parametrize(
        ("environment", "carrier"),
        [
            ({}, "unset"),
            ({"FINGERPOST_INSECURE": "1"}, "unset"),
            ({"FINGERPOST_EMAIL_HOST": "mail.example.org"}, "smtp"),
            ({"FINGERPOST_EMAIL_CARRIER": "print"}, "print"),
            ({"FINGERPOST_DEMONSTRATION": "1"}, "keep"),
            ({"FINGERPOST_DEBUG": "1"}, "keep"),
        ],
    )
    def test_says_how_letters_leave(self, environment: dict[str, str], carrier: str) -> None:
        assert mail.carrier(environment) == carrier

    @pytest.mark.parametrize(
        ("more", "says"),
        [
            ({}, "Set FINGERPOST_EMAIL_FROM"),
            ({"FINGERPOST_EMAIL_FROM": "f@example.org", "FINGERPOST_EMAIL_TLS": "yes"}, "must be one of"),
            ({"FINGERPOST_EMAIL_FROM": "f@example.org", "FINGERPOST_EMAIL_PORT": "smtp"}, "must be a number"),
        ],
    )
    def test_refuses_settings_that_cannot_be(self, more: dict[str, str], says: str) -> None:
        with pytest.raises(mail.NoCarrier, match=says):
            mail.require({"FINGERPOST_EMAIL_HOST": "mail.example.org", **more})

    def test_reads_every_setting(self) -> None:
        given = {"HOST": "mail.example.org", "USER": "u", "PASSWORD": "p", "TLS": "implicit", "FROM": "f@example.org"}
        made = mail.settings({f"FINGERPOST_EMAIL_{name}": value for name, value in given.items()})
        assert (made["EMAIL_PORT"], made["EMAIL_USE_SSL"], made["EMAIL_USE_TLS"]) == (465, True, False)
        assert (made["EMAIL_HOST_USER"], made["EMAIL_HOST_PASSWORD"]) == ("u", "p")
        assert mail.settings({})["EMAIL_PORT"] == 587

    @pytest.mark.parametrize("argv", [["-c", "import config.wsgi"], ["-m", "fingerpost", "manage", "worker"]])
    def test_does_not_start_without_one_and_says_what_to_set(self, argv: list[str]) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("FINGERPOST_")}
        answer = subprocess.run([sys.executable, *argv], env=inherited, capture_output=True, text=True, check=False)
        assert answer.returncode != 0
        assert "FINGERPOST_EMAIL_HOST" in answer.stderr
        assert "FINGERPOST_EMAIL_CARRIER=print" in answer.stderr
