"""What comes of reading a form: its typed value, or `Invalid`, what is to be put right at which field.

A form's function returns `Value | Invalid`. Its listener answers the second with `request.invalid(…)`, and does the
same with what a service finds wrong (`InvalidInput`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prompts.catalogue import Texts


@dataclass(frozen=True)
class Sentence:
    """A sentence of the texts: its key and values; and a second one `then`, if there is one."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    then: "Sentence | None" = None

    def of(self, texts: Texts) -> str:
        said = texts.plain(self.key, **self.values)
        return f"{said} {self.then.of(texts)}" if self.then else said


@dataclass(frozen=True)
class Invalid:
    """What is wrong: block_id → the sentence at that field."""

    at: Mapping[str, Sentence]

    @classmethod
    def below(
        cls, group: str, codes: Mapping[str, str], values: Mapping[str, Mapping[str, Any]] | None = None
    ) -> "Invalid":
        """`codes`: block_id → the name of its sentence below `group`; `values` by that name."""
        return cls({block: Sentence(f"{group}.{code}", (values or {}).get(code, {})) for block, code in codes.items()})

    @classmethod
    def too_long(cls, group: str, codes: Mapping[str, str], longest: Mapping[str, int]) -> "Invalid":
        """The same where the sentence of `too_long` says how long each field may be."""
        return cls(
            {
                block: Sentence(f"{group}.{code}", {"longest": longest[block]} if code == "too_long" else {})
                for block, code in codes.items()
            }
        )

    def sentences(self, texts: Texts) -> dict[str, str]:
        return {block: sentence.of(texts) for block, sentence in self.at.items()}
