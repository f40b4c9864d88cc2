"""What the demo's clock says will happen next."""

import pytest

from bot.jobs.registry import LOOKED_AT_BY
from bot.rehearsal.upcoming import DEED, MESSAGE
from prompts.catalogue import Catalogue

CATALOGUE = Catalogue.load()


@pytest.mark.parametrize("kind", [DEED, MESSAGE, *LOOKED_AT_BY])
def test_everything_that_happens_by_itself_has_words(kind: str) -> None:
    for language in CATALOGUE.languages:
        assert CATALOGUE.texts(language).plain(f"demo.next.{kind}", name="Sari")
