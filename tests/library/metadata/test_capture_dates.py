"""One rule of belief: claims that agree give the richest, contradictions go by rank, the future waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.library.metadata.capture_dates import DAY, Rank, is_doubtful, latest, resolve
from dinodesk.library.metadata.date_parsing import parse_date
from dinodesk.records import CaptureDate, DateClaim

SOURCES = {
    Rank.SIDECAR_ORIGINAL: "sidecar", Rank.SIDECAR_CREATED: "sidecar", Rank.EXIF_ORIGINAL: "EXIF",
    Rank.XMP_ORIGINAL: "XMP", Rank.IPTC_CREATED: "IPTC", Rank.EXIF_DIGITIZED: "EXIF, digitized",
    Rank.EXIF_CHANGED: "EXIF, last change", Rank.GPS: "GPS",
}  # fmt: skip
CLAIMS = st.builds(
    DateClaim,
    st.integers(0, 3 * 86_400).map(float),
    st.none() | st.sampled_from([-600, 0, 60, 120]),
    st.sampled_from(("year", "month", "day", "minute", "second")),
    st.sampled_from(("sidecar", "EXIF", "XMP")),
    st.integers(0, 9),
)


def claim(rank: Rank, written: str) -> DateClaim:
    date = parse_date(written)
    assert date is not None
    return date.claim(SOURCES[rank], rank)


def believed(*claims: tuple[Rank, str]) -> tuple[str, int | None, str]:
    found = resolve([claim(rank, written) for rank, written in claims])
    assert found is not None
    clock = f"{datetime.fromtimestamp(found.clock, UTC):%Y-%m-%d %H:%M:%S}"
    return clock, found.utc_offset, found.source


EXIF = (Rank.EXIF_ORIGINAL, "2024:07:01 10:30:00+02:00")


@pytest.mark.parametrize(
    ("sidecar", "clock", "offset", "source"),
    [
        ("2024:07:01 10:30:00.000", "2024-07-01 10:30:00", 120, "EXIF"),  # darktable: the photo's own clock
        ("2024-07-01", "2024-07-01 10:30:00", 120, "EXIF"),
        ("2024-07-01T00:00:00", "2024-07-01 10:30:00", 120, "EXIF"),  # a day, as many programs write it
        ("2024-07-01T10:30", "2024-07-01 10:30:00", 120, "EXIF"),
        ("2024-07", "2024-07-01 10:30:00", 120, "EXIF"),
        ("2024-07-01 10:30:00", "2024-07-01 10:30:00", 120, "EXIF"),
        ("2024-07-01T08:30:00Z", "2024-07-01 10:30:00", 120, "EXIF"),  # the same instant, told in UTC
        ("2024-07-01T11:30:00+02:00", "2024-07-01 11:30:00", 120, "sidecar"),
        ("2024-07-01T10:30:00+03:00", "2024-07-01 10:30:00", 180, "sidecar"),
        ("2024-07-01 11:30:00", "2024-07-01 11:30:00", 120, "sidecar"),  # the camera's own zone,
        ("2024-07-02", "2024-07-02 00:00:00", None, "sidecar"),
        ("2024-07-01 10:34:00", "2024-07-01 10:34:00", 120, "sidecar"),  # a drifting clock was set right
    ],
)
def test_a_sidecar_and_the_photo(sidecar: str, clock: str, offset: int | None, source: str) -> None:
    assert believed((Rank.SIDECAR_ORIGINAL, sidecar), EXIF) == (clock, offset, source)


@pytest.mark.parametrize(
    "midnight", ["2024-07-01T00:00:00Z", "2024-07-01T00:00:00+02:00", "2024-07-01T00:00:00"]
)
def test_a_midnight_of_a_program_is_a_day_whatever_zone_it_names(midnight: str) -> None:
    assert believed((Rank.SIDECAR_ORIGINAL, midnight), EXIF) == ("2024-07-01 10:30:00", 120, "EXIF")


@pytest.mark.parametrize(
    "other",
    [
        (Rank.EXIF_CHANGED, "2024:01:01 18:00:00"),
        (Rank.GPS, "2024:01:01 05:00:03Z"),
        (Rank.EXIF_CHANGED, "2024:01:01 18:00:00+01:00"),
    ],
)
def test_a_midnight_is_refined_by_no_edit_and_no_satellite(other: tuple[Rank, str]) -> None:
    found = believed((Rank.EXIF_ORIGINAL, "2024:01:01 00:00:00"), other)
    assert found[0] == "2024-01-01 00:00:00" and found[2] == "EXIF"
    stated = believed(
        (Rank.EXIF_ORIGINAL, "2024:01:01 00:00:00+00:00"), (Rank.XMP_ORIGINAL, "2024-01-01T18:00:00")
    )
    assert stated == ("2024-01-01 00:00:00", 0, "EXIF")  # a camera that knows its zone knows its time


def test_a_create_date_is_when_the_photo_was_digitized_unless_a_person_changed_it() -> None:
    original, scan = (Rank.EXIF_ORIGINAL, "1985:07:01 10:00:00"), (Rank.EXIF_DIGITIZED, "2024:08:15 12:00:00")
    assert believed(original, scan, (Rank.SIDECAR_CREATED, "2024-08-15T12:00:00"))[0] == "1985-07-01 10:00:00"
    assert believed(original, scan, (Rank.SIDECAR_CREATED, "1986-01-01T09:00:00"))[0] == "1986-01-01 09:00:00"
    assert believed((Rank.SIDECAR_CREATED, "1986-01-01T09:00:00"))[0] == "1986-01-01 09:00:00"


def test_utc_that_stands_in_for_a_zone_is_none_beside_a_clock() -> None:
    bare, iptc = (Rank.EXIF_ORIGINAL, "2024:07:01 10:30:00"), (Rank.IPTC_CREATED, "2024-07-01T10:30:00Z")
    assert believed(bare, iptc) == ("2024-07-01 10:30:00", None, "EXIF")
    assert believed(EXIF, iptc) == ("2024-07-01 10:30:00", 120, "EXIF")
    assert believed(iptc) == ("2024-07-01 10:30:00", 0, "IPTC")


def test_coordinates_go_before_a_late_satellite_and_a_satellite_before_nothing() -> None:
    bare = claim(Rank.EXIF_ORIGINAL, "2024:07:01 10:30:00")
    late, good = (claim(Rank.GPS, f"2024:07:01 {clock}Z") for clock in ("08:14:00", "08:29:30"))
    for claims in ([bare, late], [bare, good]):
        found = resolve(claims, offset_at_place=lambda _clock: 120)
        assert found is not None and (found.utc_offset, found.zone_from) == (120, "gps_place")
    assert [getattr(resolve([bare, each]), "utc_offset", 0) for each in (late, good)] == [None, 120]
    home = resolve([bare, good], offset_at_place=lambda _clock: 540)  # a camera on the clock of its home
    assert home is not None and (home.utc_offset, home.zone_from) == (120, "gps_clock")


def test_the_richest_of_one_sidecar_counts_and_the_corrected_one_goes_first() -> None:
    day, clock = (Rank.SIDECAR_ORIGINAL, "2024-07-01"), (Rank.SIDECAR_ORIGINAL, "2024-07-01T10:40:00+02:00")
    assert believed(day, clock) == believed(clock, day) == ("2024-07-01 10:40:00", 120, "sidecar")
    old, new = (Rank.SIDECAR_ORIGINAL, "2024-07-01T10:30:00"), (Rank.SIDECAR_ORIGINAL, "2024-07-01T12:00:00")
    for order in ((old, new), (new, old)):
        assert believed(*order, EXIF) == ("2024-07-01 12:00:00", 120, "sidecar")


def test_ranks_decide_only_where_claims_contradict() -> None:
    scan = (Rank.EXIF_DIGITIZED, "2020:01:01 12:00:00+01:00")
    assert believed(scan, (Rank.XMP_ORIGINAL, "1965-07")) == ("1965-07-01 00:00:00", None, "XMP")
    digitized = (Rank.EXIF_DIGITIZED, "2024:07:01 10:30:00+02:00")
    found = believed(digitized, (Rank.EXIF_ORIGINAL, "2024:07:01 10:30:00"))
    assert found == ("2024-07-01 10:30:00", 120, "EXIF, digitized")


@pytest.mark.parametrize(
    ("gps", "offset"),
    [
        ("2024:07:01 08:29:12Z", 120),
        ("2024:07:01 04:45:30Z", 345),  # Nepal
        ("2024:07:01 08:22:00Z", None),  # an old fix
        ("2024:07:03 08:30:00Z", None),
    ],
)
def test_the_time_of_gps_tells_the_zone_of_a_clock(gps: str, offset: int | None) -> None:
    found = resolve([claim(Rank.EXIF_ORIGINAL, "2024:07:01 10:30:00"), claim(Rank.GPS, gps)])
    assert found is not None and found.utc_offset == offset
    assert found.zone_from == ("gps_clock" if offset is not None else "")


def test_a_date_in_the_future_is_believed_when_its_day_has_come() -> None:
    future = claim(Rank.EXIF_ORIGINAL, "2027:06:01 10:00:00")
    past = claim(Rank.IPTC_CREATED, "2020-01-01T00:00:00")
    when = future.instant
    assert resolve([future], when - 2 * DAY) is None and resolve([future], when) is not None
    found = resolve([future, past], when - 2 * DAY)
    assert found is not None and found.source == "IPTC"
    assert is_doubtful(future, when - 2 * DAY) and not is_doubtful(future, when - DAY)
    assert latest([past, future]) == when and latest([]) is None


@given(st.lists(CLAIMS, max_size=5), st.floats(0, 4 * 86_400))
def test_what_is_believed_is_claimed_and_not_in_the_future(claims: list[DateClaim], now: float) -> None:
    found = resolve(claims, now)
    told = [each for each in claims if not is_doubtful(each, now)]
    assert (found is None) == (not told)
    if found is not None:
        assert found.clock in {each.clock for each in told}
        assert found.source in {each.source for each in told}
        assert resolve(told) == found


@given(CLAIMS, st.lists(CLAIMS, max_size=3))
def test_the_same_claim_again_changes_nothing(one: DateClaim, others: list[DateClaim]) -> None:
    assert resolve([one, *others]) == resolve([one, one, *others])


def test_no_claims_are_no_date() -> None:
    assert resolve([]) is None
    assert resolve([claim(*EXIF)]) == CaptureDate(
        1719829800.0, 120, "second", "EXIF", "stated", instant_known=True
    )
