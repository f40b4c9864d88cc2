"""Bot tokens in the database: `slack_sdk`'s SQLAlchemy installation store, with every token encrypted."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import (
    AsyncSQLAlchemyInstallationStore,
    SQLAlchemyInstallationStore,
)
from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.workspaces.token_keys import NoKey, TokenKeys
from storage.tables import SlackBot
from storage.unit_of_work import Store


def owner_of(bot: Bot | Installation) -> str:
    """The key of an installation's rows: its organisation if it is org-wide, otherwise its workspace."""
    return (bot.enterprise_id if bot.is_enterprise_install else bot.team_id) or ""


class BotTokens(AsyncSQLAlchemyInstallationStore):
    """The library's store on our table, with three differences.

    Tokens are encrypted. Only the bot's token is stored, and in one place: we ask for no person's. An installation
    replaces the one before it, where the library keeps all of them.
    """

    def __init__(self, client_id: str, store: Store, keys: TokenKeys) -> None:
        name = str(SlackBot.__tablename__)
        log = logging.getLogger(__name__)
        super().__init__(client_id, store.reading_engine, bots_table_name=name, logger=log)
        self._saving = AsyncSQLAlchemyInstallationStore(client_id, store.engine, bots_table_name=name, logger=log)
        self._store = store
        self._keys = keys

    async def async_save(self, installation: Installation) -> None:
        """Store the bot of an installation that has one."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Store a bot in place of earlier ones of the same workspace or organisation."""
        async with self._store.own_transactions():
            await self._saving.async_save_bot(_with_tokens(bot, self._keys.encrypt))
        newest = select(func.max(self.bots.c.installed_at)).where(self._of(owner_of(bot))).scalar_subquery()
        await self._delete(self._of(owner_of(bot)), self.bots.c.installed_at < newest)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot with its tokens decrypted. Raises `NoKey`."""
        bot = await super().async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return _with_tokens(bot, self._keys.decrypt) if bot else None

    async def forget(self, owner: str, until: datetime) -> None:
        """Delete the tokens of a workspace or organisation, except of an installation after `until`."""
        installed_at = self.bots.c.installed_at
        await self._delete(self._of(owner), installed_at <= until.astimezone(UTC).replace(tzinfo=None))

    async def reencrypt(self) -> tuple[int, int]:
        """Encrypt every token with the first key; how many bots were, and how many cannot be decrypted."""
        done = lost = 0
        async with self._store.own_transactions() as engine, engine.begin() as connection:
            rows = (await connection.execute(self.bots.select().with_for_update())).mappings().all()
            for row in rows:
                stored = SQLAlchemyInstallationStore.build_bot_entity(row)
                try:
                    again = _with_tokens(_with_tokens(stored, self._keys.decrypt), self._keys.encrypt)
                except NoKey:
                    lost += 1
                    continue
                values = {"bot_token": again.bot_token, "bot_refresh_token": again.bot_refresh_token}
                await connection.execute(self.bots.update().where(self.bots.c.id == row["id"]).values(values))
                done += 1
        return done, lost

    def _of(self, owner: str) -> ColumnElement[bool]:
        """By the workspace or organisation alone: a workspace may have joined an organisation since."""
        columns = self.bots.c
        of_org = and_(columns.is_enterprise_install, columns.enterprise_id == owner)
        of_team = and_(~columns.is_enterprise_install, columns.team_id == owner)
        return and_(columns.client_id == self.client_id, or_(of_org, of_team))

    async def _delete(self, *conditions: ColumnElement[bool]) -> None:
        async with self._store.own_transactions() as engine, engine.begin() as connection:
            await connection.execute(self.bots.delete().where(*conditions))


def _with_tokens(bot: Bot, change: Callable[[str, str], str]) -> Bot:
    """A copy whose tokens are `change(owner, token)`."""
    owner, copied = owner_of(bot), Bot(**bot.to_dict_for_copying())
    copied.bot_token = change(owner, bot.bot_token)
    copied.bot_refresh_token = change(owner, bot.bot_refresh_token) if bot.bot_refresh_token else None
    return copied
