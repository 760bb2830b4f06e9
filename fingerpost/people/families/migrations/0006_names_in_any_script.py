"""Names written in other letters than a to z are found again: what the search reads of them is worked out anew."""

from typing import Any

from django.db import migrations
from django.db.models import Q

from fingerpost.people.families import names

AT_ONCE = 2000
OTHER_LETTERS = r"[^ -~]"


def read_anew(apps: Any, schema_editor: Any) -> None:
    Person = apps.get_model("families", "Person")
    asked = Q(first_name__regex=OTHER_LETTERS) | Q(last_name__regex=OTHER_LETTERS) | Q(known_as__regex=OTHER_LETTERS)
    people = []
    for person in Person.objects.filter(asked).only("first_name", "last_name", "known_as", "search_name").iterator():
        found = names.search_name(person.first_name, person.last_name, person.known_as)
        if found != person.search_name:
            person.search_name = found
            people.append(person)
    Person.objects.bulk_update(people, ["search_name"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("families", "0005_recognising_people")]
    operations = [migrations.RunPython(read_anew, migrations.RunPython.noop, elidable=True)]
