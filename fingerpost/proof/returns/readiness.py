"""What a draft still lacks before it may be sent: the command refuses by it, and the pages say it beforehand."""

from dataclasses import dataclass

from fingerpost.agreements.contracts.rules import Rules
from fingerpost.proof.returns.case_studies import missing, missing_in_words
from fingerpost.proof.returns.models import Return
from fingerpost.proof.returns.queries import Heading, headings, rules_for


@dataclass(frozen=True)
class StillMissing:
    """Headings that must have words and have none, and how many case studies are short, in words."""

    headings: tuple[Heading, ...] = ()
    case_studies: str = ""

    def __bool__(self) -> bool:
        return bool(self.headings or self.case_studies)


def still_missing(made: Return, held: Rules | None = None) -> StillMissing:
    """What the return lacks; nothing for one that was sent. Two queries, and one for the rules unless given."""
    if made.submitted_at is not None:
        return StillMissing()
    held = held or rules_for(made)
    empty = tuple(heading for heading in headings(made, held) if heading.required and heading.is_empty)
    return StillMissing(empty, missing_in_words(missing(made, held), held.contract))
