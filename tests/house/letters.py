"""The kinds of messages that there are."""

from importlib import import_module
from pkgutil import iter_modules

import handlers.letters


def every_kind() -> list[str]:
    modules = (
        import_module(f"{handlers.letters.__name__}.{one.name}") for one in iter_modules(handlers.letters.__path__)
    )
    return [kind for module in modules for kind in getattr(module, "LETTERS", {})]
