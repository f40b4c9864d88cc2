"""Definitions of a programme: cadence, themes, stages, and the topics and interests from which people choose.

Codes only: the texts are in `prompts/`. HR edits a programme's own topic list; `TOPICS` is its initial content.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

MONTHS = 6
"""Length of a programme unless HR says otherwise."""


class Cadence(StrEnum):
    """How often a pair meets."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    BY_AGREEMENT = "by_agreement"
    """The pair chooses its own dates: a session a month is planned, and each is asked for only once."""


class Theme(StrEnum):
    """A ready theme, after a published programme."""

    DIGITAL_TRENDS = "digital_trends"  # IBM: social media and digital trends for executives
    YOUNG_GENERATIONS = "young_generations"  # GE: digital disruption and young generations' values
    INCLUSION = "inclusion"  # PwC: diversity and inclusion across generations
    SUSTAINABILITY = "sustainability"  # Unilever: sustainability and digitalisation


class HrTrouble(StrEnum):
    """Why nothing is posted to HR's channel."""

    PUBLIC = "public"
    SHARED = "shared"
    """With another company, or across the workspaces of a Grid; also if it is only proposed."""
    ARCHIVED = "archived"
    GONE = "gone"
    """Deleted, or the bot is not in it any more: Slack does not say which."""
    EMPTY = "empty"
    """No member may be HR: bots, guests, people of other companies and deactivated accounts may not."""


RIGHTLESS = frozenset({HrTrouble.PUBLIC, HrTrouble.SHARED, HrTrouble.GONE})
"""Members of such a channel are not HR. The members of an archived one remain HR."""


class AnnouncementTrouble(StrEnum):
    """Why nothing can be posted in the announcement's channel. The values name texts below `recruiting.refused.why`."""

    ARCHIVED = "is_archived"
    GONE = "channel_not_found"
    """Deleted, or private without the bot: Slack does not say which."""
    SHARED = "announcement_shared"
    """With another company, or about to be. Balik's own code."""
    RESTRICTED = "restricted_action"
    """Only certain people, or only replies, are allowed there."""


class Stage(StrEnum):
    """The stage of a programme."""

    RECRUITING = "recruiting"
    RUNNING = "running"
    CLOSED = "closed"


TOPICS: tuple[str, ...] = (
    "social_media",
    "tiktok_marketing",
    "digital_tools",
    "ai_tools",
    "data_dashboards",
    "linkedin_branding",
    "design_thinking",
    "hybrid_work",
    "work_life_balance",
    "young_generations",
    "inclusion",
    "sustainability",
    "digitalisation",
)
"""What a mentor can teach and a leader can ask for. A company's own topic has its name as its code."""
LONGEST_TOPIC = 40
MOST_OWN_TOPICS = 20

THEME_TOPICS: dict[Theme, tuple[str, ...]] = {
    Theme.DIGITAL_TRENDS: ("social_media", "tiktok_marketing", "linkedin_branding", "ai_tools", "digital_tools"),
    Theme.YOUNG_GENERATIONS: ("young_generations", "digitalisation", "ai_tools", "hybrid_work", "work_life_balance"),
    Theme.INCLUSION: ("inclusion", "young_generations", "work_life_balance", "hybrid_work"),
    Theme.SUSTAINABILITY: ("sustainability", "digitalisation", "data_dashboards", "design_thinking"),
}
"""The topics that each theme puts first, the most central one first."""

INTERESTS: tuple[str, ...] = (
    "football",
    "badminton",
    "running",
    "food",
    "cooking",
    "coffee",
    "film",
    "music",
    "reading",
    "travel",
    "photography",
    "gaming",
    "gardening",
    "volunteering",
)
"""Interests outside work that two people may share."""


def topics_for(theme: Theme, listed: Sequence[str] = ()) -> tuple[str, ...]:
    """The topics that HR `listed`, or else all of `TOPICS`, those of the theme first."""
    topics = tuple(listed) or TOPICS
    leading = tuple(topic for topic in THEME_TOPICS[theme] if topic in topics)
    return leading + tuple(topic for topic in topics if topic not in leading)


def first_monday(day: date) -> date:
    """`day` if it is a Monday, or the next one: the preferred start of a programme."""
    return day + timedelta(days=-day.weekday() % 7)
