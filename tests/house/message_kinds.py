"""The kinds of messages that there are."""

from importlib import import_module
from pkgutil import walk_packages

import handlers


def every_kind() -> list[str]:
    modules = (import_module(one.name) for one in walk_packages(handlers.__path__, "handlers.") if not one.ispkg)
    return [message.kind.name for module in modules for message, _ in getattr(module, "RENDERERS", ())]
