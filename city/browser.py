"""A person at a browser: opens pages, fills the forms that are there, presses their buttons."""

from collections.abc import Mapping, Sequence
from types import TracebackType

import httpx
from lxml import html

FileField = tuple[str, tuple[str, bytes, str]]


class PageError(Exception):
    """A page did not show what a person would need to go on."""


class Browser:
    """One person's session with the platform. Knows addresses and forms, nothing of the inside."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, follow_redirects=True, timeout=60)
        self._page: html.HtmlElement | None = None
        self.response: httpx.Response | None = None

    def __enter__(self) -> "Browser":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def open(self, path: str) -> "Browser":
        """Open a page; a page that is not there or not allowed is an error."""
        return self._shown(self._client.get(path))

    def sign_in(self, *, login: str, password: str) -> "Browser":
        """Sign in with the sign-in form."""
        self.open("/account/login/")
        return self.submit(fields={"login": login, "password": password}, action="/account/login/")

    def submit(
        self,
        *,
        fields: Mapping[str, str | Sequence[str]],
        action: str,
        button: str = "",
        files: Sequence[FileField] = (),
    ) -> "Browser":
        """Fill the form whose action ends with `action` and press `button`; the rest stays as shown."""
        form = self._form(action)
        values: dict[str, list[str]] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        for name, value in fields.items():
            values[name] = [value] if isinstance(value, str) else list(value)
        if button:
            values[button] = ["1"]
        headers = {"Referer": str(self._shown_response().url)}
        target = form.get("action") or str(self._shown_response().url)
        if files:
            return self._shown(
                self._client.post(target, data=values, files=list(files), headers=headers)
            )
        return self._shown(self._client.post(target, data=values, headers=headers))

    def links(self, containing: str) -> list[str]:
        """Return the addresses on the page that contain the text."""
        found = [link for _, name, link, _ in self._shown_page().iterlinks() if name == "href"]
        return list(dict.fromkeys(link for link in found if containing in link))

    def actions(self) -> list[str]:
        """Return where the forms on the page lead."""
        return [str(form.get("action") or self.path) for form in self._shown_page().forms]

    def link_named(self, text: str) -> str | None:
        """Return the address of the first link that reads exactly so."""
        for anchor in self._shown_page().iter("a"):
            if " ".join("".join(anchor.itertext()).split()) == text:
                return str(anchor.get("href"))
        return None

    @property
    def path(self) -> str:
        """The path of the page that is shown."""
        return self._shown_response().url.path

    @property
    def text(self) -> str:
        """The words on the page."""
        return " ".join("".join(self._shown_page().itertext()).split())

    def _form(self, action: str) -> html.HtmlElement:
        for form in self._shown_page().forms:
            target = form.get("action") or self.path
            if target.split("?")[0].endswith(action):
                return form
        raise PageError(f"no form for {action} on {self.path}: {self.text[:300]}")

    def _shown(self, response: httpx.Response) -> "Browser":
        if response.status_code >= 400:
            page: html.HtmlElement = html.fromstring(response.text or "<p></p>")
            said = " ".join(str(page.text_content()).split())
            raise PageError(f"{response.request.url} answered {response.status_code}: {said[:400]}")
        self.response = response
        self._page = html.fromstring(response.text or "<p></p>")
        return self

    def _shown_page(self) -> html.HtmlElement:
        if self._page is None:
            raise PageError("no page is open")
        return self._page

    def _shown_response(self) -> httpx.Response:
        if self.response is None:
            raise PageError("no page is open")
        return self.response
