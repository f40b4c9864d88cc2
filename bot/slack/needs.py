"""What Slack needs somebody to change before a feature works: known from the method and the code of a refusal."""

from collections.abc import Callable
from enum import StrEnum

from bot.slack.results import SlackRefused


class Need(StrEnum):
    """One cause for which one person has to act. Its texts are `alerts.needs.….<value>`."""

    UPLOADS = "uploads"
    """The workspace takes no files from apps."""
    PICTURES_ONLY = "pictures_only"
    STORAGE = "storage"
    FILE_TYPE = "file_type"
    SCOPE = "scope"
    """The app lacks a permission."""
    HOME_TAB = "home_tab"
    """The app has no Home tab."""
    MESSAGES_TAB = "messages_tab"
    """The app has no Messages tab, so nobody gets a DM."""


FOR_FILES = frozenset({Need.UPLOADS, Need.PICTURES_ONLY, Need.STORAGE, Need.FILE_TYPE, Need.SCOPE})
"""Those for which no file is sent, however often one is asked for."""
_OF_FILES = {
    "file_uploads_disabled": Need.UPLOADS,
    "file_uploads_except_images_disabled": Need.PICTURES_ONLY,
    "storage_limit_reached": Need.STORAGE,
    "file_type_not_allowed": Need.FILE_TYPE,
}
_ANYWHERE = {"missing_scope": Need.SCOPE, "messages_tab_disabled": Need.MESSAGES_TAB}


def need_of(method: str, error: str) -> Need | None:
    """The cause of a refusal of `method`, if somebody has to act for it; None for every other refusal."""
    if method == "views.publish" and error in ("not_enabled", "not_implemented"):
        return Need.HOME_TAB
    if method.startswith("files.") and error in _OF_FILES:
        return _OF_FILES[error]
    return _ANYWHERE.get(error)


OnRefused = Callable[[str, str, str | None], None]
"""Called for each refusal with the method, the code, and the missing scope if Slack names one."""
HOME_PAUSE = 600.0
"""Seconds until an app without a Home tab is asked for it again: it would be asked at every click."""


def tell_nobody(_method: str, _error: str, _scope: str | None) -> None:
    """Nobody is told of refusals."""


class HomeTab:
    """Remembers for `HOME_PAUSE` that the app has no Home tab."""

    def __init__(self) -> None:
        self._off_until = float("-inf")

    def refused(self, method: str, error: str, now: float) -> None:
        """Slack refused `method` at this value of the monotonic clock."""
        if need_of(method, error) is Need.HOME_TAB:
            self._off_until = now + HOME_PAUSE

    def check(self, now: float) -> None:
        """Raises `SlackRefused` (`not_enabled`) while the app is known to have none."""
        if now < self._off_until:
            raise SlackRefused("views.publish", "not_enabled")
