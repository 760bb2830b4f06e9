"""Whoever referred before receipts were kept gets one for each request, with the family's name as it stood."""

from typing import Any

from django.db import migrations

AT_ONCE = 2000


def give_receipts(apps: Any, schema_editor: Any) -> None:
    Request, Receipt = apps.get_model("referrals", "Request"), apps.get_model("referrals", "Receipt")
    Restriction = apps.get_model("families", "Restriction")
    names_before = dict(Restriction.objects.filter(until=None).values_list("family_id", "name_before"))
    made = Request.objects.filter(made_by__isnull=False)
    rows = made.values_list("ref", "service", "made_by_id", "family_id", "family__name", "received_at")
    receipts = [
        Receipt(
            ref=ref,
            service=service,
            made_by_id=by,
            name=names_before.get(family, name),
            sent_at=at,
            scope_keys=[f"user:{by}"],
        )
        for ref, service, by, family, name, at in rows.iterator()
    ]
    Receipt.objects.bulk_create(receipts, batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_referral_and_receipt")]
    operations = [migrations.RunPython(give_receipts, migrations.RunPython.noop, elidable=True)]
