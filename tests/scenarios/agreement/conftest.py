import pytest

from tests.scenarios.office import Colleague, Office
from tests.scenarios.pairs import introduced


@pytest.fixture
async def pair(office: Office, hr: Colleague) -> Office:
    """Sari and Budi, introduced, on the Monday on which their first session's window opens."""
    return await introduced(office, hr)
