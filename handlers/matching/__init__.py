"""HR draws up pairs, reads them, takes some out and releases them: `/mentoring match` and what its message offers."""

from slack_bolt.async_app import AsyncApp

from handlers.desk import Desk
from handlers.matching import browsing, confirming, deciding, drawing, forms, left, log, managers, releasing


def register(app: AsyncApp, desk: Desk) -> None:
    for part in (drawing, browsing, deciding, confirming, forms, left, log, managers, releasing):
        part.register(app, desk)
