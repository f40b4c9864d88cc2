"""A strict local Slack: Web API, Socket Mode and a page to act through. Imports nothing of ours."""

from .clock_moves import Upcoming
from .delivery import Reply
from .extensions import PageExtension
from .faults import Fault
from .forms import FormError
from .manifest import Manifest
from .model import Channel, File, Message, SlackError, User, View
from .people import Outcome, Person
from .slack import Slack
from .workspaces import Workspaces

__all__ = [
    "Channel",
    "Fault",
    "File",
    "FormError",
    "Manifest",
    "Message",
    "Outcome",
    "PageExtension",
    "Person",
    "Reply",
    "Slack",
    "SlackError",
    "Upcoming",
    "User",
    "View",
    "Workspaces",
]
