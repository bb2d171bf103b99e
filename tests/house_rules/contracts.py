"""One kind of import contract of our own, named in pyproject.toml."""

import grimp
from importlinter import ContractCheck
from importlinter.contracts.protected import ProtectedContract


class Door(ProtectedContract):
    """Heavy libraries come in by their own doors only; either may still be absent."""

    type_name = "door"

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        for names in (self.protected_modules, self.allowed_importers):
            absent = {each for each in names if each.expression not in graph.modules}
            for each in absent:
                names.remove(each)
        return super().check(graph, verbose)
