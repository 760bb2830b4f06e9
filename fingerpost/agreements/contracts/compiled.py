"""Contracts compiled once in each process, by the hash of their files."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock

from fingerpost.language.compile import load, read_adopted
from fingerpost.language.contract import Contract
from fingerpost.language.vocabulary import VOCABULARY

KEPT = 32

_kept: OrderedDict[str, Contract] = OrderedDict()
_lock = Lock()


def compiled(hash_: str, sources: Callable[[], Mapping[str, str]], *, is_new: bool = False) -> Contract:
    """The contract of this hash. `sources` is asked for the files only where this process has not compiled them yet.

    One that is new is held against every check. One that was adopted is read as it was agreed: a later release of the product
    may refuse it to whoever adopts it anew, and not to whoever works under it. Raises ContractFaulty.
    """
    with _lock:
        if hash_ in _kept:
            _kept.move_to_end(hash_)
            return _kept[hash_]
    contract = load(sources(), VOCABULARY) if is_new else read_adopted(sources())
    with _lock:
        _kept[hash_] = contract
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return contract
