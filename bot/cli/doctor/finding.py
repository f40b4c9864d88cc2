"""The result of a check."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Result of one check; `cure` says who does what if it is not `well`."""

    subject: str
    well: bool
    what: str
    cure: str = ""

    @property
    def line(self) -> str:
        """The finding as it is printed."""
        return f"ok   {self.subject}: {self.what}" if self.well else f"BAD  {self.subject}: {self.what} → {self.cure}"
