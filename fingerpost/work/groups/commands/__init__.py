"""Every write of groups: runs planned and made public, places booked, registers marked, changes measured."""

from fingerpost.work.groups.commands.attending import (
    book,
    cancel,
    change_places,
    mark,
    send,
    stop_waiting,
    wait,
    welcome,
)
from fingerpost.work.groups.commands.correcting import correct_session
from fingerpost.work.groups.commands.dropping_in import record_drop_in
from fingerpost.work.groups.commands.measuring import measure
from fingerpost.work.groups.commands.planning import (
    Duplicated,
    advertise,
    agree,
    answer_need,
    call_off,
    cancel_session,
    change,
    define,
    plan_sessions,
    propose,
)
from fingerpost.work.groups.commands.taking_back import (
    take_back_place,
    take_back_register,
    take_back_run,
    take_back_session,
)

__all__ = [
    "Duplicated",
    "advertise",
    "agree",
    "answer_need",
    "book",
    "call_off",
    "cancel",
    "cancel_session",
    "change",
    "change_places",
    "correct_session",
    "define",
    "mark",
    "measure",
    "plan_sessions",
    "propose",
    "record_drop_in",
    "send",
    "stop_waiting",
    "take_back_place",
    "take_back_register",
    "take_back_run",
    "take_back_session",
    "wait",
    "welcome",
]
