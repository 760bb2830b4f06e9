"""Names in forms: first and last are asked for, and one of the two is enough."""

from django.forms import BaseForm

ONE_IS_ENOUGH = "Leave it empty if they have one name only"


def require_a_name(form: BaseForm, first: str, last: str) -> None:
    """Say at the first of two fields that a name is missing, where both were left empty."""
    told = form.cleaned_data
    if not (told.get(first) or "").strip() and not (told.get(last) or "").strip():
        form.add_error(first, "Enter a first name or a last name")
