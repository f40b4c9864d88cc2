"""The text catalogue: every text in every language, safe in Slack, and easy to put right."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

from bot.cli.text_preview import NoSuchText, Preview, preview
from bot.domain.care_check_ins import CheckIns
from bot.domain.matching.unmatched_causes import HELPS
from bot.domain.programme import INTERESTS, TOPICS, Cadence, Theme
from bot.domain.sessions import MIDDLE, Pack
from bot.domain.sessions_packs import ROUNDS
from bot.domain.signup import FORMATS, Level, Role
from bot.services.matching.draft_review import CAME_SINCE, CHANGED, TAKEN_OUT
from prompts.catalogue import Catalogue, Mention, MissingText, Mrkdwn, Texts
from prompts.checks import fallback
from prompts.files import compile_text
from prompts.markdown import to_mrkdwn, to_plain
from prompts.moved import MOVED, current_key, current_path
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


def test_shipped_texts_have_no_problems() -> None:
    assert {"en", "id"} <= set(CATALOGUE.languages)
    assert CATALOGUE.problems() == []


def test_languages_have_the_same_keys() -> None:
    different = set(CATALOGUE.keys("id")) ^ set(CATALOGUE.keys("en"))
    assert sorted(key for key in different if fallback(key) is None) == []


def test_what_a_leader_reads_beforehand_may_be_written_for_one_activity(tmp_path: Path) -> None:
    """In one language only, or by a company; else the pack's own text is shown, never one of another language."""
    key = "sessions.packs.insight.activity_observation"
    assert fallback(f"{key}.prepare") == "sessions.packs.insight.leader.prepare"
    assert fallback(f"{key}.part") is None, "each activity has one"
    pack = "---\nactivity_observation:\n  prepare: Siapkan {{ topic }}\n  summary: Ringkas {{ nama }}\n"
    pack += "activity_observasi:\n  prepare: Siapkan\n---\n"
    company = Catalogue.load(own(tmp_path, {"id/sessions/packs/insight.md": pack}))
    unknown, misspelt = (one.what for one in company.own_problems())
    assert "unknown placeholder nama" in unknown
    assert "no such text" in misspelt
    for language, shown in (("id", f"{key}.prepare"), ("en", "sessions.packs.insight.leader.prepare")):
        found = company.texts(language).first_of(f"{key}.prepare", "sessions.packs.insight.leader.prepare")
        assert found == shown
    assert company.texts("id")(f"{key}.prepare", topic="AI") == "Siapkan AI"


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_text_renders(language: str) -> None:
    reader = texts(language, "ibu", "Rina Wati")
    for key in CATALOGUE.keys(language):
        if key.startswith("language."):
            continue
        values = dict.fromkeys(CATALOGUE.placeholders(key, language), "7")
        for text in [*reader.list(key, **values), *reader.plain_list(key, **values)]:
            assert text
            assert "{{" not in text


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_no_value_can_inject_anywhere(language: str) -> None:
    """The very values that are dangerous, in every placeholder of every text."""
    reader = texts(language, "bapak", "<!channel> Budi")
    for key in CATALOGUE.keys(language):
        if key.startswith("language."):
            continue
        for injection in INJECTIONS:
            values = dict.fromkeys(CATALOGUE.placeholders(key, language), injection)
            for text in reader.list(key, **values):
                assert injection not in text
                assert not re.search(r"<[!@#]", text), key


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_code_has_its_label(language: str) -> None:
    reader = texts(language)
    groups: dict[str, tuple[str, ...]] = {
        "topics": TOPICS,
        "interests": INTERESTS,
        "formats": FORMATS,
        "cadences": tuple(Cadence),
        "check_ins": tuple(CheckIns),
        "themes": tuple(Theme),
        "roles": tuple(Role),
        "levels": tuple(level.name.lower() for level in Level),
        "packs": tuple(Pack),
        "skills": tuple(f"s{n}" for n in range(1, 6)),
        "priorities": ("s3", "s2", "s1"),
    }
    for group, codes in groups.items():
        assert set(reader.options(f"labels.{group}")) == set(codes), group
    for group in ("topics", "interests", "formats", "cadences"):
        assert set(reader.options(f"labels.in_text.{group}")) == set(groups[group]), group
    rounds = {f"{pack}{again}" for pack in MIDDLE for again in ("", *(f"_{n}" for n in range(2, ROUNDS + 1)))}
    lines = rounds - {"hands_on"} | {f"hands_on_{form}" for form in FORMATS}
    for topic in TOPICS:
        assert set(reader.options(f"sessions.packs.topics.{topic}", partner="x", topic="x", tools="x")) == lines, topic
    assert set(reader.options("sessions.packs.tools")) == {*TOPICS, "other"}
    causes, helps = map(set, zip(TAKEN_OUT, CHANGED, CAME_SINCE, strict=True))
    assert set(reader.options("matching.unmatched_causes.cause", topics="x")) == set(HELPS) | causes
    assert set(reader.options("matching.unmatched_causes.help")) == set(HELPS.values()) | helps


