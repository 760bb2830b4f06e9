"""Backups: one file that holds the database, the files people attached, and what to check both against.

The file is a ZIP: `database.dump` (pg_dump's custom format, which pg_restore reads by itself too), `files/…`, and
`manifest.json`, written last, with a checksum of every entry and the number of rows of every table at the same instant.
"""
