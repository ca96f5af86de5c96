"""Headers that Django and django-csp do not send."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)


class PrivacyHeaders:
    """Middleware: no device access, no embedding elsewhere, no copies of a signed-in person's pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        was_signed_in = _is_signed_in(request)
        response = self._get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        is_signed_in = _is_signed_in(request)
        if was_signed_in or is_signed_in:
            response.headers["Cache-Control"] = "no-store, private"
        if was_signed_in and not is_signed_in:
            # Not "cookies": the sentence about signing out travels in one.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _is_signed_in(request: HttpRequest) -> bool:
    # Without a session cookie nobody is signed in, and the database need not be asked.
    return bool(request.session.session_key) and request.user.is_authenticated
