"""Filters against plain Python over facts that were written into photos, whatever happens to those."""

from __future__ import annotations

import fnmatch
import random
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeModel
from indexing import index_photos
from photo_blocks import bag, packet, photo, write
from sqlalchemy import update

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.generators import run_to_end
from dinodesk.library.annotations import changes
from dinodesk.library.files.file_types import ENDINGS as READABLE
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.filter_facts import refresh_steps
from dinodesk.library.photos.photo_filters import BY_STATE, ENDINGS, passing_assets, value_counts
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.store.schema import Volume
from dinodesk.records import FilterTerm
from dinodesk.search.query.filter_keys import STATES, TYPES
from dinodesk.search.query.filter_values import photo_filter
from dinodesk.search.query.parser import parse_query

TODAY = date(2026, 11, 28)
Facts = dict[str, Any]
EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
PARIS, TOKYO = (48.8566, 2.3522), (35.6895, 139.6917)


def made(number: int, rng: random.Random) -> Facts:
    """The facts of one photo, some of which are not known."""

    def perhaps(values: list[Any]) -> Any:
        return rng.choice([*values, None])

    return {
        "name": f"{rng.choice(['IMG', 'DSC', 'Ünder%'])}_{number:04}.{rng.choice(['jpg', 'JPEG', 'jpe'])}",
        "folder": rng.choice(["Italy 2019", "Italy 2019/Rome", "Málaga", "x_y", "xzy"]),
        "taken": perhaps([
            datetime(1965, 7, 1, 12), datetime(2014, 12, 31, 23, 59, 59), datetime(2015, 1, 1),
            datetime(2015, 7, 14, 8), datetime(2019, 2, 28, 23), datetime(2026, 7, 1),
            datetime(2026, 11, 25, 1),
        ]),
        "camera": perhaps([
            ("FUJIFILM", "X100V"), ("Canon", "Canon EOS 40D"), ("NIKON CORPORATION", "NIKON D90"),
            ("Camera", "E1"),
        ]),
        "lens": perhaps(["XF35mmF2 R WR", "EF50mm f/1.8 II", "NIKKOR 100%"]),
        "iso": perhaps([100, 400, 800, 6400]),
        "f": perhaps([1.8, 2.8, 5.6, 11.0]),
        "mm": perhaps([23.0, 35.0, 50.5, 200.0]),
        "gps": perhaps([PARIS, TOKYO]),
        "city": perhaps(["New York", "Málaga"]),
        "rating": perhaps([-1, 0, 1, 3, 5]),
        "keywords": perhaps([["Beach"], ["Été", "beach ball"], ["Places|Europe|Spain"]]) or [],
        "caption": perhaps(["a day at the sea"]),
        "people": perhaps([["Anna Lee"], ["Ánna Leeds", "Bo"]]) or [],
        "upright": rng.choice([True, False]),
    }  # fmt: skip


def written(facts: Facts, seed: int) -> bytes:
    """A JPEG that says these facts."""
    tags: dict[int, Any] = {0x0112: 6 if facts["upright"] else 1}
    inner: dict[int, Any] = {}
    gps: dict[int, Any] = {}
    if facts["camera"]:
        tags[0x010F], tags[0x0110] = facts["camera"]
    if facts["taken"]:
        inner[0x9003] = facts["taken"].strftime("%Y:%m:%d %H:%M:%S")
    for key, tag in (("lens", 0xA434), ("iso", 0x8827), ("f", 0x829D), ("mm", 0x920A)):
        if facts[key] is not None:
            inner[tag] = facts[key]
    if facts["gps"]:
        north, east = facts["gps"]
        gps = {1: "N", 2: (north, 0.0, 0.0), 3: "E", 4: (east, 0.0, 0.0)}
    attributes = f'photoshop:City="{facts["city"]}" ' if facts["city"] else ""
    if facts["rating"] is not None:
        attributes += f'xmp:Rating="{facts["rating"]}"'
    children = bag("dc:subject", *facts["keywords"]) if facts["keywords"] else ""
    if facts["people"]:
        names = "".join(f"<rdf:li>{name}</rdf:li>" for name in facts["people"])
        children += f'<p:PersonInImage xmlns:p="{EXTENSION}"><rdf:Bag>{names}</rdf:Bag></p:PersonInImage>'
    if facts["caption"]:
        children += (
            f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{facts["caption"]}</rdf:li></rdf:Alt>'
        )
        children += "</dc:description>"
    return photo(tags=tags, inner=inner, gps=gps, xmp=packet(attributes, children), seed=seed)


