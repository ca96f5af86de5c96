"""Open questions of the law decided otherwise, for a test."""

from dataclasses import replace

from shangwu.prepaid.rules import law

_REAL = law.settings


def reading(on, **choices):
    """Return the settings of a day with some questions decided otherwise."""
    settings = _REAL(on)
    changed = {name: replace(getattr(settings, name), value=word) for name, word in choices.items()}
    return replace(settings, **changed)


def decide(monkeypatch, **choices):
    """Decide some questions otherwise until the test ends."""
    monkeypatch.setattr(law, "settings", lambda on: reading(on, **choices))
