"""Fetching calendars: only from where the operator and the internet allow it, and never more than a calendar."""

import asyncio
import gzip

import pytest
from aiohttp import web

from bot.calendars import fetch
from bot.calendars.fetch import Fetched, Fetcher
from bot.clock import NO_HURRY, TimeLimits
from bot.domain.busy_hours import HostRules, LinkProblem, LinkRefused, read_link
from tests.calendars.servers import Answer, bomb, replies, serving

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


async def fetched(answer: Answer, path: str = "/a.ics", limits: TimeLimits = NO_HURRY, **known: str) -> Fetched:
    """What comes of a link to a server that the operator named."""
    async with serving(answer) as origin:
        fetcher = Fetcher(HostRules(private=frozenset({origin})), limits)
        try:
            return await fetcher.fetch(read_link(origin + path), **known)
        finally:
            await fetcher.close()


async def problem(answer: Answer, limits: TimeLimits = NO_HURRY) -> LinkProblem:
    with pytest.raises(LinkRefused) as refused:
        await fetched(answer, limits=limits)
    return refused.value.problem


async def test_a_calendar_is_fetched_and_asked_for_once_more_only_if_it_changed() -> None:
    asked: list[tuple[str | None, str | None]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append((request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")))
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(body=CALENDAR, headers={"ETag": '"1"', "Last-Modified": "Mon, 30 Nov 2026 10:00:00 GMT"})

    first = await fetched(answer)
    assert first == Fetched(CALENDAR, '"1"', "Mon, 30 Nov 2026 10:00:00 GMT")
    again = await fetched(answer, etag=first.etag, modified=first.modified)
    assert again == Fetched(None, first.etag, first.modified)
    assert asked == [(None, None), (first.etag, first.modified)]


async def test_the_path_is_sent_as_it_was_typed() -> None:
    paths = []

    async def answer(request: web.Request) -> web.StreamResponse:
        paths.append(request.raw_path)
        return web.Response(body=CALENDAR)

    path = "/calendar/ical/sari%40example.com/private-0a%2Fb/basic.ics?export&x=%7E"
    await fetched(answer, path)
    assert paths == [path]


async def test_compressed_calendars_are_unfolded() -> None:
    body = gzip.compress(CALENDAR)
    assert (await fetched(replies(body, Content_Encoding="gzip"))).content == CALENDAR


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, LinkProblem.REFUSED),
        (401, LinkProblem.REFUSED),
        (410, LinkProblem.REFUSED),
        (400, LinkProblem.REFUSED),
        (304, LinkProblem.REFUSED),  # nobody asked whether it changed
        (429, LinkProblem.UNREACHABLE),
        (503, LinkProblem.UNREACHABLE),
    ],
)
async def test_refusals(status: int, expected: LinkProblem) -> None:
    assert await problem(replies(b"", status)) is expected


@pytest.mark.parametrize(
    "answer",
    [
        replies(b"<!doctype html><title>Sign in</title>", Content_Type="text/html"),
        replies(b""),
        replies(b"not compressed", Content_Encoding="gzip"),
        replies(b"?", Content_Encoding="br"),
    ],
)
async def test_what_is_no_calendar(answer: Answer) -> None:
    assert await problem(answer) is LinkProblem.NOT_CALENDAR


async def test_a_compressed_bomb_is_not_unfolded() -> None:
    body = bomb(fetch.MOST_BYTES * 5)
    assert len(body) < 100_000
    assert await problem(replies(body, Content_Encoding="gzip")) is LinkProblem.TOO_LARGE


async def test_an_endless_body_is_cut_off() -> None:
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        reply = web.StreamResponse()
        await reply.prepare(request)
        await reply.write(b"BEGIN:VCALENDAR\r\n")
        while True:
            await reply.write(b"X" * 100_000)
            sent += 100_000

    assert await problem(answer) is LinkProblem.TOO_LARGE
    assert sent < fetch.MOST_BYTES * 3


async def test_a_server_that_never_ends_is_left_after_a_while() -> None:
    over = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        reply = web.StreamResponse()
        await reply.prepare(request)
        await reply.write(b"BEGIN:VCALENDAR\r\n")
        await over.wait()
        return reply

    async with serving(answer) as origin:
        fetcher = Fetcher(HostRules(private=frozenset({origin})), TimeLimits(times=0.01))
        with pytest.raises(LinkRefused) as refused:
            await fetcher.fetch(read_link(f"{origin}/a.ics"))
        over.set()
        await fetcher.close()
    assert refused.value.problem is LinkProblem.UNREACHABLE


async def test_headers_without_end_are_refused() -> None:
    assert await problem(replies(CALENDAR, X_Long="x" * 100_000)) is LinkProblem.UNREACHABLE


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://127.0.0.1/a.ics", LinkProblem.PRIVATE),
        ("https://localhost/a.ics", LinkProblem.PRIVATE),  # only its resolution says where it leads
        ("https://[::1]/a.ics", LinkProblem.PRIVATE),
        ("https://[::ffff:10.0.0.1]/a.ics", LinkProblem.PRIVATE),
        ("https://169.254.169.254/latest/meta-data/", LinkProblem.PRIVATE),
        ("https://168.63.129.16/", LinkProblem.PRIVATE),
        ("http://127.0.0.1/a.ics", LinkProblem.NO_LINK),
        ("//192.168.1.1/a.ics", LinkProblem.NO_LINK),
        ("file:///etc/passwd", LinkProblem.NO_LINK),
        ("https://sari:secret@example.com/", LinkProblem.HAS_PASSWORD),
        ("", LinkProblem.REFUSED),  # to itself, for ever
        ("/a.ics", LinkProblem.REFUSED),
    ],
)
async def test_redirects_lead_to_no_private_address(location: str, expected: LinkProblem) -> None:
    assert await problem(replies(b"", 302, Location=location)) is expected


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/a.ics":
            return web.Response(status=307, headers={"Location": "b.ics"})
        return web.Response(body=CALENDAR)

    assert (await fetched(answer)).content == CALENDAR


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://127.0.0.1:443/a.ics", LinkProblem.PRIVATE),
        ("https://localhost/a.ics", LinkProblem.PRIVATE),
        ("https://169.254.169.254/a.ics", LinkProblem.PRIVATE),
        ("http://example.com/a.ics", LinkProblem.NO_LINK),
        ("https://calendar.invalid/a.ics", LinkProblem.UNREACHABLE),
    ],
)
async def test_without_the_operator_no_private_host_is_connected(link: str, expected: LinkProblem) -> None:
    fetcher = Fetcher(HostRules(), NO_HURRY)
    with pytest.raises(LinkRefused) as refused:
        await fetcher.fetch(read_link(link))
    await fetcher.close()
    assert refused.value.problem is expected
    assert refused.value.__cause__ is None


async def test_a_plain_server_is_no_tls_server() -> None:
    async with serving(replies(CALENDAR)) as origin:
        secure = origin.replace("http:", "https:")
        fetcher = Fetcher(HostRules(private=frozenset({secure})), NO_HURRY)
        with pytest.raises(LinkRefused) as refused:
            await fetcher.fetch(read_link(f"{secure}/a.ics"))
        await fetcher.close()
    assert refused.value.problem is LinkProblem.UNREACHABLE
