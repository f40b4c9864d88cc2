"""Messages to people whom HR invites by name."""

from datetime import timedelta

from bot.domain.messages.kind import OutboxMessage, message_kind

LASTS = timedelta(days=14)
"""How long one that could not be sent is still of use."""


@message_kind("invitation", "{invitation}:{times}", bulk=True, lasts=LASTS, hr_label="invitation")
class InvitationMessage(OutboxMessage):
    """The invitation, to the invited person."""

    invitation: int
    times: int = 1


@message_kind("invitation_reminder", "{invitation}:{times}", daily=True, lasts=LASTS, hr_label="invitation")
class InvitationReminderMessage(OutboxMessage):
    """To an invited person who has not answered: once for each invitation."""

    invitation: int
    times: int = 1
