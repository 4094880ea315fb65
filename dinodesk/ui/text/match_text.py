"""What is said of how many photos match a query, and of what that rests on."""

from __future__ import annotations

from dataclasses import dataclass

from dinodesk.records import STOPS, Certainty, FittedLine, Stop, TemplateSet
from dinodesk.settings import SPECS
from dinodesk.wording import count

MIXED_BELOW = 0.35
"""Where the good photos are right with a chance below this on average, about two of three are wrong: the
header asks to check some instead of promising a number."""

EXACT_BELOW = 10
"""So few photos are counted, not estimated: a person sees them all at once."""
ROUNDED_ABOVE = 20
"""Above so many, a number that is estimated is told with two figures."""

STOP_NAMES: dict[Stop, str] = {stop: dict(SPECS["auto_stop"].choices)[stop] for stop in STOPS}
"""What the stops are called."""
WORDING_NAMES: dict[TemplateSet, str] = {
    "none": "As typed",
    "simple": "“a photo of a …”",
    "openai80": "80 sentences, averaged",
}
"""What the sets of templates are called."""
WORDING_HINTS: dict[TemplateSet, str] = {
    "none": "The model reads the sentence as you typed it, as those that Auto was fitted on.",
    "simple": "The model reads “a photo of a” before your words. How sure matches are is estimated then.",
    "openai80": "The model reads your words in the 80 sentences of CLIP, as “a bad photo of a …”; their "
    "mean counts. How sure matches are is estimated then.",
}
"""What the sets of templates do."""

AUTO_HINTS = {
    True: "Auto judges each query by how its scores lie among all photos.\n"
    "Moving a slider or the cut turns it off for this query.",
    False: "You set this query's line. Auto judges it again by how its scores lie among all photos.",
}
"""What Auto does, by whether it is on."""
STOP_HINTS = {
    True: SPECS["auto_stop"].sentence,
    False: "Auto is off: the cut is yours.",
}
"""What a stop is, by whether Auto is on."""

BADGES: dict[Certainty | None, tuple[str, str, str]] = {
    "estimated": (
        "estimated",
        "estimated",
        "How sure a match is, is estimated from how the scores of this query stand out among all photos.",
    ),
    "fitted": (
        "fitted on your photos",
        "fitted",
        "How sure a match is, was fitted for this model, on how this query's scores lie among your photos.",
    ),
    "checked": (
        "checked by you",
        "checked",
        "How sure a match is, follows what you said of photos of this query.",
    ),
    None: (
        "set by you",
        "by you",
        "You moved a slider or the cut: confidences follow them, for this query. Auto takes them back.",
    ),
}
"""By what confidences rest on, None for the person's own sliders: the badge, the badge where there is little
room, and what it means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """How many photos of a query match.

    Attributes:
        good, possible: photos of the two zones.
        mean: the mean confidence of the good ones.
        certainty: what that rests on; None for sliders that the person moved.
        clear: whether anything stands out.
    """

    good: int
    possible: int
    mean: float
    certainty: Certainty | None
    clear: bool


def is_clear(matches: Matches) -> bool:
    """Whether there is anything above the edges of the zones; else only the closest can be shown."""
    return bool(matches.good or (matches.possible and matches.clear))


def matches_head(matches: Matches, *, checkable: bool) -> tuple[str, str]:
    """What the header says of the matches, and further numbers behind it ("" for none); `checkable` tells
    whether a few can be checked, as of one sentence or photo alone."""
    if not is_clear(matches):
        return "No clear match. Closest photos:", ""
    good, possible = matches.good, matches.possible
    exact = matches.certainty in (None, "checked")
    more = f" · {_rounded(possible, exact)} possible" if possible else ""
    if good == 0:
        return f"No good match{more}", ""
    about = "" if exact or good < EXACT_BELOW else "About "
    numbered = f"{_rounded(good, exact)} good {'match' if good == 1 else 'matches'}{more}"
    if matches.certainty is not None and matches.mean < MIXED_BELOW:
        return "Mixed results" + ": check a few" * checkable, f" · {about.lower()}{numbered}"
    return about + numbered, ""


def matches_exactly(matches: Matches, rest: int) -> str:
    """The numbers of the three zones as they are; `rest` is that of the photos of neither."""
    good = count(matches.good, "good match", "good matches")
    return f"{good}, {matches.possible:,} possible, {rest:,} less likely"


def _rounded(number: int, exact: bool) -> str:
    if exact or number <= ROUNDED_ABOVE:
        return f"{number:,}"
    unit = 10 ** (len(str(number)) - 2)
    return f"{round(number / unit) * unit:,}"


def term_meaning(name: str, matches: int, fitted: FittedLine, stop: Stop, *, negated: bool) -> str:
    """What a term of a composed query does by itself, and by which line; `name` as `term_name` has it."""
    photos = count(matches, "photo", "photos")
    if negated:
        verb = "is left out" if matches == 1 else "are left out"
    else:
        verb = "matches by it alone" if matches == 1 else "match by it alone"
    did = f"{name}: {photos} {verb}."
    if not fitted.clear:
        did += " Nothing stands out."
    curve, cut = fitted.curve, fitted.cut(stop)
    line = f"Threshold {curve.threshold:.3f}, temperature {curve.temperature:.1f}"
    return f"{did}\n{line}, cut {cut * 100:.0f} %." if cut < 1.0 else f"{did}\n{line}."
