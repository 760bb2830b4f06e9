"""What a person's job is called: by their own title, else by the word of the agreement they work under."""

from collections.abc import Callable
from datetime import date

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User

Words = Callable[[Actor, date], str]
_words: list[Words] = []


def calls_jobs(words: Words) -> None:
    """Declare a function that gives an agreement's word for what an actor does on a day, or nothing where it has none."""
    if words not in _words:
        _words.append(words)


def job_of(user: User, actor: Actor, on: date) -> str:
    """The title to show beside a name; empty where neither they nor an agreement has a word for it."""
    return user.job_title or next((word for words in _words if (word := words(actor, on))), "")
