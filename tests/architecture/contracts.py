"""Two import contracts that apply to every system by themselves, so that a new one cannot be left out.

import-linter loads them by name; see `contract_types` in pyproject.toml.
"""

from collections.abc import Iterable

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.contracts.layers import LayersContract
from importlinter.domain.imports import ModuleExpression


class RoomsContract(LayersContract):
    """The layers inside an app, for every package under `root` but those that are no app."""

    type_name = "rooms"

    root = fields.StringField()
    not_apps = fields.SetField(subfield=fields.StringField())

    def validate(self) -> None:
        """Take no list of apps: it is read from the tree."""
        if self.containers:
            raise ValueError("rooms finds its containers itself")
        self.exhaustive = False
        super().validate()
        self.exhaustive = True

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Check the apps that are there today."""
        apps = sorted(graph.find_children(self.root) - set(_full(self.root, self.not_apps)))
        self.containers = [ModuleExpression(app) for app in apps]
        return super().check(graph, verbose)


class DoorsContract(Contract):
    """A system is imported from outside only through its door (`api`)."""

    type_name = "doors"

    root = fields.StringField()
    not_systems = fields.SetField(subfield=fields.StringField())
    door = fields.StringField()
    exempt = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import that ends inside a system and begins outside of it."""
        systems = graph.find_children(self.root) - set(_full(self.root, self.not_systems))
        breaches = []
        for system in sorted(systems):
            door = f"{system}.{self.door}"
            for module in sorted({system} | graph.find_descendants(system)):
                if _inside(module, door):
                    continue
                for importer in sorted(graph.find_modules_that_directly_import(module)):
                    allowed = [system, *_full(self.root, self.exempt)]
                    if not any(_inside(importer, package) for package in allowed):
                        breaches.append((importer, module, door))
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that passes a wall instead of the door."""
        for importer, module, door in check.metadata["breaches"]:
            output.print_error(f"{importer} imports {module}; the door is {door}")


def _full(root: str, names: Iterable[str]) -> list[str]:
    return [f"{root}.{name}" for name in names]


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
