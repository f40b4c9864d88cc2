"""stub"""

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from .slack import Slack


class LocalRoutes:
    def __init__(self, slack: "Slack") -> None:
        self.slack = slack

    def add_to(self, app: web.Application) -> None:
        return
