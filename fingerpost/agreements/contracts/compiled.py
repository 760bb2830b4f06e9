"""Contracts compiled once in each process, by the hash of their files."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock

from fingerpost.language.compile import load
from fingerpost.language.contract import Contract
from fingerpost.language.vocabulary import VOCABULARY

KEPT = 32

_kept: OrderedDict[str, Contract] = OrderedDict()
_lock = Lock()


def compiled(hash_: str, sources: Callable[[], Mapping[str, str]]) -> Contract:
    """The contract of this hash. `sources` is asked for the files only where this process has not compiled them yet."""
    with _lock:
        if hash_ in _kept:
            _kept.move_to_end(hash_)
            return _kept[hash_]
    contract = load(sources(), VOCABULARY)
    with _lock:
        _kept[hash_] = contract
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return contract
