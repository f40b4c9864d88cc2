"""What one of several workspaces shares with the others: the app, and how it is installed."""

from dataclasses import dataclass
from typing import Protocol

from .delivery import Carrier
from .model import Json
from .sockets import Sockets


class Installer(Protocol):
    """Gives the app its tokens, and takes them away. Its refusals are `SlackError`s."""

    def access(self, args: Json) -> Json:
        """The answer of oauth.v2.access."""

    def token_refusal(self, token: str, team_id: str) -> str | None:
        """Why a token is not accepted in a workspace; None if it is."""

    def workspaces(self) -> list[Json]:
        """All workspaces, for the page: id, name, and whether the app is installed."""

    @property
    def connected(self) -> bool:
        """Whether the app can be reached."""

    def teams_of(self, token: str) -> list[Json]:
        """The workspaces that a token gives access to: id and name."""

    def revoke(self, token: str) -> None:
        """End the bot's tokens of the installation that this one belongs to: tokens_revoked."""

    def check_client(self, args: Json) -> None:
        """Refuse unless `client_id` and `client_secret` are the app's."""

    def uninstall(self, team_id: str) -> None:
        """Remove the app from a workspace, or from the organisation that installed it: app_uninstalled."""


@dataclass(frozen=True)
class SharedApp:
    """The app as each of several workspaces knows it, and the place of this one among them."""

    installer: Installer
    sockets: Sockets
    carrier: Carrier
    signing_secret: str
    verification_token: str
    app_token: str
    team_id: str
    domain: str
    first_id: int
