"""The `state` of an installation: proof that it was begun here, in the same browser, a short while ago, and once."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from slack_sdk.oauth import OAuthStateUtils
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete

from bot.clock import Clock
from storage.tables import OAuthState
from storage.unit_of_work import Store

LIFETIME = timedelta(minutes=10)
COOKIE = "balik-installation"


@dataclass
class OAuthStates(AsyncOAuthStateStore):
    """`slack_sdk`'s own store writes a row for each visit of the page, and lets two requests use one state at once.

    Here a state is signed, and only a used one is stored, until it expires. It looks like
    `<language>.<expiry, Unix seconds>.<random>.<signature>`.
    """

    store: Store
    clock: Clock
    secret: str = field(repr=False)

    async def async_issue(self, language: str = "") -> str:
        """A new state, which keeps the language of the page."""
        expires_at = int(((await self.store.now(self.clock)) + LIFETIME).timestamp())
        told = f"{language}.{expires_at}.{secrets.token_urlsafe(24)}"
        return f"{told}.{self._signature(told)}"

    async def async_consume(self, state: str) -> bool:
        """Whether the state is ours, has not expired, and is used for the first time."""
        told, _, signature = state.rpartition(".")
        if not hmac.compare_digest(self._signature(told).encode(), signature.encode()):
            return False
        expires_at = datetime.fromtimestamp(int(told.split(".")[1]), UTC)
        async with self.store.write(self.clock) as work:
            if expires_at <= work.now:
                return False
            await work.session.exec(delete(OAuthState).where(col(OAuthState.expires_at) <= work.now))
            work.session.add(OAuthState(digest=hashlib.sha256(state.encode()).hexdigest(), expires_at=expires_at))
            try:
                await work.commit()
            except IntegrityError:
                return False
        return True

    def _signature(self, told: str) -> str:
        return hmac.new(f"oauth-state:{self.secret}".encode(), told.encode(), hashlib.sha256).hexdigest()


def language_of(state: str | None) -> str:
    """The language that a state keeps, whether it is valid or not; "" if none."""
    return (state or "").partition(".")[0]


class StateCookie(OAuthStateUtils):
    """The cookie that binds a state to the browser.

    `Lax`: it comes along when Slack sends the browser back, and not with requests that other sites make.
    """

    def __init__(self, *, secure: bool) -> None:
        name = f"__Host-{COOKIE}" if secure else COOKIE  # browsers accept this prefix over TLS only
        super().__init__(cookie_name=name, expiration_seconds=int(LIFETIME.total_seconds()))
        self._flags = "; ".join((*(["Secure"] if secure else []), "HttpOnly", "SameSite=Lax", "Path=/"))

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return f"{self.cookie_name}={state}; {self._flags}; Max-Age={self.expiration_seconds}"

    def build_set_cookie_for_deletion(self) -> str:
        return f"{self.cookie_name}=deleted; {self._flags}; Max-Age=0"
