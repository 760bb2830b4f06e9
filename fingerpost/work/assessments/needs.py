"""Needs that a common assessment may name, after the headings of the form. A contract's conditions use the codes."""

NEEDS: dict[str, str] = {
    "parenting_support": "Support for parents, to help them find their own way",
    "health": "Health and growth of the child",
    "learning": "Learning and going to school",
    "feelings_and_behaviour": "Feelings and behaviour",
    "family_relationships": "How the family gets on",
    "safety_and_care": "Safety and daily care",
    "housing": "Housing",
    "money_and_work": "Money and work",
    "community": "Friends, community and belonging",
}
