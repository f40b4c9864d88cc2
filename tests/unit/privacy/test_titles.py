"""In the window of one's own data no part is called like a window that also shows what is stored in another part.

Otherwise "Nothing is stored under: Learning log" is said to who wrote a note after a session a minute ago.
"""

import pytest

from handlers.privacy.export_sheet import title
from prompts.catalogue import Catalogue
from storage.personal_data import TRACES

CATALOGUE = Catalogue.load()
WINDOWS = {
    "pollanswer": (
        "polls.answered.window",
        "polls.comment.modal.title",
        "outcomes.hub.log",
        "outcomes.log.title",
        "outcomes.note.modal.title",
    ),
    "participant": ("signup.form.modal.title",),
    "agreement": ("agreement.form.modal.title", "outcomes.hub.goals"),
    "actioncard": ("outcomes.cards.form.modal.title",),
    "rhythm": ("sessions.cadence.form.modal.title",),
    "session": ("sessions.book.modal.title", "sessions.move.modal.title"),
    "improvement": ("improvements.form.modal.title",),
    "buddychoice": ("buddies.form.modal.title",),
    "circlemember": ("circles.window.title",),
    "story": ("closing.story.form.modal.title",),
    "thanks": ("closing.thanks.modal.title",),
    "concern": ("care.concern.form.modal.title",),
    "reading": ("surveys.footer.window",),
}
"""The windows in which people write, or read again, what is stored in a part."""


@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize("area", WINDOWS)
def test_no_other_part_is_called_like_a_window_that_shows_this_one(area: str, language: str) -> None:
    texts = CATALOGUE.texts(language)
    parts = {trace.name for trace in TRACES if trace.exported}
    assert area in parts
    shown = {texts.plain(key).lower() for key in WINDOWS[area]}
    assert [other for other in parts - {area} if title(texts, other).lower() in shown] == []
