"""Every write of casework: a case opened, allocated, worked, discussed, closed."""

from fingerpost.work.casework.commands.bringing import (
    bring_in_cases,
    bring_in_closings,
    bring_in_contacts,
    bring_in_discussions,
    take_out_cases,
    take_out_closings,
    take_out_contacts,
    take_out_discussions,
)
from fingerpost.work.casework.commands.closing import (
    close,
    hold_outcome_back,
    record_destination_answer,
    record_outcome_sent,
)
from fingerpost.work.casework.commands.contacts import correct_contact, record_contact
from fingerpost.work.casework.commands.covering import hand_over_for_cover
from fingerpost.work.casework.commands.details import KEEP, edit
from fingerpost.work.casework.commands.leaving import ask_for_another_worker
from fingerpost.work.casework.commands.opening import allocate, transfer
from fingerpost.work.casework.commands.supervision import correct_meeting, discuss
from fingerpost.work.casework.commands.taking_back import reopen, take_back_contact, take_back_discussion

__all__ = [
    "KEEP",
    "allocate",
    "ask_for_another_worker",
    "bring_in_cases",
    "bring_in_closings",
    "bring_in_contacts",
    "bring_in_discussions",
    "close",
    "correct_contact",
    "correct_meeting",
    "discuss",
    "edit",
    "hand_over_for_cover",
    "hold_outcome_back",
    "record_contact",
    "record_destination_answer",
    "record_outcome_sent",
    "reopen",
    "take_back_contact",
    "take_back_discussion",
    "take_out_cases",
    "take_out_closings",
    "take_out_contacts",
    "take_out_discussions",
    "transfer",
]
