"""What texts and their placeholders were called before: a company's own folder may still have the older names."""

from jinja2 import Environment, TemplateSyntaxError

MOVED = {
    "cards/": "outcomes/cards/",
    "certificate/": "closing/certificate/",
    "cohort/": "programme/next_cohort/",
    "concern/": "care/concern/",
    "days/": "programme/days_off/",
    "growth/": "outcomes/",
    "introduce/": "matching/introduction/",
    "join/": "signup/",
    "leave/": "care/leave/",
    "match/": "matching/",
    "match/card.md": "matching/pair.md",
    "match/gates.md": "matching/release_checklist.md",
    "match/left.md": "matching/unmatched_message.md",
    "match/leftover.md": "matching/unmatched_causes.md",
    "measures/": "surveys/",
    "midway/ask.md": "care/midway.md",
    "packs/": "sessions/packs/",
    "part/": "care/parting/",
    "pause/": "care/pause/",
    "prepare/": "orientation/",
    "recruit/": "recruiting/",
    "report/": "insight/report/",
    "resume/": "care/resume/",
    "rhythm/": "sessions/cadence/",
    "risk/": "care/at_risk/",
    "risk/look.md": "care/at_risk/pair_detail.md",
    "roster.md": "roster/import.md",
    "setup/": "programme/setup/",
    "sheet/": "spreadsheets/",
    "sponsor/": "programme/sponsor/",
    "story/": "closing/story/",
    "summary/report.md": "insight/summary.md",
    "themes/": "programme/themes/",
    "topics.md": "programme/topics.md",
    "trouble/": "alerts/",
}
"""Older path below a language's folder → path now. A folder ends in a slash; the longest that fits counts."""

PLACEHOLDERS = {
    "mentee": "leader",
    "mentees": "leaders",
    "mentee_name": "leader_name",
    "mentee_styles": "leader_styles",
}
"""Older name of a placeholder → name now."""

_ENVIRONMENT = Environment(autoescape=False, keep_trailing_newline=True)  # only reads: nothing is rendered with it


def current_placeholders(source: str) -> tuple[str, tuple[str, ...]]:
    """The text with the current names of its placeholders, and the older names that it had, sorted."""
    if not any(old in source for old in PLACEHOLDERS):
        return source, ()
    try:
        tokens = [(kind, value) for _, kind, value in _ENVIRONMENT.lex(source)]
    except TemplateSyntaxError:
        return source, ()  # it is not used, and reported with this mistake
    older = {value for kind, value in tokens if kind == "name" and value in PLACEHOLDERS}
    current = (PLACEHOLDERS.get(value, value) if kind == "name" else value for kind, value in tokens)
    return "".join(current) if older else source, tuple(sorted(older))


def current_path(path: str) -> str:
    """`join/form.md` → `signup/form.md`. A path that has not changed is returned as it is."""
    fitting = [old for old in MOVED if path == old or (old.endswith("/") and path.startswith(old))]
    old = max(fitting, key=len, default="")
    return MOVED[old] + path.removeprefix(old) if old else path


def current_key(key: str) -> str:
    """`join.form.intro` → `signup.form.intro`: as `current_path`, for the key of a text."""
    names = key.split(".")
    paths = ["/".join(names[:count]) + ".md" for count in range(1, len(names) + 1)]
    if set(paths) & set(MOVED.values()):
        return key  # of a file that has moved already
    for count, path in enumerate(paths, 1):
        if (current := current_path(path)) != path:
            return ".".join([*current.removesuffix(".md").split("/"), *names[count:]])
    return key
