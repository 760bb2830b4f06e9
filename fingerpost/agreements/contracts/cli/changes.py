"""What a version changes, in lines for the command line."""

from collections.abc import Iterator, Mapping

from fingerpost.agreements.contracts.comparing import Changes, Part

_CALLED: Mapping[str, tuple[str, str]] = {
    "clauses": ("clause", "clauses"),
    "decisions": ("decision", "decisions"),
    "gates": ("gate", "gates"),
    "clocks": ("clock", "clocks"),
    "tasks": ("task", "tasks"),
    "closure_reasons": ("reason for closing", "reasons for closing"),
    "indicators": ("figure", "figures"),
    "values": ("dated value", "dated values"),
    "kinds": ("kind of record", "kinds of record"),
    "instruments": ("instrument", "instruments"),
    "offers": ("offer", "offers"),
    "returns": ("return", "returns"),
}


def changes_in_words(changes: Changes) -> Iterator[str]:
    """One line for each thing that changes; of a first version how much there is of each."""
    if changes.before is None:
        yield f"It is the first version: {_how_much(changes)}."
        return
    yield f"What changes from version {changes.before}:"
    lines = [*_areas(changes), *_roles(changes), *_parts(changes.parts)]
    yield from lines or ["- Nothing but words that no rule reads."]
    if "indicators" in changes.parts or "values" in changes.parts:
        yield "Returns that were sent keep the figures of the version they were sent under."


def _how_much(changes: Changes) -> str:
    counted = [(len(changes.areas_added), "area", "areas")]
    counted += [
        (len(changes.parts[name].added), one, many) for name, (one, many) in _CALLED.items() if name in changes.parts
    ]
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counted if number)


def _areas(changes: Changes) -> Iterator[str]:
    if changes.areas_added:
        yield f"- Areas added: {', '.join(changes.areas_added)}."
    if changes.areas_renamed:
        yield f"- Areas renamed: {'; '.join(changes.areas_renamed)}."
    for name, families in changes.areas_closed.items():
        living = f"{families} family lives" if families == 1 else f"{families or 'no'} families live"
        todo = " They stay where they are, and the area is offered no more." if families else ""
        yield f"- Area closed: {name}, where {living}.{todo}"


def _roles(changes: Changes) -> Iterator[str]:
    for role, more in changes.wider.items():
        yield f"- The role {role} may do more, once a second person has agreed: {', '.join(more)}."
    for role, less in changes.narrower.items():
        yield f"- The role {role} may do less at once: {', '.join(less)}."
    for words in changes.locked_out:
        yield f"- Locked out: {words}."


def _parts(parts: Mapping[str, Part]) -> Iterator[str]:
    for name, (_, many) in _CALLED.items():
        part = parts.get(name, Part())
        changed = "counted otherwise from that day" if name == "indicators" else "changed"
        for done, keys in (("added", part.added), (changed, part.changed), ("ended", part.ended)):
            if keys:
                yield f"- {many.capitalize()} {done}: {'; '.join(keys)}."
