"""Every write of groups: runs planned and made public, places booked, registers marked."""

from fingerpost.work.groups.commands.attending import book, cancel, mark
from fingerpost.work.groups.commands.planning import advertise, agree, define, plan_sessions, propose

__all__ = ["advertise", "agree", "book", "cancel", "define", "mark", "plan_sessions", "propose"]
