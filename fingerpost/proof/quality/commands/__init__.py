"""Every write of quality: barriers logged and resolved, samples drawn, findings written."""

from fingerpost.proof.quality.commands.barriers import log_barrier, resolve_barrier, reword_barrier
from fingerpost.proof.quality.commands.samples import draw, record_finding, set_aside

__all__ = ["draw", "log_barrier", "record_finding", "resolve_barrier", "reword_barrier", "set_aside"]
