"""What Slack needs a person to change before a feature works: known from the method and the code of a refusal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.slack.methods import scope_of
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
    """The cause of a refusal of `method`, if a person has to act for it; None for every other refusal."""
    if method == "views.publish" and error in ("not_enabled", "not_implemented"):
        return Need.HOME_TAB
    if method.startswith("files.") and error in _OF_FILES:
        return _OF_FILES[error]
    return _ANYWHERE.get(error)


Tell = Callable[[str, str, str, str | None], None]
"""Takes the key of the workspace ("" for the only one), the method of a refusal, the code, and the missing scope if
Slack names one."""
HOME_PAUSE = 600.0
"""Seconds until an app without a Home tab is asked for it again: it would be asked at every click."""


def _tell_nobody(_team_id: str, _method: str, _error: str, _scope: str | None) -> None:
    """Nobody is told of refusals."""


@dataclass
class NoticedNeeds:
    """What refusals mean: `tell` is called for each of them. Workspaces are named by their key, "" for the only one."""

    tell: Tell = _tell_nobody
    _no_home_until: dict[str, float] = field(default_factory=dict)
    """By workspace."""

    def refused(self, team_id: str, method: str, error: str, scope: str | None, now: float) -> None:
        """Slack refused `method` at this value of the monotonic clock."""
        if need_of(method, error) is Need.HOME_TAB:
            self._no_home_until[team_id] = now + HOME_PAUSE
        self.tell(team_id, method, error, scope or (scope_of(method) if error == "missing_scope" else None))

    def check_home(self, team_id: str, now: float) -> None:
        """Raises `SlackRefused` (`not_enabled`) while the app is known to have no Home tab there."""
        if now < self._no_home_until.get(team_id, float("-inf")):
            raise SlackRefused("views.publish", "not_enabled")
