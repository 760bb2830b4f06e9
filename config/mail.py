"""How letters by e-mail leave this installation, read from the environment. Standard library only: `start.py` asks it too.

FINGERPOST_EMAIL_HOST       the mail server
FINGERPOST_EMAIL_PORT       else 587, or 465 where TLS begins at once
FINGERPOST_EMAIL_USER       who signs in at it, if anybody must
FINGERPOST_EMAIL_PASSWORD   and with which password
FINGERPOST_EMAIL_TLS        starttls (as a rule), implicit, or none
FINGERPOST_EMAIL_FROM       the address that letters come from
FINGERPOST_EMAIL_CARRIER    print: there is no mail server, and somebody prints each letter by hand

A demonstration keeps every letter and shows it; so does Django's debugging.
"""

from collections.abc import Mapping
from typing import Any

SMTP, PRINT, KEEP, UNSET = "smtp", "print", "keep", "unset"
TLS = ("starttls", "implicit", "none")
PATIENCE = 20  # seconds for the mail server to answer

ADVICE = """\
Fingerpost does not know how to send e-mail, so nobody would hear of a safeguarding concern or get a new password.
Set FINGERPOST_EMAIL_HOST (with _PORT, _USER, _PASSWORD, _TLS) and FINGERPOST_EMAIL_FROM to your mail server's,
or FINGERPOST_EMAIL_CARRIER=print if somebody will print every letter by hand. docs/how-to/deploy.md says more."""


class NoCarrier(Exception):
    """Letters could not leave. The message says what to set."""


def carrier(environment: Mapping[str, str]) -> str:
    """smtp, print, keep, or unset where nobody has said."""
    if environment.get("FINGERPOST_EMAIL_CARRIER", "").strip().lower() == PRINT:
        return PRINT
    if environment.get("FINGERPOST_EMAIL_HOST", "").strip():
        return SMTP
    switches = ("FINGERPOST_DEMONSTRATION", "FINGERPOST_DEBUG")
    return KEEP if any(environment.get(name, "").strip() == "1" for name in switches) else UNSET


def require(environment: Mapping[str, str]) -> None:
    """Raises NoCarrier where an installation would serve people and could send nothing, or was told something unreadable."""
    chosen = carrier(environment)
    if chosen == UNSET:
        raise NoCarrier(ADVICE)
    if chosen != SMTP:
        return
    if _tls(environment) not in TLS:
        raise NoCarrier(f"FINGERPOST_EMAIL_TLS must be one of: {', '.join(TLS)}.")
    if not environment.get("FINGERPOST_EMAIL_PORT", "587").strip().isdigit():
        raise NoCarrier("FINGERPOST_EMAIL_PORT must be a number, such as 587.")
    if "@" not in environment.get("FINGERPOST_EMAIL_FROM", ""):
        raise NoCarrier(
            "Set FINGERPOST_EMAIL_FROM to the address that letters come from, such as fingerpost@example.org."
        )


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings of e-mail. Nothing here writes a letter to a log or a console."""
    tls, port = _tls(environment), environment.get("FINGERPOST_EMAIL_PORT", "").strip()
    return {
        # Whatever asks Django to send e-mail puts it into the outbox; the worker hands it to the carrier.
        "EMAIL_BACKEND": "fingerpost.people.correspondence.backend.Outbox",
        "EMAIL_CARRIER": carrier(environment),
        "EMAIL_ADVICE": ADVICE,
        "EMAIL_HOST": environment.get("FINGERPOST_EMAIL_HOST", "").strip(),
        "EMAIL_PORT": int(port) if port.isdigit() else 465 if tls == "implicit" else 587,
        "EMAIL_HOST_USER": environment.get("FINGERPOST_EMAIL_USER", ""),
        "EMAIL_HOST_PASSWORD": environment.get("FINGERPOST_EMAIL_PASSWORD", ""),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "implicit",
        "EMAIL_TIMEOUT": PATIENCE,
        "DEFAULT_FROM_EMAIL": environment.get("FINGERPOST_EMAIL_FROM", "") or "fingerpost@localhost",
    }


def _tls(environment: Mapping[str, str]) -> str:
    return environment.get("FINGERPOST_EMAIL_TLS", "").strip().lower() or "starttls"
