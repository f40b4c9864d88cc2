"""What the form for suggestions carries."""

from dataclasses import dataclass

from handlers.kit.modal_state import OfProgramme


@dataclass(frozen=True)
class SuggestionState(OfProgramme):
    """`channel` and `ts`: the message whose button opened the form; "" on Home."""

    channel: str = ""
    ts: str = ""
