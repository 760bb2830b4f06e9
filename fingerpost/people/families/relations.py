"""What people are called in a family, which part each plays in it, and of which sex the word is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """A word such as Mother: the part that it means, and the sex that it says; empty where it says none."""

    label: str
    part: str
    sex: str = ""


RELATIONS: dict[str, Relation] = {
    "mother": Relation("Mother", "parent", "F"),
    "father": Relation("Father", "parent", "M"),
    "stepmother": Relation("Stepmother", "parent", "F"),
    "stepfather": Relation("Stepfather", "parent", "M"),
    "step_parent": Relation("Step-parent", "parent"),
    "adoptive_mother": Relation("Adoptive mother", "parent", "F"),
    "adoptive_father": Relation("Adoptive father", "parent", "M"),
    "adoptive_parent": Relation("Adoptive parent", "parent"),
    "foster_mother": Relation("Foster mother", "parent", "F"),
    "foster_father": Relation("Foster father", "parent", "M"),
    "foster_carer": Relation("Foster carer", "parent"),
    "carer": Relation("Carer", "parent"),
    "guardian": Relation("Guardian", "parent"),
    "grandmother": Relation("Grandmother", "other", "F"),
    "grandfather": Relation("Grandfather", "other", "M"),
    "grandparent": Relation("Grandparent", "other"),
    "aunt": Relation("Aunt", "other", "F"),
    "uncle": Relation("Uncle", "other", "M"),
    "partner": Relation("Partner", "other"),
    "lodger": Relation("Lodger", "other"),
    "son": Relation("Son", "child", "M"),
    "daughter": Relation("Daughter", "child", "F"),
    "stepson": Relation("Stepson", "child", "M"),
    "stepdaughter": Relation("Stepdaughter", "child", "F"),
    "foster_child": Relation("Foster child", "child"),
    "grandchild": Relation("Grandchild", "child"),
}
LONGEST = 20


def label(called: str, part: str) -> str:
    """What to call somebody's place in a family: the word that was used of them, else what the part is called."""
    return RELATIONS[called].label if called in RELATIONS else part


def called_with_sex(sex: str) -> list[str]:
    """The words that say this sex of a parent."""
    return [code for code, one in RELATIONS.items() if one.sex == sex and one.part == "parent"]
