"""The glossary ties Chinese terms to identifiers: each exists, none is shared, no table is left out."""

import ast
import tomllib
from pathlib import Path

from shangwu.foundation import law

PACKAGE = Path(law.__file__).parents[2]
GLOSSARY = tomllib.loads((law.LAW_FOLDER / "glossary.toml").read_text("utf-8"))
KEYS = {"zh", "identifiers", "meaning", "source", "not", "untranslatable"}


def trees():
    for path in PACKAGE.rglob("*.py"):
        if "migrations" not in path.parts:
            yield path.relative_to(PACKAGE), ast.parse(path.read_text("utf-8"))


def defined():
    names = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                names.add(node.name)
            if isinstance(node, ast.ClassDef):
                members = (
                    target
                    for item in node.body
                    if isinstance(item, ast.Assign)
                    for target in item.targets
                )
                names |= {f"{node.name}.{m.id}" for m in members if isinstance(m, ast.Name)}
    return names


def tables_and_vocabularies():
    bases = {"models.Model", "models.TextChoices", "TextChoices", "AbstractBaseUser"}
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and bases & {
                ast.unparse(base) for base in node.bases
            }:
                yield node.name, path


def test_every_term_is_complete():
    for term, entry in GLOSSARY.items():
        assert entry.keys() <= KEYS, term
        assert entry["zh"], term
        assert entry["meaning"], term
        assert entry["identifiers"], term


def test_every_identifier_exists():
    assert {i for entry in GLOSSARY.values() for i in entry["identifiers"]} - defined() == set()


def test_one_term_for_one_identifier_and_the_reverse():
    terms = [entry["zh"] for entry in GLOSSARY.values()]
    identifiers = [i for entry in GLOSSARY.values() for i in entry["identifiers"]]
    assert sorted(set(terms)) == sorted(terms)
    assert sorted(set(identifiers)) == sorted(identifiers)


def test_every_table_and_vocabulary_is_in_the_glossary():
    identifiers = {i for entry in GLOSSARY.values() for i in entry["identifiers"]}
    missing = {
        name: str(path) for name, path in tables_and_vocabularies() if name not in identifiers
    }
    assert missing == {}, "add these to law/glossary.toml"
