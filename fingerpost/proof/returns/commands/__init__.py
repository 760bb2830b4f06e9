"""Every write of returns and of their case studies."""

from fingerpost.proof.returns.commands.case_studies import approve, offer, rewrite, send_back, take_out, write
from fingerpost.proof.returns.commands.sending import (
    accept,
    ask_to_send,
    assemble,
    fix_figures,
    submit,
    write_narrative,
)

__all__ = [
    "accept",
    "approve",
    "ask_to_send",
    "assemble",
    "fix_figures",
    "offer",
    "rewrite",
    "send_back",
    "submit",
    "take_out",
    "write",
    "write_narrative",
]
