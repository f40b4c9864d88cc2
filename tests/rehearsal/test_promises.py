"""A rehearsal keeps what the bot promises, whatever the language and the seed."""

from collections.abc import Callable

import pytest

from tests.rehearsal import promises
from tests.rehearsal.conftest import Played


@pytest.mark.parametrize("promise", promises.ALL)
def test_promise(played: Played, promise: Callable[[Played], None]) -> None:
    promise(played)


@pytest.mark.parametrize("promise", promises.ALL)
def test_promise_in_english(another: Played, promise: Callable[[Played], None]) -> None:
    promise(another)
