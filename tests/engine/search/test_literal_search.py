"""Photos found by words in their names, folders, labels, albums, titles, key words, people and places."""

from __future__ import annotations

from pathlib import Path

import pytest
from photo_blocks import bag, packet
from stored_files import StoredFolder

from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.literal_search import LiteralFound, LiteralSearch
from dinodesk.generators import run_to_end
from dinodesk.library.annotations import changes
from dinodesk.library.files.sidecar_names import sidecars_of
from dinodesk.library.library import LibraryStore
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.records import EVERYTHING, DateClaim, InFolder, PhotoMetadata, Scope


class Literal:
    """A library of a few photos, its catalog, and what is found in it."""

    def __init__(self, library: LibraryStore, path: Path) -> None:
        self.folder = StoredFolder(library, path)
        self.library, self.catalog = library, Catalog(library)
        self.search = LiteralSearch(library, self.catalog)

    def add(self, name: str, metadata: PhotoMetadata | None = None, sidecar: bytes = b"") -> int:
        self.folder.write(name, name.encode())
        ((_, asset),) = self.folder.store(name, metadata=metadata or PhotoMetadata())
        if sidecar:
            self.folder.write(f"{name}.xmp", sidecar)
            (file,) = sidecars_of(str(self.folder.path / name))
            ((location,),) = self.folder.rows("SELECT max(id) FROM places")
            sidecar_reader.store(
                self.library.database, [sidecar_reader.read(location, file, self.folder.root)]
            )
        self.catalog.take([asset])
        return asset

    def found(self, query: str, scope: Scope = EVERYTHING) -> dict[str, list[str]]:
        """The names of what matches, in order, each with its reasons."""
        answer: LiteralFound = run_to_end(self.search.find(query, scope))
        names = [Path(self.catalog.photos[row].path).name for row in answer.positions.tolist()]
        told = [[f"{word.kind}: {word.text}" for word in words] for words in answer.reasons]
        return dict(zip(names, told, strict=True))


@pytest.fixture
def literal(library: LibraryStore, tmp_path: Path) -> Literal:
    return Literal(library, tmp_path / "pictures" / "Trips")


def test_every_kind_of_text_is_matched_with_its_reason(literal: Literal) -> None:
    own = PhotoMetadata(
        title="Petersplatz", headline="Mittag", keywords=("Animals|Dog",), people=("Zoë Ångström",),
        city="Malmö", country="Sverige", latitude=43.46, longitude=11.88,
    )  # fmt: skip
    asset = literal.add("Toscana 2024/DSCN0042.jpg", own)
    literal.add("other.jpg")
    changes.add_tag(literal.library.database, "label", [asset], "Favourite dogs")
    changes.add_tag(literal.library.database, "album", [asset], "Für Oma")
    literal.catalog.update([asset])
    for query, reason in {
        "DSCN0042.jpg": "file name: DSCN0042.jpg",
        "dscn0042": "file name: DSCN0042.jpg",
        "toscana": "folder: Trips/Toscana 2024",
        "petersplatz": "title: Petersplatz",
        "mittag": "headline: Mittag",
        "DOG": "keyword: Animals|Dog",
        "angstrom": "person: Zoë Ångström",
        "malmo": "place: Malmö, Sverige",
        "favourite": "label: Favourite dogs",
        "fur oma": "album: Für Oma",
        "Arezzo": "near: Arezzo, Italy",
    }.items():
        assert literal.found(query) == {"DSCN0042.jpg": [reason]}, query
    assert literal.found("a dog in arezzo") == {
        "DSCN0042.jpg": ["keyword: Animals|Dog", "near: Arezzo, Italy"]
    }
    for query in ("dogs arezzo malmo cat", "the", "", "42"):
        assert literal.found(query) == {}
    assert len(literal.found("trips")) == 2 and literal.found("pictures") == {}  # above the root folder


def test_a_person_goes_before_a_sidecar_and_that_before_the_photo(literal: Literal) -> None:
    sidecar = packet(
        'photoshop:City="Rom"', bag("dc:subject", "beach") + bag("dc:title", "Sidecar", kind="Alt")
    )
    own = PhotoMetadata(title="Own", keywords=("sea",), city="Paris", country="France")
    asset = literal.add("a.jpg", own, sidecar)
    assert set(literal.found("sidecar")) == set(literal.found("beach")) == {"a.jpg"}
    assert set(literal.found("rom")) == {"a.jpg"} and literal.found("france") == {}  # never Rom, France
    assert literal.found("own") == literal.found("sea") == {}
    changes.apply(literal.library.database, changes.Change(texts=((asset, "Mine", None),)))
    literal.catalog.update([asset])
    assert set(literal.found("mine")) == {"a.jpg"} and literal.found("sidecar") == {}


def test_the_scope_limits_and_the_newest_comes_first(literal: Literal) -> None:
    for number, name in enumerate(("old/dog 1.jpg", "old/dog 2.jpg", "new/dog 3.jpg")):
        date = DateClaim(1e9 + number * 86_400, None, "second", "EXIF", 2)
        literal.add(name, PhotoMetadata(dates=(date,)))
    assert list(literal.found("dog")) == ["dog 3.jpg", "dog 2.jpg", "dog 1.jpg"]
    assert list(literal.found("dog", InFolder(str(literal.folder.path / "old")))) == [
        "dog 2.jpg",
        "dog 1.jpg",
    ]


def test_what_is_new_or_changed_is_found_and_a_cut_off_reading_is_made_up_for(literal: Literal) -> None:
    assert literal.found("dog") == {}
    asset = literal.add("dog.jpg")
    assert set(literal.found("dog")) == {"dog.jpg"}
    steps = literal.search.find("lake")
    changes.add_tag(literal.library.database, "label", [asset], "Lake")
    literal.catalog.update([asset])
    next(steps)
    steps.close()  # a newer question came
    assert set(literal.found("lake")) == {"dog.jpg"}
    literal.catalog.reload()
    assert set(literal.found("lake dog")) == {"dog.jpg"}
