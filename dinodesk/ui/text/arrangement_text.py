"""The words for orders and groups of photos."""

from __future__ import annotations

import os

from dinodesk.records import Group, Sort

SORT_NAMES: dict[Sort, str] = {
    "relevance": "Relevance",
    "-relevance": "Least sure first",
    "date": "Newest first",
    "-date": "Oldest first",
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "rating": "Most stars first",
    "-rating": "Fewest stars first",
    "size": "Largest first",
    "-size": "Smallest first",
    "folder": "Folder, A to Z",
    "-folder": "Folder, Z to A",
}
ALBUM_ORDER = "Album order"
"""What the order of the answer is called in an album."""

GROUP_NAMES: dict[Group, str] = {
    "none": "No headings",
    "day": "By day",
    "month": "By month",
    "folder": "By folder",
    "drive": "By drive",
}

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def group_title(group: Group, name: str) -> str:
    """The heading of a group by its name: "14 July 2019", "July 2019", the end of a path, a drive."""
    match group:
        case "day" | "month":
            year, month, *day = name.split("-")
            if not month.isdigit() or not 1 <= int(month) <= 12:
                return "Without a date"
            return " ".join([*(str(int(each)) for each in day), _MONTHS[int(month) - 1], year])
        case "folder":
            parent, last = os.path.split(name.rstrip(os.sep))
            above = os.path.basename(parent)
            return f"{above} › {last}" if above and last else last or name
        case "drive":
            return name or "This computer"
        case "none":
            return ""
