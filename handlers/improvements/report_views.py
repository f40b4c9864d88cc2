"""What people suggest and share, in HR's report: by area."""

from collections.abc import Iterator, Sequence

from bot.domain.improvements import Area, Shared, by_area
from prompts.catalogue import Texts

KEY = "improvements.report"


def area_name(texts: Texts, area: Area) -> str:
    return texts.plain(f"labels.improvement_areas.{area}")


def counted(texts: Texts, shared: Sequence[Shared]) -> Iterator[tuple[str, int]]:
    """The areas with how many shared texts each has."""
    for area, found in by_area(shared):
        yield area_name(texts, area), len(found)


def lines(texts: Texts, shared: Sequence[Shared]) -> list[str]:
    """Each text with its area, and its writer's name if they agreed."""
    return [
        texts.plain(f"{KEY}.text", area=area_name(texts, area), text=one.text, name=one.name)
        for area, found in by_area(shared)
        for one in found
    ]


def cells(texts: Texts, shared: Sequence[Shared]) -> list[tuple[str, str, str]]:
    """Rows of the workbook's sheet: area, text, name."""
    return [(area_name(texts, area), one.text, one.name) for area, found in by_area(shared) for one in found]


def line(texts: Texts, shared: Sequence[Shared]) -> list[str]:
    """For the message above the files."""
    if not shared:
        return []
    counts = [texts(f"{KEY}.count", area=name, count=count) for name, count in counted(texts, shared)]
    return [texts(f"{KEY}.line", count=len(shared), areas=texts.join(counts))]
