"""The legal-entity database (法人库), asked over HTTP by social credit code.

`GET {address}/companies/{code}` answers 200 with the facts of `rules.registry.RegisteredFacts` as JSON, or 404.
"""

from dataclasses import dataclass
from typing import Protocol

import httpx
from django.conf import settings

from shangwu.prepaid.rules.registry import RegisteredFacts, from_answer

SOURCE = "法人库"
# A clerk waits at the desk: an answer that takes longer is none.
TIMEOUT = httpx.Timeout(3.0, connect=1.5)
MAX_ANSWER_BYTES = 64 * 1024


class RegistryUnavailable(Exception):
    """The database gave no usable answer; registration goes on without it and is compared later."""


class Registry(Protocol):
    """Anything that knows registered businesses."""

    def find(self, uscc: str) -> RegisteredFacts | None:
        """Return the business with that code, None when there is none. Raises: RegistryUnavailable."""
        ...


@dataclass(frozen=True)
class HttpRegistry:
    """The database behind an address."""

    address: str

    def find(self, uscc: str) -> RegisteredFacts | None:
        """Ask for one business; an answer about another business is no answer."""
        try:
            answer = httpx.get(
                f"{self.address.rstrip('/')}/companies/{uscc}",
                timeout=TIMEOUT,
                headers={"Accept": "application/json"},
            )
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            answer.raise_for_status()
            if len(answer.content) > MAX_ANSWER_BYTES:
                raise RegistryUnavailable("the answer is too long")
            found = from_answer(answer.json())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, AttributeError) as error:
            raise RegistryUnavailable(f"{type(error).__name__}: {error}"[:200]) from error
        if found.uscc != uscc:
            raise RegistryUnavailable("the answer speaks of another business")
        return found


def configured_registry() -> Registry | None:
    """Return the deployment's legal-entity database, or None when it has none."""
    address: str = settings.REGISTRY_ADDRESS
    return HttpRegistry(address) if address else None
