"""Links in the documentation lead to files and headings that exist. Needs no network: addresses are not asked."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.command_line import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
CODE = re.compile(r"^( *)(```|~~~).*?^\1\2[^\S\n]*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^()\s]+(?:\([^()\s]*\))?)\)|<img[^>]* src=\"([^\"]+)\"|^\[[^\]]+\]: (\S+)", re.MULTILINE)
QUICK_STARTS = ("try", "hr", "operator", "contributor")
ONE_PAGE = 60
"""Lines."""


def links(page: Path) -> list[str]:
    text = CODE.sub("", page.read_text("utf-8"))
    return [next(filter(None, match.groups())) for match in LINK.finditer(text)]


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^( *)(```|~~~).*?^\1\2[^\S\n]*$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    found: list[str] = []
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return frozenset(found)


def problems_of(page: Path, link: str) -> str | None:
    if re.match(r"(https?|mailto):", link):
        return None
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or ROOT not in target.parents:
        return f"{page.relative_to(ROOT)}: {link}: there is no such file"
    if anchor and anchor not in anchors(target):
        return f"{page.relative_to(ROOT)}: {link}: there is no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert [problem for link in links(page) if (problem := problems_of(page, link))] == []


def test_the_test_sees_what_is_wrong(tmp_path: Path) -> None:
    readme = ROOT / "README.md"
    assert problems_of(readme, "docs/no-such-page.md")
    assert problems_of(readme, "docs/operating.md#no-such-heading")
    assert problems_of(readme, "../elsewhere.md")
    assert not problems_of(readme, "docs/operating.md#backups")
    page = tmp_path / "page.md"
    page.write_text("[a](b.md) `[c](d.md)`\n```\n[e](f.md)\n```\n![g](h.png)\n\n# Same\n# Same\n## A `code`: part\n")
    assert links(page) == ["b.md", "h.png"]
    assert anchors(page) == {"same", "same-1", "a-code-part"}


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = [
            (page.parent / unquote(link).partition("#")[0]).resolve() for link in links(page) if "://" not in link
        ]
        waiting += [target for target in targets if target.suffix == ".md" and target.exists()]
    assert set(PAGES) <= reached


@pytest.mark.parametrize("role", QUICK_STARTS)
def test_a_quick_start_is_one_page(role: str) -> None:
    page = ROOT / f"docs/quick-start-{role}.md"
    assert len(page.read_text("utf-8").splitlines()) <= ONE_PAGE
    assert f"docs/{page.name}" in links(ROOT / "README.md")


def test_the_first_screen_shows_what_it_is_a_picture_and_two_commands() -> None:
    top = (ROOT / "README.md").read_text("utf-8").splitlines()[:30]
    text = "\n".join(top)
    assert "reverse mentoring" in text
    assert '<img src="docs/pictures/' in text
    commands = [line for line in top if line.startswith("make ")]
    assert [line.split()[1] for line in commands] == ["demo", "run"]
