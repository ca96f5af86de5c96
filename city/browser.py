"""A person at a browser: opens pages, fills the forms that are there, presses their buttons."""

import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import httpx
from lxml import html

FileField = tuple[str, tuple[str, bytes, str]]
# What a page shows when a form was not accepted: a message, a word on the form, a word on a field.
COMPLAINTS = "//*[@role='alert'] | //*[@class='field-error']"
SLOW_DOWN, REFUSED = 429, 409


class PageError(Exception):
    """A page did not show what a person would need to go on."""


class RefusedError(PageError):
    """The platform refused an act, and said why."""


class NoFormError(PageError):
    """The page does not offer the act: it was done, or is not due."""


class NoFieldError(PageError):
    """The form does not ask for what would be said: it was moved or changed, and the words would be lost."""


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
        self.close()

    def close(self) -> None:
        """Leave the browser."""
        self._client.close()

    def open(self, path: str) -> "Browser":
        """Open a page; a page that is not there or not allowed is an error."""
        return self._shown(self._client.get(path))

    def sign_in(self, *, login: str, password: str) -> "Browser":
        """Sign in with the sign-in form; told to slow down, wait as a person would."""
        self._client.cookies.clear()
        self.open("/account/login/")
        fields = {"login": login, "password": password}
        for _ in range(12):
            try:
                return self.submit(fields=fields, action="/account/login/")
            except PageError:
                if self.response is None or self.response.status_code != SLOW_DOWN:
                    raise
                time.sleep(5)
                self.open("/account/login/")
        raise PageError(f"{login} could not sign in")

    def forget(self, device: str) -> None:
        """Become another visitor's device: no cookies, and another name of the browser."""
        self._client.cookies.clear()
        self._client.headers["User-Agent"] = device

    def submit(
        self,
        *,
        fields: Mapping[str, str | Sequence[str]],
        action: str,
        button: str = "",
        files: Sequence[FileField] = (),
        within: str = "",
    ) -> "Browser":
        """Fill the form whose action ends with `action` and has the `button`, and press it; the rest stays as shown.

        `within` names the heading of the section that holds the form, where several are alike. A field,
        file or button that the form does not have is an error, and so is what the page then complains of.
        """
        form = self._form(action, within, button)
        self._require_fields(
            form, [*fields, *(name for name, _ in files), *([button] if button else [])]
        )
        values: dict[str, list[str]] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        for name, value in fields.items():
            values[name] = [value] if isinstance(value, str) else list(value)
        if button:
            values[button] = ["1"]
        headers = {"Referer": str(self._shown_response().url)}
        target = form.get("action") or str(self._shown_response().url)
        sent = list(files) or None
        self._shown(self._client.post(target, data=values, files=sent, headers=headers))
        if complaints := self.find(COMPLAINTS):
            raise RefusedError(
                f"{target}: " + " ".join(_words(complaint) for complaint in complaints)
            )
        return self

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
            if _words(anchor) == text:
                return str(anchor.get("href"))
        return None

    def find(self, expression: str) -> list[html.HtmlElement]:
        """Return the elements of the page that an XPath finds."""
        return list(self._shown_page().xpath(expression))

    def option(self, field: str, text: str) -> str:
        """Return the value of the first option of a list that reads like the text."""
        for option in self.find(f"//select[@name='{field}']/option"):
            if text in _words(option):
                return str(option.get("value"))
        raise PageError(f"no {text} to choose for {field} on {self.path}")

    @property
    def path(self) -> str:
        """The path of the page that is shown."""
        return self._shown_response().url.path

    @property
    def text(self) -> str:
        """The words on the page."""
        return _words(self._shown_page())

    def _form(self, action: str, within: str, button: str) -> html.HtmlElement:
        forms = self._shown_page().forms
        if within:
            forms = self.find(f"//*[@aria-labelledby='{within}']//form")
        fitting = [
            form
            for form in forms
            if (form.get("action") or self.path).split("?")[0].endswith(action)
        ]
        if fitting:
            pressed = (form for form in fitting if form.xpath(".//*[@name=$name]", name=button))
            return next(pressed, fitting[0])
        raise NoFormError(f"no form for {action} on {self.path}: {self.text[:300]}")

    def _require_fields(self, form: html.HtmlElement, names: Sequence[str]) -> None:
        """Refuse to say what the form does not ask: a server would swallow it without a word."""
        asked = {field.get("name") for field in form.xpath(".//*[@name]")}
        if number := form.get("id"):
            asked |= {field.get("name") for field in self.find(f"//*[@form='{number}'][@name]")}
        if unknown := [name for name in names if name not in asked]:
            raise NoFieldError(
                f"the form {form.get('action') or self.path} on {self.path} has no field "
                f"{', '.join(unknown)}; it has {', '.join(sorted(asked)) or 'none'}"
            )

    def _shown(self, response: httpx.Response) -> "Browser":
        self.response = response
        if response.status_code >= 400:
            page: html.HtmlElement = html.fromstring(response.text or "<p></p>")
            main = page.xpath("//main")
            said = f"{response.request.url} {response.status_code}: {_words(main[0] if main else page)[:400]}"
            raise (RefusedError if response.status_code == REFUSED else PageError)(said)
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


def _words(element: html.HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())
