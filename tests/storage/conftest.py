import pytest

from storage.unit_of_work import Store
from tests.storage.companies import add_programme
from tests.storage.drafts import HR, NOW, add_sign_ups, sign_up_row
from tests.storage.two_pairs import BAYU, BUDI, RINA, SARI


@pytest.fixture
async def company(store: Store) -> Store:
    """A programme with two mentors and two leaders: Sari fits Budi best, Bayu fits Rina."""
    async with store.write(NOW) as work:
        await add_programme(work, {HR: "Dewi", SARI: "Sari", BAYU: "Bayu", BUDI: "Budi", RINA: "Rina"})
        await add_sign_ups(
            work,
            sign_up_row(SARI, 2, teaches="ai_tools"),
            sign_up_row(BAYU, 1, teaches="inclusion"),
            sign_up_row(BUDI, 6, learns="ai_tools"),
            sign_up_row(RINA, 5, learns="inclusion"),
        )
        await work.commit()
    return store
