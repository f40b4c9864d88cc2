"""The text catalogue: every text in every language, safe in Slack, and easy to put right."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

from prompts.catalogue import Catalogue, Mention, MissingText, Mrkdwn, Texts
from prompts.files import compile_text
from prompts.markdown import to_mrkdwn, to_plain
from storage.tables import Person

CATALOGUE = Catalogue.load()
TEN = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
"""10.00 in Jakarta."""
"""The packs that longer programmes repeat, each time with other activities: `hands_on`, `hands_on_2`, `hands_on_3`."""
INJECTIONS = ("<!channel>", "<@U1>", "<https://evil|label>", "&lt;!here&gt;", "<#C1>", "<!date^1^{date}|x>")


def texts(language: str = "id", address: str = "kamu", name: str = "") -> Texts:
    return CATALOGUE.texts(language, address, name)


def own(tmp_path: Path, files: dict[str, str]) -> Path:
    """A folder of texts."""
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


# The texts we ship


# Escaping


@pytest.mark.parametrize("value", INJECTIONS)
def test_values_are_escaped_for_slack(value: str) -> None:
    rendered = texts()("commands.unknown.body", word=value)
    assert value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in rendered
    assert value not in rendered


@given(st.text(max_size=200))
def test_no_value_leaves_a_control_character(value: str) -> None:
    rendered = texts()("commands.unknown.body", word=value)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", rendered)


def test_mentions_of_ours_are_kept_and_can_be_nested() -> None:
    hello = texts()("care.leave.told.body", partner=Mrkdwn("<@U1>"))
    assert "<@U1>" in hello
    assert isinstance(hello, Mrkdwn)
    assert "<@U1>" in texts()("commands.unknown.body", word=hello)


def test_a_mentioned_person_can_be_named_the_second_time(tmp_path: Path) -> None:
    """A text that mentions a person twice reads badly: the second time it says the name as people say it."""
    twice = "---\nintro: '{{ partner }}. {{ partner_name }}.'\n---\n"
    company = Catalogue.load(own(tmp_path, {"en/outcomes/hub.md": twice})).texts("en")
    for name, address, spoken in (
        ("Budi Santoso", "bapak", "Pak Budi"),
        ("Rina Wati", "kamu", "Rina"),
        ("<!channel>", "kamu", "&lt;!channel&gt;"),
        ("Person 7", "", "Person 7"),  # erased
    ):
        assert company("outcomes.hub.intro", partner=Mention("<@U1>", name, address)) == f"<@U1>. {spoken}."


def test_plain_text_is_not_escaped() -> None:
    assert texts().plain("programme.setup.done.title", programme="R&D <1>") == "R&D <1> siap"


def test_newlines_in_values_are_kept() -> None:
    assert "a\n\n\nb" in texts().plain("commands.unknown.body", word="a\n\n\nb")


def test_a_forgotten_value_is_an_error() -> None:
    with pytest.raises(Exception, match="'word' is undefined"):
        texts()("commands.unknown.body")


def test_code_in_a_text_can_do_nothing(tmp_path: Path) -> None:
    file = '---\nx: "{{ word.__class__.__mro__ }}"\n---\n'
    language = (Path(__file__).parents[2] / "prompts/id/language.md").read_text(encoding="utf-8")
    catalogue = Catalogue.load(folder=own(tmp_path, {"id/a.md": file, "id/language.md": language}))
    with pytest.raises(Exception, match="unsafe"):
        catalogue.texts("id")("a.x", word="w")


# Register


@pytest.mark.parametrize(
    ("address", "session", "you", "vocative"),
    [
        ("kamu", "sesimu", "Kamu", "Rina"),
        ("anda", "sesi Anda", "Anda", "Rina"),
        ("bapak", "sesi Bapak", "Bapak", "Pak Rina"),
        ("ibu", "sesi Ibu", "Ibu", "Bu Rina"),
        ("kak", "sesi Kakak", "Kakak", "Kak Rina"),
        ("first", "sesi Rina", "Rina", "Rina"),
        ("unheard of", "sesimu", "Kamu", "Rina"),
    ],
)
def test_indonesian_follows_the_form_of_address(
    tmp_path: Path, address: str, session: str, you: str, vocative: str
) -> None:
    language = (Path(__file__).parents[2] / "prompts/id/language.md").read_text(encoding="utf-8")
    files = {"id/a.md": '---\nx: "sesi{{ mu }} {{ Kamu }}, {{ sapaan }}"\n---\n', "id/language.md": language}
    reader = Catalogue.load(folder=own(tmp_path, files)).texts("id", address, "Dr. Rina Wati")
    assert reader("a.x") == f"{session} {you}, {vocative}"


def test_english_speaks_to_everybody_as_you() -> None:
    for address in texts("en").options("labels.addresses"):
        assert "You've" in texts("en", address, "Budi")("signup.joined.body", programme="X")


@pytest.mark.parametrize(
    ("name", "called"), [("I Made Suarta", "Made"), ("Dr. Rina Wati", "Rina"), ("Bo", "Bo"), ("", "rekan")]
)
def test_first_names(name: str, called: str) -> None:
    assert texts().vocative(name, "kamu") == called


# Dates and numbers


@pytest.mark.parametrize(
    ("zone", "indonesian", "english"),
    [
        ("Asia/Jakarta", "Selasa, 5 Januari 2027 pukul 10.00 WIB", "Tuesday 5 January 2027, 10:00 WIB"),
        ("Asia/Makassar", "Selasa, 5 Januari 2027 pukul 11.00 WITA", "Tuesday 5 January 2027, 11:00 WITA"),
        ("Asia/Jayapura", "Selasa, 5 Januari 2027 pukul 12.00 WIT", "Tuesday 5 January 2027, 12:00 WIT"),
        ("Asia/Singapore", "Selasa, 5 Januari 2027 pukul 11.00 UTC+8", "Tuesday 5 January 2027, 11:00 UTC+8"),
        ("Asia/Kathmandu", "Selasa, 5 Januari 2027 pukul 08.45 UTC+5:45", "Tuesday 5 January 2027, 08:45 UTC+5:45"),
        ("America/New_York", "Senin, 4 Januari 2027 pukul 22.00 EST", "Monday 4 January 2027, 22:00 EST"),
    ],
)
def test_moments_in_each_zone(zone: str, indonesian: str, english: str) -> None:
    assert texts("id").moment(TEN, zone) == indonesian
    assert texts("en").moment(TEN, zone) == english


def test_days_lists_and_numbers() -> None:
    assert texts("id").day(date(2027, 8, 17)) == "Selasa, 17 Agustus 2027"
    assert texts("id").short_day(date(2027, 8, 17)) == "Sel, 17 Agu"
    assert texts("en").short_day(date(2027, 8, 17)) == "Tue 17 Aug"
    assert texts("id").time(TEN, "Asia/Jakarta") == "10.00 WIB"
    assert texts("id").short_moment(TEN, "Asia/Jakarta") == "Sel, 5 Jan pukul 10.00 WIB"
    assert [texts("id").join(["A", "B", "C"][:n]) for n in range(4)] == ["", "A", "A dan B", "A, B, dan C"]
    assert texts("en").join(["A", "B", "C"]) == "A, B and C"
    assert texts("id").join([Mrkdwn("<@U1>"), "<!channel>"]) == "<@U1> dan &lt;!channel&gt;"
    assert (texts("id").number(1234.5), texts("en").number(4.25)) == ("1.234,5", "4.2")
    assert texts("id").percent(0.456) == "46%"


# Markdown


@pytest.mark.parametrize(
    ("markdown", "mrkdwn", "plain"),
    [
        ("**bold** and *italic* and _too_", "*bold* and _italic_ and _too_", "bold and italic and too"),
        ("***both***", "*_both_*", "both"),
        ("~~gone~~", "~gone~", "gone"),
        ("# Title", "*Title*", "Title"),
        ("- one\n* two\n  + three", "• one\n• two\n    ◦ three", "• one\n• two\n    ◦ three"),
        ("1. one\n2. two", "1. one\n2. two", "1. one\n2. two"),
        ("> quoted\n> {{ text }}", ">quoted\n>{{ text }}", "quoted\n{{ text }}"),
        ("[a *b*](https://x.id/?a=1&b=2)", "<https://x.id/?a=1&amp;b=2|a _b_>", "a b (https://x.id/?a=1&b=2)"),
        ("[go]({{ url }})", "<{{ ( url )|safe_url }}|go>", "go ({{ ( url )|safe_url }})"),
        ("<https://x.id>", "<https://x.id>", "https://x.id"),
        ("`/mentoring *x*` & <!channel>", "`/mentoring *x*` &amp; &lt;!channel&gt;", "/mentoring *x* & <!channel>"),
        ("{{ a_b }} snake_case 2 * 3 * 4", "{{ a_b }} snake_case 2 * 3 * 4", "{{ a_b }} snake_case 2 * 3 * 4"),
        (r"\*not bold\*", "*not bold*", "*not bold*"),
        ("a\n{% if x %}\n- b\n{% endif %}\nc", "a\n{% if x %}• b\n{% endif %}c", "a\n{% if x %}• b\n{% endif %}c"),
    ],
)
def test_markdown(markdown: str, mrkdwn: str, plain: str) -> None:
    assert to_mrkdwn(markdown) == mrkdwn
    assert to_plain(markdown) == plain


@pytest.mark.parametrize("url", ["!channel", "@U1", "#C1", "javascript:alert(1)", "https://x.id/|<!here>"])
def test_a_link_from_a_value_is_never_a_mention(tmp_path: Path, url: str) -> None:
    language = (Path(__file__).parents[2] / "prompts/id/language.md").read_text(encoding="utf-8")
    files = {"id/a.md": "[go]({{ url }})\n", "id/language.md": language}
    rendered = Catalogue.load(folder=own(tmp_path, files)).texts("id")("a.body", url=url)
    assert re.fullmatch(r"<(https://[^<>|]*)?\|go>", rendered)


# Missing texts, overrides, problems


def test_an_unknown_key_is_told() -> None:
    with pytest.raises(MissingText, match=r"no.such.key.*'id'"):
        texts()("no.such.key")
    with pytest.raises(MissingText):
        texts().options("no.such")
    with pytest.raises(TypeError, match="is a list"):
        texts()("sessions.packs.contract.questions", partner="x")


def test_a_language_that_is_not_there_becomes_the_default() -> None:
    assert texts("fr").language == "id"


def test_another_language_is_one_more_folder(tmp_path: Path) -> None:
    language = (Path(__file__).parents[2] / "prompts/en/language.md").read_text(encoding="utf-8")
    files = {"jv/language.md": language, "jv/notice.md": "---\nclose: Simpen\n---\n"}
    catalogue = Catalogue.load(own(tmp_path, files))
    assert catalogue.languages == (*CATALOGUE.languages, "jv")
    assert catalogue.texts("jv").plain("notice.close") == "Simpen"
    assert any("is missing in language 'jv'" in problem.what for problem in catalogue.problems())


@pytest.mark.parametrize(
    ("english", "line", "what"),
    [
        ("---\ntitle: A\n---\n", 2, "a.extra: is missing in language 'en'"),
        ("---\ntitle: A {{ who }}\nextra: E\n---\n", 2, "placeholder who is not in language 'id'"),
        ("---\ntitle: [A, B]\nextra: E\n---\n", 2, "is a list in one language"),
        ("---\ntitle: A\nextra: E\ntitle: B\n---\n", 4, "title is written twice"),
        ("---\ntitle: A: B\nextra: E\n---\n", 2, "front matter"),
        ("---\ntitle: A\nextra: [{a: b}]\n---\n", 3, "a list may hold texts only"),
        ("---\ntitle: A\nextra: E\n", 1, "no closing"),
        ("---\ntitle: A\nextra: E\n---\nA body.\n---\n", 6, "delete it"),
        ("---\ntitle: A\nextra: ''\n---\n", 3, "is empty"),
        ("---\ntitle: A\nextra: '{{ x'\n---\n", 3, "placeholder: unexpected end"),
        ("---\ntitle: A\nextra: E\nmodal: {title: 'A title that is far too long'}\n---\n", 4, "Slack allows 24"),
        ("---\ntitle: A\nextra: E\nbuttons: {go: '" + "x" * 76 + "'}\n---\n", 4, "76 characters, Slack allows 75"),
        ("---\ntitle: A\nextra: E\n---\n\n" + "x" * 3001, 6, "Slack allows 3000"),
        ("---\ntitle: A\nextra: E\n---\n\n" + "x " * 700, 6, "a phone shows 1200"),
        ("---\ntitle: A\nextra: E\nbuttons:\n  go: '" + "x" * 31 + "'\n---\n", 5, "a phone shows 30"),
        ("---\ntitle: A\nextra: E\n---\nOne\n**two* three\n", 6, "**bold** is opened but not closed"),
        ("---\ntitle: A\nextra: E\n---\nOne\n\n~~two\n", 7, "~~struck through~~ is opened"),
        ("---\ntitle: A\nextra: E\n---\nType `/mentoring help\n", 5, "`code` is opened"),
        ("---\ntitle: A\nextra: E\n---\n[go](https://x.id/a b)\n", 5, "a link is written"),
        ("---\ntitle: A\nextra: Halo { you }\n---\n", 3, "with two braces"),
        ("---\ntitle: A\nextra: |\n  One\n  {{ you }\n---\n", 5, "placeholder:"),
        ("---\ntitle: A\nextra: E\nitems:\n  - One\n  - Two **three\n---\n", 6, "**bold** is opened"),
        ("---\ntitle: *A* b\nextra: E\n---\n", 2, 'or "*" in "quotes"'),
        ("---\ntitle: A\nextra: E\x07\n---\n", 3, "a character that cannot be seen"),
        ("---\ntitle: A\nextra: &a {more: *a}\n---\n", 3, 'starts with "*"'),
        ("---\ntitle: A\nextra: " + "[" * 50_000 + "\n---\n", 3, "nested"),
    ],
)
def test_problems_name_file_and_line(tmp_path: Path, english: str, line: int, what: str) -> None:
    folder = own(tmp_path, {"id/a.md": "---\ntitle: A\nextra: E\n---\n", "en/a.md": english})
    found = Catalogue.load(folder=folder).problems()
    assert any(what in problem.what for problem in found), found
    if "is missing" not in what:
        assert (folder / "en/a.md", line) in [(one.file, one.line) for one in found if what in one.what]


@pytest.mark.parametrize(
    "text",
    ["**{{ a }}** and `{{ command }}`", "{% if a %}**b**{% endif %}", "2 * 3", r"\*\*", "```\n** {\n```", "a_b__c"],
)
def test_what_is_written_well_is_not_blamed(tmp_path: Path, text: str) -> None:
    folder = own(tmp_path, {"id/a.md": f"{text}\n", "en/a.md": f"{text}\n"})
    assert Catalogue.load(folder=folder).problems() == []


def test_what_cannot_be_a_text_is_told_and_does_no_harm(tmp_path: Path) -> None:
    files = {"id/notice.txt": "x", "indonesia/notice.md": "x", "id/.DS_Store": "x", ".git/notice.md": "x"}
    files |= {"notice.md": "x", "README.md": "What we changed, and why."}
    folder = own(tmp_path, files)
    (folder / "id/signup").mkdir()
    (folder / "id/signup/joined.md").write_bytes(b"---\n# a\n---\nSel\xe9mat\n")
    catalogue = Catalogue.load(folder)
    assert [(one.file.relative_to(folder).as_posix(), one.line) for one in catalogue.own_problems()] == [
        ("id/notice.txt", 1),
        ("id/signup/joined.md", 4),
        ("indonesia", 1),
        ("notice.md", 1),
    ]
    assert catalogue.texts("id")("signup.joined.body", programme="X")


def test_a_name_that_is_nearly_right_is_pointed_to(tmp_path: Path) -> None:
    (problem,) = Catalogue.load(own(tmp_path, {"id/commands/unknwon.md": "Apa?\n"})).own_problems()
    assert "did you mean commands.unknown.body?" in problem.what


def test_what_a_language_lacks_comes_in_the_default_one(tmp_path: Path) -> None:
    catalogue = Catalogue.load(own(tmp_path, {"jv/notice.md": "---\nclose: Simpen\n---\n"}))
    reader = catalogue.texts("jv", "ibu", "Rina")
    assert (reader.plain("notice.close"), reader.plain("notice.title")) == ("Simpen", "Info")
    assert reader.options("notice") == catalogue.texts("id").options("notice") | {"close": "Simpen"}
    assert reader("signup.joined.body", programme="X") == catalogue.texts("id", "ibu", "Rina")(
        "signup.joined.body", programme="X"
    )
    assert reader.day(date(2027, 8, 17)) == "Selasa, 17 Agustus 2027"


# Looking at one text


def test_rendering_is_cheap() -> None:
    """Templates are compiled once: the second reader gets the same one."""
    texts("id", "ibu")("signup.joined.body", programme="X")
    before = dict(CATALOGUE._compiled)
    texts("id", "kak")("signup.joined.body", programme="Y")
    key = ("id", "signup.joined.body", False)
    assert CATALOGUE._compiled[key] is before[key]


@pytest.mark.parametrize("plain", [True, False])
def test_a_text_without_tags_reads_as_jinja_would_render_it(plain: bool) -> None:
    """It is not compiled. With a tag that stands for nothing it is; in front, as Jinja drops the last line break."""
    entries = [CATALOGUE.shown(language)[key] for language in CATALOGUE.languages for key in CATALOGUE.keys(language)]
    sources = [source for entry in entries for source in entry.sources if "{" not in source]
    sources = [source for source in sources if not source.startswith(("- ", "> "))][::50]  # a mark begins its line
    assert len(sources) > 100
    for source in sources:
        compiled = compile_text(f"{{{{ '' }}}}{source}", plain=plain)
        assert isinstance(compiled, Template)
        assert compile_text(source, plain=plain).render() == compiled.render()


def test_a_person_who_has_not_chosen_reads_anda() -> None:
    unknown = Person(team_id="T1", slack_id="U1", name="Sari Wulandari", created_at=datetime(2027, 1, 4, tzinfo=UTC))
    texts = CATALOGUE.texts("id", unknown.address, unknown.name)
    assert "Anda" in texts.plain("privacy.areas.busycalendar.about")
