"""Every field that holds personal data stands in law/retention.toml, under the key of how long it is kept."""

import re
from fnmatch import fnmatchcase

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from shangwu.foundation import law
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.audit.content import is_personal

WORDS = re.compile(
    r"login|display_name|actor_n|person|payee|device|phone|mobile|email|address|id_number|birth|contact"
)


def is_about_a_person(field):
    """Tell from type and name whether a field says something of a person, at least who acted."""
    if isinstance(field, models.BooleanField):
        return False
    if field.related_model is Account or isinstance(field, models.GenericIPAddressField):
        return True
    return bool(WORDS.search(field.name)) or is_personal(field.name)


def fields(tables):
    """Return the fields of our tables: full name, and whether it is about a person."""
    return {
        f"{model._meta.label}.{field.name}": is_about_a_person(field)
        for model in tables
        if model.__module__.startswith("shangwu.")
        for field in model._meta.local_fields
    }


def declared():
    """Return the fields that the law of retention names, each pattern with its key."""
    entries = law.load_file("retention").entries
    return [
        (pattern, key)
        for key, entry in entries.items()
        for pattern in entry.facts.get("fields", ())
    ]


def undeclared(found):
    """Return the personal fields that no key names, or that two name."""
    return {
        name: keys
        for name, personal in found.items()
        if len(keys := [k for pattern, k in declared() if fnmatchcase(name, pattern)]) > 1
        or (personal and not keys)
    }


def test_every_personal_field_says_how_long_it_is_kept():
    found = fields(apps.get_models())
    assert sum(found.values()) > 30
    assert undeclared(found) == {}


def test_every_declared_field_exists():
    names = fields(apps.get_models())
    assert [p for p, _ in declared() if not any(fnmatchcase(n, p) for n in names)] == []


@isolate_apps("shangwu.targets")
def test_an_undeclared_personal_field_is_caught():
    class Visitor(models.Model):
        __module__ = "shangwu.hall.models"
        phone = models.CharField()
        served_by = models.ForeignKey(Account, models.PROTECT)
        counter = models.IntegerField()

        class Meta:
            app_label = "hall"

    assert undeclared(fields([Visitor])) == {"hall.Visitor.phone": [], "hall.Visitor.served_by": []}
