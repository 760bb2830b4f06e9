"""Many new rows at once, by COPY: ten times as quick as INSERT, and the history's triggers see every row."""

from collections.abc import Sequence

from django.db import connection, models


def copy_in(rows: Sequence[models.Model]) -> int:
    """Write rows of one model that are not saved yet. Returns how many. Raises IntegrityError as any insert does.

    Fields must hold what the database stores: no expressions, no JSON.
    """
    if not rows:
        return 0
    fields = rows[0]._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    names = [field.attname for field in fields]
    statement = f"COPY {quote(rows[0]._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            values = row.__dict__
            copy.write_row([values[name] for name in names])
    for row in rows:
        row._state.adding = False  # noqa: SLF001 - so that a later save() updates
    return len(rows)
