"""No text in code: every sentence that people read is in `prompts/`."""

from pathlib import Path

import pytest

from tests.house.sentences import NO_SENTENCES, OPERATORS, in_code, sentences

ROOT = Path(__file__).parents[2]


def test_no_sentence_stands_in_code() -> None:
    found = in_code(ROOT)
    assert not found, "put these into prompts/, or see tests/house/sentences.py:\n" + "\n".join(found)


def test_what_is_excused_is_there() -> None:
    assert [path for path in OPERATORS if not (ROOT / path).exists()] == []
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    assert [words for words in NO_SENTENCES if words not in code] == []


@pytest.mark.parametrize(
    "code",
    [
        'section("Pilih waktu sesi pertama.")',
        'reply(f"Halo {name}, sesi sudah dipesan")',
        'TITLES = {"book": "Pick a time"}',
        'await ask.say("Terima kasih, " + name)',
        'raise Refusal("You are not part of this pair")',
        'button("Simpan", SAVE)',
        'modal(title, blocks, callback_id="x", close="Tutup")',
        'block = {"type": "plain_text", "text": "Batal"}',
        'Message(f"{name} batal", blocks)',
        'x = ("Sesi ini "\n  "sudah selesai")',
    ],
)
def test_a_sentence_is_found(code: str) -> None:
    assert len([*sentences(code)]) == 1


@pytest.mark.parametrize(
    "code",
    [
        '"""What this module is for."""',
        'x: int = 1\n"""How many there are."""',
        'log.warning("the message about draft %s stays as it was", draft)',
        'raise ValueError(f"a programme needs a month at least, not {months}")',
        'class SlackRefused(Exception):\n  def __init__(self): super().__init__("Slack refused it")',
        'assert x, "this cannot be"',
        'parser.add_argument("--port", help="where it is seen")',
        'Index("one_open", sqlite_where=text("state is not null"))',
        'pattern = re.compile("two words")',
        'raise Refusal("not_your_pair")',
        'texts("sessions.book.intro", partner=name)',
        'texts.plain("buttons.save")',
        'button(texts.plain("buttons.save"), SAVE)',
        'return {"text": "too_long"}',
        'html = f"<div class=choice>{one}</div>"',
        'await who.command("/mentoring join")',
    ],
)
def test_what_people_never_read_is_not(code: str) -> None:
    assert [*sentences(code)] == []
