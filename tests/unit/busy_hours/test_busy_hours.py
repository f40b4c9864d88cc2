"""Which calendar links are accepted, which addresses are fetched from, and how busy intervals are stored."""

import itertools
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars.addresses import is_public
from bot.domain.busy_hours import (
    HostRules,
    LinkProblem,
    LinkRefused,
    mask,
    merge,
    read_link,
    read_spans,
    subtract,
    write_spans,
)
from bot.domain.calendar import local
from bot.services.busy_hours.nights import next_night
from storage.tables import Person

GOOGLE = "https://calendar.google.com/calendar/ical/sari%40example.com/private-0a1b2c3d4e5f/basic.ics"


@pytest.mark.parametrize(
    ("pasted", "host", "link"),
    [
        (GOOGLE, "calendar.google.com", GOOGLE),
        (f"  <{GOOGLE}>\n", "calendar.google.com", GOOGLE),
        (
            "webcal://p01-caldav.icloud.com/published/2/MTIz",
            "p01-caldav.icloud.com",
            "https://p01-caldav.icloud.com/published/2/MTIz",
        ),
        (
            "WEBCAL://outlook.office365.com/owa/calendar/0a1b@example.com/2c3d/calendar.ics",
            "outlook.office365.com",
            "https://outlook.office365.com/owa/calendar/0a1b@example.com/2c3d/calendar.ics",
        ),
        (
            "https://cloud.example.id/remote.php/dav/public-calendars/x1Y2?export",
            "cloud.example.id",
            "https://cloud.example.id/remote.php/dav/public-calendars/x1Y2?export",
        ),
        ("https://[2606:4700::1111]/a.ics#now", "2606:4700::1111", "https://[2606:4700::1111]/a.ics"),
    ],
)
def test_links_that_products_offer(pasted: str, host: str, link: str) -> None:
    address = read_link(pasted)
    assert (address.host, address.link, address.scheme) == (host, link, "https")
    HostRules().check(address)
    assert link.partition(host)[2] not in repr(address)
    assert mask(host) == f"{host}/…"


@pytest.mark.parametrize(
    ("pasted", "problem"),
    [
        ("", LinkProblem.NO_LINK),
        ("my calendar", LinkProblem.NO_LINK),
        ("ftp://example.com/a.ics", LinkProblem.NO_LINK),
        ("file:///etc/passwd", LinkProblem.NO_LINK),
        ("https:///a.ics", LinkProblem.NO_LINK),
        ("https://exa mple.com/a.ics", LinkProblem.NO_LINK),
        ("https://example.com\\@localhost/a.ics", LinkProblem.NO_LINK),
        ("https://contoh．com/a.ics", LinkProblem.NO_LINK),
        ("https://example.com:99999/", LinkProblem.NO_LINK),
        ("https://2130706433/", LinkProblem.NO_LINK),
        ("https://0x7f.1/", LinkProblem.NO_LINK),
        ("https://127.1/", LinkProblem.NO_LINK),
        ("https://010.0.0.1/", LinkProblem.NO_LINK),
        ("https://example.com/" + "a" * 2000, LinkProblem.NO_LINK),
        ("https://sari:secret@example.com/a.ics", LinkProblem.HAS_PASSWORD),
    ],
)
def test_other_links_are_refused(pasted: str, problem: LinkProblem) -> None:
    with pytest.raises(LinkRefused) as refused:
        read_link(pasted)
    assert refused.value.problem is problem
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("link", "allowed"),
    [
        ("https://calendar.google.com/a", True),
        ("https://google.com.example.org/a", False),
        ("https://evil.google.com/a", False),
        ("https://other.example.org/a", False),
        ("http://calendar.google.com/a", False),
        ("https://calendar.google.com:8443/a", False),
        ("https://cloud.internal:8443/a", True),
        ("https://cloud.internal/a", False),
        ("http://127.0.0.1:8311/a", True),
        ("http://127.0.0.1:8312/a", False),
    ],
)
def test_the_operator_allows_and_forbids_hosts(link: str, allowed: bool) -> None:
    private = frozenset({"https://cloud.internal:8443", "http://127.0.0.1:8311"})
    rules = HostRules(frozenset({"google.com"}), frozenset({"evil.google.com"}), private)
    address = read_link(link)
    if allowed:
        rules.check(address)
        assert rules.is_private(address) == (address.origin in private)
    else:
        with pytest.raises(LinkRefused):
            rules.check(address)


PUBLIC = ("8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8")
NOT_PUBLIC = (
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.8.8.8", "0.0.0.0", "255.255.255.255", "224.0.0.1"),
    *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "203.0.113.1"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "fe80::1%eth0", "fd00:ec2::254", "fec0::1", "ff02::1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:db8::1", "not an address", ""),
)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_private_and_local_addresses(address: str) -> None:
    assert not is_public(address)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds are naive


@given(st.lists(st.tuples(MOMENTS, st.timedeltas(timedelta(), timedelta(days=3)))))
def test_merged_intervals_cover_the_same_and_survive_storing(drawn: list[tuple[datetime, timedelta]]) -> None:
    spans = [(start, start + length) for start, length in drawn]
    merged = merge(spans)
    assert read_spans(write_spans(merged)) == merged
    assert all(first[1] < second[0] for first, second in itertools.pairwise(merged))
    for start, end in spans:
        if start < end:
            assert any(begins <= start and end <= ends for begins, ends in merged)
    assert sum((end - start for start, end in merged), timedelta()) <= sum(
        (end - start + timedelta(minutes=2) for start, end in spans), timedelta()
    )


def test_a_session_is_taken_out_of_the_intervals() -> None:
    nine, ten, eleven, noon = (datetime(2027, 1, 5, hour, tzinfo=UTC) for hour in (9, 10, 11, 12))
    assert subtract([(nine, noon)], (ten, eleven)) == ((nine, ten), (eleven, noon))
    assert subtract([(ten, eleven)], (nine, noon)) == ()
    assert subtract([(nine, ten), (eleven, noon)], (ten, eleven)) == ((nine, ten), (eleven, noon))


@given(MOMENTS, st.integers(1, 10_000), st.sampled_from(("Asia/Jakarta", "America/New_York", "Europe/Berlin")))
def test_calendars_are_read_at_night(now: datetime, person_id: int, zone: str) -> None:
    person = Person(id=person_id, team_id="T", slack_id="U", name="", zone=zone, created_at=now)
    night = next_night(now, person)
    assert time(1) <= local(night, zone).time() <= time(6), "an hour later where clocks changed in that night"
    assert timedelta(hours=1) < night - now <= timedelta(hours=27)
