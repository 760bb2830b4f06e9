"""What would give a family away is found and named; ordinary words are left alone."""

import pytest

from fingerpost.proof.disclosure.identifying import Known, names_of, places_of, school_named, traces

FAMILY = names_of(["Ada", "Zoë", "Smith-Jones", "Rose", "Field"], "a name of the family")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ada was late.", ["Ada"]),
        ("ada's mother rang.", ["ada"]),
        ("Zoe and Zoë came.", ["Zoe", "Zoë"]),
        ("Mrs Jones came.", ["Jones"]),
        ("She rose early and walked the field.", []),
        ("Rose got up. The Fields met Mr Field.", ["Rose", "Fields", "Field"]),
        ("Adamant, she canada.", []),
        ("They live at CO15 4JX.", ["CO15 4JX"]),
        ("Ring 01255 123456 or 07700 900123", ["01255 123456", "07700 900123"]),
        ("See C-7K3Q2M.", ["C-7K3Q2M"]),
        ("On 14 October 2010 and on 3/11/2010 she came; May 3rd too.", ["14 October 2010", "3/11/2010", "May 3rd"]),
        ("In October she came 12 times; 4 to 5 families may 2 by 2.", []),
        ("mail pat@example.org", ["pat@example.org"]),
        ("at 12 Mill Lane", ["12 Mill Lane"]),
    ],
)
def test_traces_are_found_and_named(text: str, found: list[str]) -> None:
    assert [trace.words for trace in traces(text, FAMILY)] == found


def test_a_school_is_known_by_the_words_that_are_its_own() -> None:
    known = school_named("Castle Park Academy")
    assert [one.words for one in known] == ["Castle Park Academy", "Castle Park"]
    assert [str(one) for one in traces("She likes Castle Park now.", known)] == ["“Castle Park” (the name of a school)"]


def test_an_address_is_known_without_its_number() -> None:
    assert [one.words for one in places_of("1 Mill Lane, Clacton")] == ["Mill Lane", "Clacton"]
    assert traces("near mill lane", [Known("x", "")]) == []
