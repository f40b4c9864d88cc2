import pytest

from storage.unit_of_work import Store
from tests.storage.companies import add_programme
from tests.storage.confirmations.hand_made import LEADERS, MENTORS, M
from tests.storage.drafts import HR, NOW, add_sign_ups, sign_up_row


@pytest.fixture
async def company(store: Store) -> Store:
    """Six mentors and five leaders of one place each: 30 couples."""
    return await _with_company(store)


@pytest.fixture
async def sqlite_company(sqlite_store: Store) -> Store:
    """The same, for what the database has no part in."""
    return await _with_company(sqlite_store)


async def _with_company(store: Store) -> Store:
    async with store.write(NOW) as work:
        await add_programme(work, {number: f"Person {number}" for number in (HR, *MENTORS, *LEADERS)})
        topics = {number: "ai_tools" if number in (M, *LEADERS[1:]) else "inclusion" for number in (*MENTORS, *LEADERS)}
        mentors = (sign_up_row(number, 2, teaches=topics[number]) for number in MENTORS)
        leaders = (sign_up_row(number, 6, learns=topics[number]) for number in LEADERS)
        await add_sign_ups(work, *mentors, *leaders)
        await work.commit()
    return store
