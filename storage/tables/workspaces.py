"""Workspaces that installed the app by OAuth (`BALIK_MODE=many`). With one workspace these tables are empty."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, DateTime, Index, Text, false
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment_column, state_column


class WorkspaceState(StrEnum):
    """Whether the app may work in a workspace."""

    INSTALLED = "installed"
    REVOKED = "revoked"
    """Slack refuses the token. Installing again continues."""
    UNINSTALLED = "uninstalled"
    """A person removed the app. Installing again before `purge_at` continues."""


class Workspace(SQLModel, table=True):
    """An installation: of one workspace, or of a whole Enterprise Grid organisation."""

    team_id: str = Field(primary_key=True)
    """The key of all its rows: the workspace's id (`T…`), of an org-wide installation the organisation's (`E…`)."""
    enterprise_id: str | None = None
    """The organisation that the workspace belongs to, if any, as of the installation."""
    is_org: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """An org-wide installation: one token for all workspaces of the organisation to which its admins added the app."""
    name: str = Field(default="", sa_column_kwargs={"server_default": ""})
    state: WorkspaceState = state_column(WorkspaceState.INSTALLED)
    installed_at: datetime = moment_column(nullable=False)
    """The last installation."""
    ended_at: datetime | None = moment_column()
    """When `state` became `revoked` or `uninstalled`; None while installed."""
    purge_at: datetime | None = moment_column(index=True)
    """When all its data is deleted; None while installed."""
    refreshing_until: datetime | None = moment_column()
    """A process is exchanging the refresh token, which works once. After this moment another one may try."""


class SlackBot(SQLModel, table=True):
    """The bot token of an installation: the table of `slack_sdk`'s SQLAlchemy installation store for bots.

    Tokens are encrypted (`bot.workspaces.tokens`), and therefore longer than the library's columns. Its moments are in
    UTC and naive. `team_id` is NULL for an org-wide installation, as the library has it.
    """

    __table_args__ = (Index("ix_slackbot_workspace", "client_id", "enterprise_id", "team_id"),)

    id: int = Field(default=None, primary_key=True)
    client_id: str
    app_id: str | None = None
    enterprise_id: str | None = None
    enterprise_name: str | None = None
    team_id: str | None = None
    team_name: str | None = None
    bot_token: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    bot_id: str | None = None
    bot_user_id: str | None = None
    bot_scopes: str | None = Field(default=None, sa_column=Column(Text))
    bot_refresh_token: str | None = Field(default=None, sa_column=Column(Text), repr=False)
    bot_token_expires_at: datetime | None = Field(default=None, sa_column=Column(DateTime))
    is_enterprise_install: bool = False
    installed_at: datetime = Field(sa_column=Column(DateTime, nullable=False))


class OAuthState(SQLModel, table=True):
    """An installation that a browser began: it can be finished once, until `expires_at`."""

    digest: str = Field(primary_key=True)
    """SHA-256 of the state, which the browser has in a cookie."""
    expires_at: datetime = moment_column(index=True, nullable=False)