class Album:
    """Photos whose facts are known, in a library."""

    def __init__(self, folder: Path, library: LibraryStore, index: Callable[..., None]) -> None:
        self.folder, self.library, self.index = folder, library, index
        rng = random.Random(7)
        self.facts: dict[str, Facts] = {}
        for number in range(70):
            facts = made(number, rng)
            file = write(folder / facts["folder"] / facts["name"], written(facts, number))
            self.facts[facts["name"]] = facts | {"size": file.stat().st_size}

    def assets(self) -> dict[str, int]:
        return {Path(each.path).name: each.asset for each in list_photos(self.library.database)[0]}

    def passing(self, query: str) -> set[str]:
        run_to_end(refresh_steps(self.library.database))
        tree = parse_query(query).tree
        assert isinstance(tree, FilterTerm)
        found = set(passing_assets(self.library.database, photo_filter(tree, TODAY)).tolist())
        return {name for name, asset in self.assets().items() if asset in found}

    def expected(self, has: Callable[[Facts], Any]) -> set[str]:
        return {name for name, facts in self.facts.items() if has(facts)}

    def set_facts(self, name: str, **facts: Any) -> None:
        self.facts[name] |= facts


@pytest.fixture
def index(library: LibraryStore, model: FakeModel, threads: DecoderPool) -> Callable[..., None]:
    def run(*paths: Path) -> None:
        index_photos(Indexer(library, model, decoders=threads), *paths)

    return run


@pytest.fixture
def album(tmp_path: Path, library: LibraryStore, index: Callable[..., None]) -> Album:
    found = Album(tmp_path / "photos", library, index)
    index(found.folder)
    return found


def known(key: str, test: Callable[[Any], bool]) -> Callable[[Facts], bool]:
    return lambda facts: facts[key] is not None and test(facts[key])


def taken(first: str, last: str) -> Callable[[Facts], bool]:
    """Taken on a day of these, both among them."""
    low = datetime.fromisoformat(first or "0001-01-01")
    high = datetime.fromisoformat(last or "9999-12-30") + timedelta(1)
    return known("taken", lambda when: low <= when < high)


def keyword(*names: str) -> Callable[[Facts], bool]:
    return lambda facts: any(
        level.casefold() in names for word in facts["keywords"] for level in (word, *word.split("|"))
    )


def camera(part: str) -> Callable[[Facts], bool]:
    def name(maker: str, model: str) -> str:
        return model if model.startswith(maker.split()[0]) else f"{maker} {model}"

    return known("camera", lambda each: part in name(*each).casefold())


