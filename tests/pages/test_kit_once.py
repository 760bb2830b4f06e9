"""A form posted twice acts once."""

import threading

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from procrastinate.contrib.django import app

from fingerpost.ground.access.models import Organisation
from fingerpost.pages.kit import once
from fingerpost.pages.kit.jobs import forget_posted
from fingerpost.pages.kit.models import Posted
from fingerpost.pages.kit.shortcuts import done

pytestmark = pytest.mark.django_db


class Person:
    def __init__(self, pk):
        self.pk = pk
        self.is_authenticated = True


def post(person="alice", token=None, **data):
    request = RequestFactory().post("/", {once.NAME: token or "", **data})
    request.user = Person(person)
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def new_token(person="alice"):
    return once.token(post(person))


@once.once
def adds_one(request):
    key = f"o-{Organisation.objects.count()}"
    if request.POST.get("wrong"):
        return HttpResponse("the form again, with its errors")
    Organisation.objects.create(key=key, name=key)
    if request.POST.get("fails"):
        raise ValueError("half way")
    return HttpResponseRedirect(f"/made/{key}/")


def test_the_second_post_is_sent_where_the_first_was():
    token = new_token()
    first, second = adds_one(post(token=token)), adds_one(post(token=token))
    assert (first["Location"], second["Location"]) == ("/made/o-0/", "/made/o-0/")
    assert Organisation.objects.count() == 1


def test_the_second_post_is_told_what_the_first_was():
    @once.once
    def says(request):
        return done(request, "/made/", said="Saved")

    token = new_token()
    says(post(token=token))
    again = post(token=token)
    assert says(again)["Location"] == "/made/"
    assert [str(m) for m in get_messages(again)] == ["Saved"]


def test_a_form_with_errors_may_be_sent_again():
    token = new_token()
    assert adds_one(post(token=token, wrong="1")).status_code == 200
    assert adds_one(post(token=token)).status_code == 302
    assert Organisation.objects.count() == 1


def test_what_failed_half_way_leaves_nothing_and_may_be_sent_again():
    token = new_token()
    with pytest.raises(ValueError, match="half way"):
        adds_one(post(token=token, fails="1"))
    assert not Organisation.objects.exists()
    assert adds_one(post(token=token)).status_code == 302


@pytest.mark.parametrize("token", ["", "forged", "a:b/c:d"])
def test_without_a_token_of_ours_the_view_acts_as_it_is(token):
    assert adds_one(post(token=token)).status_code == 302
    assert not Posted.objects.exists()


def test_anothers_token_does_not_stop_or_show_anything():
    token = new_token("alice")
    adds_one(post("alice", token))
    assert adds_one(post("bob", token))["Location"] == "/made/o-1/"


def test_two_posts_at_the_same_moment_act_once(transactional_db):
    token = new_token()
    together, answers = threading.Barrier(2), []

    @once.once
    def slow(request):
        Organisation.objects.create(key="only", name="only")
        waiting.wait(0.3)
        return HttpResponseRedirect("/made/only/")

    waiting = threading.Event()

    def send():
        try:
            together.wait()
            answers.append(slow(post(token=token))["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == ["/made/only/", "/made/only/"]
    assert Organisation.objects.filter(key="only").count() == 1


def test_old_tokens_are_forgotten():
    adds_one(post(token=new_token()))
    assert once.forget() == 0
    Posted.objects.update(posted_at="2010-01-01T00:00Z")
    assert once.forget() == 1


def test_the_schedule_forgets_them_each_night():
    adds_one(post(token=new_token()))
    Posted.objects.update(posted_at="2010-01-01T00:00Z")
    assert "kit.forget_posted" in app.tasks
    assert forget_posted() == 1