@pytest.mark.parametrize("language", CATALOGUE.languages)
@pytest.mark.parametrize("pack", [*Pack, *(f"{pack}_{n + 1}" for pack in MIDDLE for n in range(1, ROUNDS))])
def test_every_pack_is_whole(language: str, pack: str) -> None:
    reader = texts(language)
    for part in (
        "purpose",
        "opener",
        "teach_back",
        "please_dont",
        "close",
        "leader.summary",
        "leader.part",
        "leader.prepare",
    ):
        assert reader(f"sessions.packs.{pack}.{part}", partner="Pak Budi")
    assert 3 <= len(reader.list(f"sessions.packs.{pack}.questions", partner="Pak Budi")) <= 5
    middle = any(pack.startswith(one) for one in MIDDLE)
    if middle:
        assert "topic" in CATALOGUE.placeholders(f"sessions.packs.{pack}.topic", language), "for a topic of HR's own"
    for activity in [f"activity_{form}" for form in FORMATS] if middle else ["activity"]:
        assert 3 <= len(reader.list(f"sessions.packs.{pack}.{activity}.steps", partner="Pak Budi")) <= 5
        for addition in ("short", "remote", *(("part",) if middle else ())) if pack != Pack.PREPARE else ():
            assert reader(f"sessions.packs.{pack}.{activity}.{addition}", partner="Pak Budi", topic="x", tools="x")


def test_buttons_are_short_enough_for_a_phone() -> None:
    for language in CATALOGUE.languages:
        for key in CATALOGUE.keys(language):
            if ".buttons." in key:
                label = texts(language).plain(key, **dict.fromkeys(CATALOGUE.placeholders(key, language), "Dewi"))
                assert len(label.split()) <= 4, f"{language}: {key}: {label}"


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


def test_a_company_replaces_single_texts(tmp_path: Path) -> None:
    files = {"id/commands/unknown.md": "Apa itu **{{ word }}**?\n", "id/notice.md": "---\nclose: Beres\n---\n"}
    catalogue = Catalogue.load(own(tmp_path, files))
    assert catalogue.own_problems() == []
    assert catalogue.texts("id")("commands.unknown.body", word="x") == "Apa itu *x*?"
    assert catalogue.texts("id").options("notice") | {"close": "Beres"} == catalogue.texts("id").options("notice")
    assert catalogue.texts("id").plain("notice.title") == "Info"
    assert catalogue.texts("en").plain("notice.close") == "Close"