FILTERS: list[tuple[str, Callable[[Facts], Any]]] = [
    ("after:2015", taken("2015-01-01", "")),
    ("before:2015", taken("", "2014-12-31")),
    ("date:2015", taken("2015-01-01", "2015-12-31")),
    ("date:2015-07", taken("2015-07-01", "2015-07-31")),
    ("date:2015-07-14", taken("2015-07-14", "2015-07-14")),
    ("date:1965..2015-01", taken("1965-01-01", "2015-01-31")),
    ("date:7d", taken("2026-11-21", "2026-11-28")),
    ("date:last summer", taken("2026-06-01", "2026-08-31")),
    ("date:1965,2019", lambda each: each["taken"] and each["taken"].year in (1965, 2019)),
    ("date>2015", taken("2016-01-01", "")),
    ("camera:x100", camera("x100")),
    ("camera:CANON", camera("canon")),
    ("camera:CAMÉRA", camera("camera")),
    ('camera:"nikon d90","eos 40d"', lambda each: camera("d90")(each) or camera("40d")(each)),
    ("lens:35MM", known("lens", lambda each: "35mm" in each)),
    ("lens:100%", known("lens", lambda each: "100%" in each)),
    ("lens:*mm", known("lens", lambda each: "mm" in each)),
    ("iso:400", known("iso", lambda each: each == 400)),
    ("iso>=800", known("iso", lambda each: each >= 800)),
    ("iso<400", known("iso", lambda each: each < 400)),
    ("iso:100..400", known("iso", lambda each: 100 <= each <= 400)),
    ("f:2.8", known("f", lambda each: each == 2.8)),
    ("f<=2.8", known("f", lambda each: each <= 2.8)),
    ("f>2.8", known("f", lambda each: each > 2.8)),
    ("mm:50.5", known("mm", lambda each: each == 50.5)),
    ("mm>=35", known("mm", lambda each: each >= 35)),
    ("mm:23,200", known("mm", lambda each: each in (23, 200))),
    ("place:paris", lambda each: each["gps"] == PARIS),
    ("place:japan", lambda each: each["gps"] == TOKYO),
    ('place:"new york"', lambda each: each["city"] == "New York"),
    ("place:york", lambda each: each["city"] == "New York"),
    ("place:yor", lambda each: False),
    ("place:yor*", lambda each: each["city"] == "New York"),
    ("place:malaga", lambda each: each["city"] == "Málaga"),
    ("rating>=3", lambda each: (each["rating"] or 0) >= 3),
    ("rating:0", lambda each: not each["rating"]),
    ("rating<0", lambda each: (each["rating"] or 0) < 0),
    ("keyword:beach", keyword("beach")),
    ("keyword:ete", keyword("été")),
    ("keyword:europe", keyword("europe")),
    ("keyword:beach*", lambda each: any(word.casefold().startswith("beach") for word in each["keywords"])),
    ("name:IMG_*", lambda each: fnmatch.fnmatchcase(each["name"], "IMG_*")),
    ("name:*1.jpg", lambda each: fnmatch.fnmatch(each["name"].casefold(), "*1.jpg")),
    ("name:under%", lambda each: each["name"].startswith("Ünder%")),
    ("name:g_00", lambda each: "G_00" in each["name"]),
    ("ext:jpg", lambda each: each["name"].endswith(".jpg")),
    ("ext:jpg,.JPE", lambda each: each["name"].endswith((".jpg", ".jpe"))),
    ("type:jpeg", lambda each: True),
    ("type:raw|video", lambda each: False),
    ("in:malaga", lambda each: each["folder"] == "Málaga"),
    ('in:"italy 2019"', lambda each: each["folder"].startswith("Italy 2019")),
    ('in:"italy 2019/rome"', lambda each: each["folder"] == "Italy 2019/Rome"),
    ("in:rom", lambda each: False),
    ("in:ital*", lambda each: each["folder"].startswith("Italy")),
    ("in:x_y", lambda each: each["folder"] == "x_y"),
    ("in:photos", lambda each: True),
    ("size>5KB", lambda each: each["size"] > 5000),
    ("size:1000..3000", lambda each: 1000 <= each["size"] <= 3000),
    ("width:24", lambda each: each["upright"]),
    ("height<=24", lambda each: not each["upright"]),
    ("is:portrait", lambda each: each["upright"]),
    ("is:landscape", lambda each: not each["upright"]),
    ("is:square", lambda each: False),
    ("is:unrated", lambda each: not each["rating"]),
    ("is:unlabelled", lambda each: True),
    ("has:gps", lambda each: each["gps"]),
    ("has:caption", lambda each: each["caption"]),
    ("has:people", lambda each: each["people"]),
    ("person:anna", lambda each: each["people"]),
    ('person:"anna lee"', lambda each: "Anna Lee" in each["people"]),
    ("person:lee*", lambda each: each["people"]),
    ("person:bo,lee", lambda each: each["people"]),
    ("person:ann", lambda each: False),
]


