"""The stage of the played year: who sits at which browser, which day it is, and what was played already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from city.browser import Browser, NoFormError, PageError, RefusedError

EDITOR, REVIEWER = "demo-editor", "demo-reviewer"
PAYER, MONEY_REVIEWER, FINANCE = "demo-payer", "demo-money-reviewer", "demo-finance"
# Less than the quarter of an hour after which the platform signs people out.
IDLE = timedelta(minutes=10)
Move = Callable[[datetime], None]


class Diary:
    """What was played, act by act, on disk: a play that was cut off goes on where it stopped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self._done = {line.removeprefix("done ") for line in lines if line.startswith("done ")}
        self._begun = {line.removeprefix("begun ") for line in lines} - self._done

    def play(self, key: str, act: Callable[[], object]) -> None:
        """Do the act unless it was done.

        What was begun before a kill, and is now refused or no longer offered, had been done.
        """
        if key in self._done:
            return
        was_begun = key in self._begun
        self._write(f"begun {key}")
        try:
            act()
        except (RefusedError, NoFormError):
            if not was_begun:
                raise
        self._write(f"done {key}")
        self._done.add(key)

    def _write(self, line: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


@dataclass(frozen=True)
class Place:
    """A project's declaration of a year, and its page at the office."""

    project: str
    year: int
    path: str

    @property
    def number(self) -> str:
        """The project's number, as its address says it."""
        return self.path.strip("/").split("/")[-2]


@dataclass
class Stage:
    """Everybody at their browsers. `move` turns the rehearsal clock; without it all is recorded today."""

    address: str
    passwords: Mapping[str, str]
    diary: Diary
    move: Move | None = None
    now: datetime | None = None
    _people: dict[str, Browser] = field(default_factory=dict)
    _seen: dict[str, datetime] = field(default_factory=dict)
    _places: dict[tuple[str, int], Place] = field(default_factory=dict)

    def __enter__(self) -> "Stage":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for browser in self._people.values():
            browser.close()

    def go_to(self, moment: datetime) -> None:
        """Move to a later moment, where there is a clock to move."""
        if self.move is None or (self.now is not None and moment <= self.now):
            return
        self.move(moment)
        self.now = moment

    def wait(self, minutes: int) -> None:
        """Let rehearsed minutes pass."""
        if self.now is not None:
            self.go_to(self.now + timedelta(minutes=minutes))

    def person(self, login: str) -> Browser:
        """Return the person's browser, signed in: a session ends when nobody used it for a while."""
        moment = self.now or datetime.now(UTC)
        browser = self._people.get(login)
        if browser is None:
            browser = self._people[login] = Browser(self.address)
        elif moment - self._seen[login] < IDLE:
            return browser
        browser.sign_in(login=login, password=self.passwords[login])
        self._seen[login] = moment
        return browser

    def place(self, project: str, year: int) -> Place:
        """Return where the office keeps the project's declaration of the year."""
        found = self._places.get((project, year))
        if found is None:
            office = self.person(EDITOR).open(f"/office/targets/?year={year}")
            path = office.link_named(project)
            if path is None:
                raise PageError(f"no page for {project} in {year}")
            found = self._places[project, year] = Place(project, year, path)
        return found

    def indicator(self, place: Place, name: str) -> str:
        """Return the address of the indicator's page."""
        link = self.person(EDITOR).open(place.path).link_named(name)
        if link is None:
            raise PageError(f"no indicator {name} on {place.path}")
        return link
