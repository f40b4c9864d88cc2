"""The app's client, its installations, and their codes and tokens. Knows no HTTP and no workspaces."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

from .model import Clock, Json, SlackError
from .secrets import Draw

CODE_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(hours=12)
"""Of an access token, if the app has token rotation."""


@dataclass(frozen=True)
class Client:
    """What the app's settings say of OAuth."""

    id: str
    secret: str
    redirect_urls: tuple[str, ...]
    rotation: bool

    def check(self, args: Json) -> None:
        """Refuse unless the arguments are this client's id and secret."""
        if args.get("client_id") != self.id:
            raise SlackError("invalid_client_id")
        if not compare_digest(str(args.get("client_secret", "")).encode(), self.secret.encode()):
            raise SlackError("bad_client_secret")

    def redirect(self, asked: str | None) -> str | None:
        """Where to go after the authorisation page: an address below one that is configured; None if it is not.

        Without `asked` it is the first of those configured.
        """
        if not asked:
            return self.redirect_urls[0] if self.redirect_urls else None
        known = any(asked == url or asked.startswith(f"{url.rstrip('/')}/") for url in self.redirect_urls)
        return asked if known and urlsplit(asked).scheme in ("http", "https") else None


@dataclass
class Installation:
    """The app in one workspace, or in an organisation and those of its workspaces that it was added to."""

    id: str
    """Of the workspace, or of the organisation."""
    name: str
    bot_user: str
    app_id: str
    enterprise: Json | None
    """The organisation's id and name, also of a workspace that belongs to one."""
    org_wide: bool = False
    team_ids: list[str] = field(default_factory=list)
    scopes: frozenset[str] = frozenset()
    installed: bool = False
    newest_token: str = ""


@dataclass
class Code:
    """The right to fetch a token, once."""

    installation: Installation
    scopes: frozenset[str]
    user: str
    redirect_uri: str | None
    expires: datetime
    used: bool = False


@dataclass
class Token:
    """An access token of an installation's bot."""

    value: str
    installation: Installation
    expires: datetime | None
    refresh_token: str | None
    ended: str = ""
    """Why it is not accepted any more, by Slack's name for it."""
    refreshed: bool = False


@dataclass
class Installations:
    """Every installation there is and was, with its tokens."""

    clock: Clock
    draw: Draw
    client: Client
    known: dict[str, Installation] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)
    _tokens: dict[str, Token] = field(default_factory=dict)
    _refresh: dict[str, Token] = field(default_factory=dict)

    # Codes

    def new_code(self, installation: Installation, scopes: Iterable[str], user: str, redirect_uri: str | None) -> str:
        """The code of a person who allowed the app; it is installed once the app fetches its token."""
        code = f"{self.draw()}.{self.draw()}"
        expires = self.clock.now() + CODE_LIFE
        self._codes[code] = Code(installation, frozenset(scopes), user, redirect_uri, expires)
        return code

    def of_code(self, code: Any) -> Installation | None:
        known = self._codes.get(code) if isinstance(code, str) else None
        return known.installation if known else None

    def take_code(self, args: Json) -> Code:
        """The code of a request for a token, which is used up; refused as Slack does."""
        code = self._codes.get(str(args.get("code")))
        if code is None or code.used or self.clock.now() > code.expires:
            raise SlackError("invalid_code")
        if (args.get("redirect_uri") or None) != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        code.used = True
        return code

    # Tokens

    def issue(self, installation: Installation) -> Json:
        """A token for an installation, with what oauth.v2.access says of it.

        Without rotation it is the one it has already, if it has one.
        """
        token = self._standing(installation) or self._new_token(installation)
        body: Json = {
            "app_id": installation.app_id,
            "access_token": token.value,
            "token_type": "bot",
            "scope": ",".join(sorted(installation.scopes)),
            "bot_user_id": installation.bot_user,
            "team": None if installation.org_wide else {"id": installation.id, "name": installation.name},
            "enterprise": installation.enterprise,
            "is_enterprise_install": installation.org_wide,
        }
        if token.refresh_token:
            body |= {"expires_in": int(TOKEN_LIFE.total_seconds()), "refresh_token": token.refresh_token}
        return body

    def _standing(self, installation: Installation) -> Token | None:
        ours = (token for token in self._tokens.values() if token.installation is installation)
        return next((token for token in ours if not token.ended and token.expires is None), None)

    def _new_token(self, installation: Installation) -> Token:
        if self.client.rotation:
            expires = self.clock.now() + TOKEN_LIFE
            token = Token(f"xoxe.xoxb-1-{self.draw()}", installation, expires, f"xoxe-1-{self.draw()}")
        else:
            token = Token(f"xoxb-{self.draw()}", installation, None, None)
        self._tokens[token.value] = token
        if token.refresh_token:
            self._refresh[token.refresh_token] = token
        return token

    def refresh(self, refresh_token: Any) -> Json:
        """A new token for a refresh token, which is used up. The token it came with lives on until its time is over."""
        token = self._refresh.get(refresh_token) if isinstance(refresh_token, str) else None
        if token is None or token.refreshed or token.ended or not token.installation.installed:
            raise SlackError("invalid_refresh_token")
        token.refreshed = True
        return self.issue(token.installation)

    def of_refresh_token(self, refresh_token: Any) -> Installation | None:
        token = self._refresh.get(refresh_token) if isinstance(refresh_token, str) else None
        return token.installation if token else None

    def of_token(self, value: str | None) -> Installation | None:
        """The installation that a token is or was of."""
        token = self._tokens.get(value or "")
        return token.installation if token else None

    def refusal(self, value: str) -> str | None:
        """Why a token is not accepted; None if it is."""
        token = self._tokens.get(value)
        if token is None:
            return "invalid_auth"
        if token.ended:
            return token.ended
        return "token_expired" if token.expires and self.clock.now() >= token.expires else None

    def end_tokens(self, installation: Installation, why: str) -> bool:
        """No token of an installation is accepted any more, nor any code of it. False if there was no token."""
        live = [token for token in self._tokens.values() if token.installation is installation and not token.ended]
        for token in live:
            token.ended = why
        for code in self._codes.values():
            if code.installation is installation:
                code.used = True
        return bool(live)
