"""Checks of roles: words that lead nowhere, roles that reach nobody, and safety that no contract takes away."""

from fingerpost.language.checks.base import Checking
from fingerpost.language.permissions import MEETS_ROWS, Permission
from fingerpost.language.roles import ADMINISTRATOR, Role, base_of, roles_of, shipped
from fingerpost.language.schema.roles import RoleWords
from fingerpost.language.wording import nearest

FILE = "roles.yaml"
WORKS_WITH_FAMILIES = frozenset(
    {Permission.RECORD_CONTACT, Permission.ASSESS_FAMILY, Permission.HOLD_PLAN, Permission.CLOSE_CASE}
)


def check(checking: Checking) -> None:
    """Faults of every role, and of all of them together."""
    words = checking.draft.entries(FILE, RoleWords)
    roles = roles_of(words)
    for key, one in words.items():
        _names(checking, key, one, words)
        _is_whole(checking, key, one, roles[key])
        _of_the_installation(checking, key, one)
        _reaches(checking, key, one, roles[key], base_of(key, words))
        _raises_concerns(checking, key, roles[key], base_of(key, words))
    if words and not any(Permission.DECIDE_CONCERN in role.can for role in roles.values()):
        advice = "Leave decide_concern to the safeguarding lead, or give it to another role."
        checking.fault(FILE, (), "No role can decide on a concern", advice)


def _names(checking: Checking, key: str, words: RoleWords, every: dict[str, RoleWords]) -> None:
    known = {*every, *shipped()}
    if words.like is not None and words.like not in known:
        checking.fault(FILE, (key, "like"), f"There is no role {words.like}", nearest(words.like, known))
    if _is_circle(key, every):
        checking.fault(FILE, (key, "like"), f"{key} begins from itself", "Let one of them say what it can.")
    for place, permission in enumerate(words.can or ()):
        if permission not in set(Permission):
            advice = nearest(permission, [str(one) for one in Permission])
            checking.fault(FILE, (key, "can", place), f"There is no permission {permission}", advice)
    if words.since and words.until and words.until < words.since:
        checking.fault(FILE, (key, "until"), f"{key} ends before it begins", "Put the later day at until.")


def _is_circle(key: str, every: dict[str, RoleWords]) -> bool:
    seen, now = {key}, every[key].like
    while now in every and now not in seen:
        seen.add(now)
        now = every[now].like
    return now == key and every[key].like != key


def _is_whole(checking: Checking, key: str, words: RoleWords, role: Role) -> None:
    if key in shipped() or words.like is not None:
        return
    for word, given, advice in (
        ("label", words.label, "Write label: and what people call it."),
        ("can", words.can, "Write can: and a list, or like: and a role that it begins from."),
        ("reach", words.reach, "Write reach: own, area, team, service or organisation."),
    ):
        if given is None:
            checking.fault(FILE, (key,), f"{key} is a role of the contract's own and says no {word}", advice)


def _of_the_installation(checking: Checking, key: str, words: RoleWords) -> None:
    """Administering is of the whole installation: what it can, and who can, is no contract's to say."""
    if key == ADMINISTRATOR:
        for word in ("can", "reach", "like", "restricted", "since", "until"):
            if getattr(words, word) is not None:
                advice = "Keep its label alone: it belongs to the installation and not to a service."
                checking.fault(FILE, (key, word), "A contract does not change what an administrator can", advice)
        return
    if Permission.ADMINISTER_SYSTEM in (words.can or ()) or words.like == ADMINISTRATOR:
        place = "like" if words.like == ADMINISTRATOR else "can"
        advice = "Give somebody the role administrator instead."
        checking.fault(FILE, (key, place), f"{key} cannot administer: no role of a service does", advice)
    if "platform" in (words.reaches or ()):
        checking.fault(FILE, (key, "reach"), f"{key} cannot reach the platform", "Only an administrator does.")


def _reaches(checking: Checking, key: str, words: RoleWords, role: Role, base: Role | None) -> None:
    """Who met nobody before, and is to meet people now, needs to be told whom."""
    if base is None or base.meets_people or not role.meets_people or words.reach is not None:
        return
    met = ", ".join(sorted(role.can & MEETS_ROWS))
    advice = f"Write reach: for {key}, such as own or team, or leave out what needs it."
    checking.fault(FILE, (key, "can"), f"{key} met nobody, and {met} would let it meet people", advice)


def _raises_concerns(checking: Checking, key: str, role: Role, base: Role | None) -> None:
    """A guarantee of the product: whoever works with families can say that they are worried about somebody."""
    works = role.can & WORKS_WITH_FAMILIES
    is_taken = base is not None and Permission.RAISE_CONCERN in base.can and role.meets_people
    if Permission.RAISE_CONCERN in role.can or not (works or is_taken):
        return
    advice = "Add raise_concern. It may not be taken from a role that meets families."
    checking.fault(FILE, (key, "can"), f"{key} meets families and could not raise a concern", advice)
