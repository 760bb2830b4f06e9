"""A return as a PDF that screen readers can follow (PDF/UA-1)."""

import json
from datetime import UTC, datetime
from pathlib import Path

import typst

from fingerpost.proof.returns.document import Document

TEMPLATE = Path(__file__).with_name("return.typ")


def pdf_of(document: Document, *, at: datetime) -> bytes:
    """The return as PDF. `at` dates the file; the words go in as JSON and are never read as markup."""
    made: bytes = typst.compile(
        TEMPLATE,
        format="pdf",
        sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    return made