def test_filters_find_what_the_photos_say(album: Album) -> None:
    wrong = {query for query, has in FILTERS if album.passing(query) != album.expected(has)}
    assert not wrong
    some = sum(0 < len(album.expected(has)) < len(album.facts) for _, has in FILTERS)
    assert some > 50  # of the photos, so that a filter that finds nothing or all would be noticed


def test_an_absolute_folder_is_found_from_its_beginning(album: Album) -> None:
    assert album.passing(f'in:"{album.folder}/Málaga"') == album.expected(
        lambda each: each["folder"] == "Málaga"
    )
    assert album.passing("in:/Málaga") == set()


def test_a_drive_is_found_by_its_name(album: Album) -> None:
    with album.library.database.writing() as connection:
        connection.execute(update(Volume).values(name="Bäckup Disk"))
    assert album.passing('in:"backup disk"') == set(album.facts) == album.passing("in:back*")
    assert album.passing("in:backup") == set()


def test_annotations_count_at_once_and_go_before_files(album: Album) -> None:
    database, assets = album.library.database, album.assets()
    first, second, *_ = sorted(assets)
    changes.rate(database, [assets[first]], 5)
    changes.add_tag(database, "label", [assets[first], assets[second]], "Fértig")
    changes.add_tag(database, "album", [assets[second]], "Best of")
    album.set_facts(first, rating=5)
    assert album.passing("rating:5") == album.expected(lambda each: each["rating"] == 5)
    assert album.passing("#fertig") == {first, second}
    assert album.passing("label:f*g") == {first, second}
    assert album.passing("label:fert") == set()
    assert album.passing('album:"best OF"') == {second}
    assert album.passing("is:unlabelled") == set(assets) - {first, second}
    changes.rename_tag(database, "label", "Fértig", "Done")
    assert album.passing("#fertig") == set() and album.passing("#done") == {first, second}
    changes.remove_tag(database, "label", [assets[second]], "Done")
    assert album.passing("#done") == {first}
    changes.rate(database, [assets[first]], 0)
    album.set_facts(first, rating=0)
    assert album.passing("rating>=3") == album.expected(lambda each: (each["rating"] or 0) >= 3)


def test_sidecars_go_before_what_is_in_the_photo(album: Album) -> None:
    name = next(name for name, facts in album.facts.items() if facts["taken"] and not facts["caption"])
    file = album.folder / album.facts[name]["folder"] / name
    said = packet(
        'xmp:Rating="4" exif:DateTimeOriginal="2003-05-06T07:08:09"',
        bag("dc:subject", "from the sidecar") + "<dc:description><rdf:Alt>"
        '<rdf:li xml:lang="x-default">Told</rdf:li></rdf:Alt></dc:description>',
    )
    sidecar = write(Path(f"{file}.xmp"), said)
    album.index(album.folder)
    album.set_facts(
        name, rating=4, taken=datetime(2003, 5, 6, 7, 8, 9), keywords=["from the sidecar"], caption="Told"
    )
    more = [
        ("rating:4", known("rating", lambda each: each == 4)),
        ("date:2003", taken("2003-01-01", "2003-12-31")),
    ]
    wrong = {query for query, has in FILTERS + more if album.passing(query) != album.expected(has)}
    assert not wrong and album.passing("date:2003") == {name}
    sidecar.unlink()
    album.index(album.folder)
    assert album.passing("date:2003") == set()


