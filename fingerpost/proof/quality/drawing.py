"""The draw: by chance, and such that anybody can do it again.

Method 1. Every record of the population has a reference. Put the seed, a colon and the reference together, such as
`20101001:C-7K3Q2M`, take the SHA-256 of that, and sort by it, as text. The first ones are the sample. Nobody can choose a record
by this, and a record that is added later moves no other: it takes its own place in the order.
"""

from collections.abc import Iterable
from hashlib import sha256

METHOD = 1
IN_WORDS = (
    "Each record has a reference. The seed, a colon and the reference are put together and their SHA-256 is taken. The records are "
    "sorted by it, and the first ones are the sample. With the list of references and the seed, anybody can draw it again."
)


def place_of(seed: int, reference: str) -> str:
    """Where chance puts a reference: 64 figures and letters, sorted as text."""
    return sha256(f"{seed}:{reference}".encode()).hexdigest()


def drawn(references: Iterable[str], *, seed: int, size: int) -> list[str]:
    """The sample, in the order of the draw; all of them, where there are no more than `size`."""
    return sorted(set(references), key=lambda reference: (place_of(seed, reference), reference))[:size]


def fingerprint(references: Iterable[str]) -> str:
    """SHA-256 of the whole population, so that a later draw can tell whether it was drawn from the same."""
    return sha256("\n".join(sorted(references)).encode()).hexdigest()
