"""A link as a picture of squares that a telephone's camera reads (a QR code), as SVG."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]
from qrcode.main import QRCode  # type: ignore[import-untyped]

BORDER = 4  # the standard asks for four empty squares around it


def squares(text: str) -> SafeString:
    """The picture. Whoever cannot see it needs the link in words beside it."""
    code = QRCode(border=BORDER, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    drawn = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg viewBox="0 0 {0} {0}" class="app-squares" aria-hidden="true" focusable="false" shape-rendering="crispEdges">'
        '<path class="app-squares__paper" d="M0 0h{0}v{0}H0z"></path><path d="{1}"></path></svg>',
        len(rows),
        drawn,
    )