def test_filters_are_right_while_photos_are_indexed(
    tmp_path: Path, library: LibraryStore, model: FakeModel, threads: DecoderPool, index: Callable[..., None]
) -> None:
    album = Album(tmp_path / "photos", library, index)
    steps = Indexer(library, model, budget=0.0, decoders=threads).add([str(album.folder)])
    seen = set()
    for _ in steps:
        there = set(album.assets())
        seen.add(len(there))
        for query in ("iso>=800", "in:malaga", "camera:x100", "after:2015"):
            has = dict(FILTERS)[query]
            assert album.passing(query) == album.expected(has) & there
    assert len(seen) > 3


def test_files_that_move_change_and_go(album: Album) -> None:
    name = next(name for name, facts in album.facts.items() if facts["folder"] == "Málaga")
    other = next(name for name, facts in album.facts.items() if facts["folder"] == "x_y")
    shutil.move(album.folder / "Málaga" / name, album.folder / "moved.jpg")
    (album.folder / "x_y" / other).write_bytes(written(album.facts[other] | {"iso": 51200}, 999))
    album.index(album.folder)
    assert album.passing("name:moved") == {"moved.jpg"}
    assert name not in album.passing("in:malaga")
    assert album.passing("iso:51200") == {other}
    shutil.rmtree(album.folder / "xzy")
    album.index(album.folder)
    assert album.passing("in:xzy") == album.expected(
        lambda each: each["folder"] == "xzy"
    )  # missing, not gone


def test_a_copy_is_in_both_folders(album: Album) -> None:
    name = next(name for name, facts in album.facts.items() if facts["folder"] == "Málaga")
    shutil.copy(album.folder / "Málaga" / name, album.folder / "x_y" / "copy.jpg")
    album.index(album.folder)
    assert name in album.passing("in:malaga") & album.passing("in:x_y") & album.passing("name:copy")


def test_a_date_in_the_future_counts_when_its_day_has_come(
    tmp_path: Path, library: LibraryStore, index: Callable[..., None]
) -> None:
    write(tmp_path / "photos" / "a.jpg", photo(inner={0x9003: "2200:01:01 00:00:00"}))
    index(tmp_path / "photos")
    term = parse_query("after:2100").tree
    assert isinstance(term, FilterTerm)
    day = datetime(2200, 1, 2, tzinfo=UTC).timestamp()
    for now, count in ((None, 0), (day, 1)):
        run_to_end(refresh_steps(library.database, now))
        assert len(passing_assets(library.database, photo_filter(term, TODAY))) == count


def test_values_are_counted(album: Album) -> None:
    run_to_end(refresh_steps(album.library.database))
    counts = dict(value_counts(album.library.database, "camera"))
    assert counts == {
        name: len(album.expected(camera(part)))
        for name, part in (
            ("FUJIFILM X100V", "x100"), ("Canon EOS 40D", "eos"), ("NIKON D90", "d90"), ("Camera E1", "e1"),
        )
    }  # fmt: skip
    years = dict(value_counts(album.library.database, "date"))
    assert years["1965"] == len(album.expected(taken("1965-01-01", "1965-12-31")))
    assert dict(value_counts(album.library.database, "in"))[f"{album.folder}/Málaga"] == len(
        album.expected(lambda each: each["folder"] == "Málaga")
    )


def test_each_kind_of_file_has_its_endings() -> None:
    assert set(TYPES) == set(ENDINGS) and set(BY_STATE) < set(STATES)
    assert {f".{end}" for ends in ENDINGS.values() for end in ends} >= READABLE


def test_strange_values_are_no_trouble(album: Album) -> None:
    for value in ("\ud800", "'; DROP TABLE assets; --", "%", "_", "\\", "x" * 3000, "****", "日本", "🎂"):
        for key in ("camera", "name", "place", "person", "in", "label", "keyword", "ext"):
            assert album.passing(f'{key}:"{value}"') <= set(album.facts)
    assert album.passing("camera:%") == set()