def test_a_mistake_in_an_override_keeps_our_text(tmp_path: Path) -> None:
    files = {
        "id/commands/unknown.md": "Apa itu {{ wrod }}?\n",
        "id/notice.md": "---\nclose: Beres\nclsoe: Beres\ntitle: {{ x }}\n---\n",
        "id/signup/joined.md": "Tutup {% if programme %}\n",
    }
    catalogue = Catalogue.load(own(tmp_path, files))
    found = [(problem.file.name, problem.line, problem.what) for problem in catalogue.own_problems()]
    assert [where[:2] for where in found] == [
        ("unknown.md", 1),
        ("notice.md", 3),
        ("notice.md", 4),
        ("joined.md", 1),
    ]
    assert "unknown placeholder wrod" in found[0][2]
    assert "there is no such text" in found[1][2]
    assert "quotes" in found[2][2]
    assert "tidak mengenal" in catalogue.texts("id")("commands.unknown.body", word="Apa")
    assert catalogue.texts("id").plain("notice.close") == "Beres"


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_older_path_leads_to_texts_that_are_there(language: str) -> None:
    home = Path(__file__).parents[2] / "prompts" / language
    assert [old for old, new in MOVED.items() if not (home / new).exists()] == []
    files = [path.relative_to(home).as_posix() for path in home.rglob("*.md")]
    assert [path for path in files if current_path(path) != path] == [], "no file is at an older path"
    assert [key for key in CATALOGUE.keys(language) if current_key(key) != key] == []


@pytest.mark.parametrize(
    ("older", "current"),
    [
        ("join/form.md", "signup/form.md"),
        ("match/card.md", "matching/pair.md"),
        ("match/draft.md", "matching/draft.md"),
        ("packs/topics/ai_tools.md", "sessions/packs/topics/ai_tools.md"),
        ("roster.md", "roster/import.md"),
        ("roster/import.md", "roster/import.md"),
        ("errors.md", "errors.md"),
    ],
)
def test_an_older_path_and_its_keys_become_the_current_ones(older: str, current: str) -> None:
    assert current_path(older) == current
    key = f"{older.removesuffix('.md').replace('/', '.')}.modal.title"
    assert current_key(key) == f"{current.removesuffix('.md').replace('/', '.')}.modal.title"


def test_texts_of_a_company_at_an_older_path_keep_working_and_the_check_names_the_current_one(tmp_path: Path) -> None:
    files = {
        "id/join/joined.md": "{{ Kamu }} sudah terdaftar di **{{ programme }}**.\n",
        "id/roster.md": "---\nsubmit: Lihat {{ berkas }}\nclose: Sudah\n---\n",
        "jv/packs/contract.md": "---\nquestions: [Apa kabare?]\n---\n",
    }
    folder = own(tmp_path, files)
    catalogue = Catalogue.load(folder)
    assert catalogue.texts("id", "ibu")("signup.joined.body", programme="X") == "Ibu sudah terdaftar di *X*."
    assert catalogue.texts("id").plain("roster.import.close") == "Sudah"
    assert catalogue.texts("jv").list("sessions.packs.contract.questions", partner="x") == ["Apa kabare?"]
    assert catalogue.own["id"] == {"signup.joined.body", "roster.import.submit", "roster.import.close"}
    told = {(one.file.relative_to(folder).as_posix(), one.advice): one.what for one in catalogue.own_problems()}
    assert "id/signup/joined.md" in told["id/join/joined.md", True]
    assert "id/roster/import.md" in told["id/roster.md", True]
    assert "jv/sessions/packs/contract.md" in told["jv/packs/contract.md", True]
    assert "unknown placeholder berkas" in told["id/roster.md", False], "a mistake is told where it is"


