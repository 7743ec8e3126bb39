"""Why a certificate was not accepted, by OpenSSL's code, and what to do about each."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

REFUSED: Final = "the certificate was not accepted"
"""How the fault starts if the connection ended over a certificate."""

_FILE: Final = (
    "set SSL_CERT_FILE to a PEM file with the authorities to trust; the system's own trust store is "
    "/etc/ssl/certs/ca-certificates.crt on Debian and Ubuntu, /etc/pki/tls/certs/ca-bundle.crt on Red Hat, "
    "/etc/ssl/cert.pem on macOS"
)


Kind: TypeAlias = Literal[
    "certificate-incomplete",
    "certificate-of-own-authority",
    "certificate-expired",
    "certificate-not-yet-valid",
    "certificate-for-another-host",
    "certificate-bad",
]
"""The ways in which a certificate is not accepted."""


@dataclass(frozen=True)
class _Refusal:
    """One of those ways."""

    kind: Kind
    says: str
    remedy: str


_INCOMPLETE: Final = _Refusal(
    "certificate-incomplete",
    "its chain is incomplete, so that the authority behind it is not found",
    "Usually the server leaves out an intermediate certificate, which browsers fetch by themselves and programs do "
    "not: have its administrators send the whole chain (the SSL test of ssllabs.com shows what is missing). Until "
    f"then, or if a company's proxy signs all connections here, {_FILE}, and add the missing certificate to a copy "
    "of it.",
)
_OWN_AUTHORITY: Final = _Refusal(
    "certificate-of-own-authority",
    "it is signed by itself or by an authority of someone's own, such as a company's proxy",
    f"Ask whoever runs this network or this Canvas for the certificate of that authority, and {_FILE}, if the "
    "authority is installed there; else add it to a copy of that file.",
)
_EXPIRED: Final = _Refusal(
    "certificate-expired",
    "it has expired",
    "Have the administrators of the host in CANVAS_BASE_URL renew its certificate; if a browser accepts it, check this "
    "computer's clock.",
)
_NOT_YET: Final = _Refusal(
    "certificate-not-yet-valid", "it is not valid yet", "Check this computer's clock and time zone."
)
_OTHER_HOST: Final = _Refusal(
    "certificate-for-another-host",
    "it is for another host name",
    "Set CANVAS_BASE_URL to a host name that the certificate is for: the Canvas host itself, such as "
    "https://SCHOOL.instructure.com. If it is right, have its administrators add this name to the certificate.",
)
_OTHER: Final = _Refusal(
    "certificate-bad",
    "it failed the check",
    "Have the administrators of the host in CANVAS_BASE_URL check its certificate, for example with the SSL test of "
    "ssllabs.com.",
)

_BY_CODE: Final = {
    2: _INCOMPLETE,
    9: _NOT_YET,
    10: _EXPIRED,
    18: _OWN_AUTHORITY,
    19: _OWN_AUTHORITY,
    20: _INCOMPLETE,
    21: _INCOMPLETE,
    62: _OTHER_HOST,
    64: _OTHER_HOST,
}
"""OpenSSL's X509_V_ERR codes (x509_vfy.h)."""


def certificate_fault(error: BaseException) -> str | None:
    """The fault if an error came from a certificate, else None."""
    for each in _chain(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            refusal = _BY_CODE.get(each.verify_code, _OTHER)
            return f"{REFUSED}: {refusal.says} ({each.verify_message})"
    return None


def remedy_for_fault(fault: str) -> str | None:
    """What to do about such a fault; None for any other."""
    refusal = _refusal(fault)
    return refusal.remedy if refusal else None


def kind_of_fault(fault: str) -> Kind | None:
    """In which way the certificate was not accepted; None for any other fault."""
    refusal = _refusal(fault)
    return refusal.kind if refusal else None


def error_of(kind: str) -> ssl.SSLCertVerificationError | None:
    """An error that has a fault of this kind; None if it is none of certificates."""
    found = next((refusal for refusal in _REFUSALS if refusal.kind == kind), None)
    if found is None:
        return None
    error = ssl.SSLCertVerificationError(1, "as recorded")
    error.verify_code = next((code for code, refusal in _BY_CODE.items() if refusal is found), 1)
    error.verify_message = "as recorded"
    return error


_REFUSALS: Final = (*dict.fromkeys(_BY_CODE.values()), _OTHER)


def _refusal(fault: str) -> _Refusal | None:
    return next((each for each in _REFUSALS if fault.startswith(f"{REFUSED}: {each.says}")), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
