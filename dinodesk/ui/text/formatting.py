"""Counts, sizes and times as people say them: the one place where numbers become words."""

from __future__ import annotations

from datetime import datetime

from dinodesk.wording import count

__all__ = ["about", "count", "duration", "size", "time_left", "when"]


def size(number: int) -> str:
    """Bytes in decimal units, three digits at the most: "850 bytes", "1.5 kB", "12 MB"."""
    if number <= 0:
        return "nothing"
    if number < 1000:
        return count(number, "byte")
    units = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6))
    unit, scale = next((each for each in units if number >= 0.95 * each[1]), ("kB", 1e3))
    value = number / scale
    return f"{value:,.1f} {unit}" if value < 9.95 else f"{value:,.0f} {unit}"


def duration(seconds: float) -> str:
    """A time that is over: "8 s", "4 min", "2 h 10 min"."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def about(seconds: float) -> str:
    """A time that is guessed, no finer than the guess: "about a minute", "about 40 min", "about 3 h"."""
    minutes = seconds / 60
    if minutes < 0.75:
        return "under a minute"
    if minutes < 1.5:
        return "about a minute"
    if minutes < 9.5:
        return f"about {round(minutes)} min"
    if minutes < 57.5:
        return f"about {round(minutes / 5) * 5} min"
    hours = minutes / 60
    if hours < 1.25:
        return "about an hour"
    if hours < 9.75:
        half = round(hours * 2) / 2
        return f"about {half:g} h"
    return f"about {round(hours)} h"


def when(at: float, now: float | None = None) -> str:
    """A moment: "today, 14:05", "yesterday, 9:30", "3 Sep 2026, 9:30"."""
    then = datetime.fromtimestamp(at)
    today = datetime.fromtimestamp(now) if now is not None else datetime.now()
    days = (today.date() - then.date()).days
    day = {0: "today", 1: "yesterday"}.get(days, f"{then.day} {then:%b %Y}")
    return f"{day}, {then.hour}:{then:%M}"


def time_left(seconds: float) -> str:
    """A rough time to come: "25 s left", "2 min left", "1.5 h left"."""
    if seconds < 50:
        return f"{max(1, round(seconds / 5) * 5)} s left"
    if seconds < 5400:
        return f"{max(1, round(seconds / 60))} min left"
    return f"{seconds / 3600:.1f} h left"