def test_an_older_placeholder_keeps_working_and_the_check_names_the_current_one(tmp_path: Path) -> None:
    files = {
        "en/care/leave/hr.md": "{{ mentor }} and {{ mentee_name }} ({{mentee}}), mentor and mentee, are apart.\n",
        "en/insight/summary.md": "---\nmoved: '{% if mentees %}{{ mentees }} × {{ mentors }}{% endif %}'\n---\n",
    }
    catalogue = Catalogue.load(own(tmp_path, files))
    english = catalogue.texts("en")
    shown = english("care.leave.hr.body", mentor="Sari", leader="Budi")
    assert shown == "Sari and Budi (Budi), mentor and mentee, are apart."
    assert english.plain("insight.summary.moved", mentors=1, leaders=2) == "2 × 1"
    problems = catalogue.own_problems()
    assert all(problem.advice for problem in problems)
    assert [(problem.file.name, problem.what.rpartition(": ")[2]) for problem in problems] == [
        ("hr.md", "placeholder mentee is still understood, but is now called leader"),
        ("hr.md", "placeholder mentee_name is still understood, but is now called leader_name"),
        ("summary.md", "placeholder mentees is still understood, but is now called leaders"),
    ]


def test_a_text_at_the_current_path_counts_before_one_at_an_older_path(tmp_path: Path) -> None:
    files = {"id/join/joined.md": "Lama\n", "id/signup/joined.md": "Baru\n"}
    catalogue = Catalogue.load(own(tmp_path, files))
    assert catalogue.texts("id")("signup.joined.body", programme="X") == "Baru"
    assert any("signup.joined.body is also in" in one.what for one in catalogue.own_problems())


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


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_message_can_be_looked_at(language: str) -> None:
    messages = {entry.file for entry in CATALOGUE.shown(language).values()}
    home = Path(__file__).parents[2] / "prompts" / language
    for file in messages:
        key = ".".join(file.relative_to(home).with_suffix("").parts)
        shown = preview(CATALOGUE, key, Preview(language))
        assert "{{" not in shown
        assert "<" not in shown.replace("<1>", "")
        assert max(map(len, shown.splitlines())) <= 60


def test_a_message_is_shown_with_its_title_first_and_its_buttons_last() -> None:
    lines = preview(CATALOGUE, "matching.introduction.mentee", Preview("id", "ibu")).splitlines()
    assert lines[0] == "Ini mentor Ibu"
    assert lines[-1] == "[Pilih waktu] [Buka grup] [Ada yang mengganjal]"
    assert any("Sari" in line for line in lines)
    assert not any("*" in line for line in lines)


def test_a_pack_is_shown_as_it_is_sent_to_both() -> None:
    shown = preview(CATALOGUE, "sessions.packs.hands_on_4", Preview("en", form="observation"))
    pack, frame = CATALOGUE.texts("en").plain, "sessions.packs.frame"
    activity = "sessions.packs.hands_on_4.activity_observation"
    assert shown.count(pack(f"{frame}.activity", name=pack(f"{activity}.name"), minutes=25)) == 3
    assert " ".join(f"[{pack(f'{frame}.buttons.{one}')}]" for one in ("more", "move", "concern")) in shown
    part = pack(f"{frame}.part", text=pack(f"{activity}.part")).replace("**", "")
    assert part in shown.replace("\n", " ")


def test_one_text_alone_and_what_is_not_there() -> None:
    assert preview(CATALOGUE, "notice.close", Preview("en")) == "Close"
    bold = preview(CATALOGUE, "commands.unknown.body", Preview("id", colours=True))
    assert "\x1b[" in bold
    with pytest.raises(NoSuchText) as unknown:
        preview(CATALOGUE, "sessions.nuge_mentor", Preview("id"))
    assert unknown.value.near[0] == "sessions.nudge_mentor"
    with pytest.raises(NoSuchText) as folder:
        preview(CATALOGUE, "sessions", Preview("id"))
    assert all(one.startswith("sessions.") for one in folder.value.near)
    older = preview(CATALOGUE, "packs.hands_on_4", Preview("en"))
    assert older == preview(CATALOGUE, "sessions.packs.hands_on_4", Preview("en"))
    with pytest.raises(NoSuchText) as deeper:
        preview(CATALOGUE, "sessions.packs.contrat", Preview("id"))
    assert deeper.value.near[0] == "sessions.packs.contract"


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
