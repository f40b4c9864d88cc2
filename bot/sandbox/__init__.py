"""A strict local Slack: Web API, Socket Mode and a page to act through. Imports nothing of ours."""

from .delivery import Reply
from .faults import Fault
from .forms import FormError
from .manifest import Manifest
from .model import Channel, File, Message, SlackError, User, View
from .people import Outcome, Person
from .slack import Slack
from .story import Coming

__all__ = [
    "Channel",
    "Coming",
    "Fault",
    "File",
    "FormError",
    "Manifest",
    "Message",
    "Outcome",
    "Person",
    "Reply",
    "Slack",
    "SlackError",
    "User",
    "View",
]
