"""`python -m bot installation-key`: make and renew the key that encrypts the tokens of workspaces."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.encryption_key import EncryptionKey
from bot.config import installation_key_settings
from bot.workspaces.bot_tokens import BotTokens
from bot.workspaces.token_keys import TokenKeys
from storage.unit_of_work import Store


async def reencrypt_tokens(engine: AsyncEngine, keys: Sequence[str]) -> tuple[int, int]:
    """How many workspaces' tokens were encrypted again, and how many cannot be decrypted."""
    return await BotTokens("", Store(engine), TokenKeys(keys)).reencrypt()


def _counted(done: int, lost: int) -> str:
    said = (
        f"The token{'' if done == 1 else 's'} of {done} workspace{'' if done == 1 else 's'} encrypted with the new key."
    )
    return f"{said} {lost} could not be decrypted: install the app there again." if lost else said


KEY = EncryptionKey("installation-key", "BALIK_INSTALLATION_KEY", installation_key_settings, reencrypt_tokens, _counted)
