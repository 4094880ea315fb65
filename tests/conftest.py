"""Shared by all tests: offscreen Qt, a home of its own, photos, a fake encoder."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeModel
from hypothesis import settings
from open_folders import make_reachable
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.library.files import mounts
from dinodesk.library.library import LibraryStore

# a run of CI must say the same of the same commit; at a desk new examples are welcome
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data and logs of a test lie in its own folder."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("DATA", "CACHE", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.delenv("DINODESK_LIBRARY", raising=False)
    return home


@pytest.fixture
def data() -> Path:
    """The photos beside the checkout; tests that need them are skipped where they are not."""
    if not DATA.is_dir():
        pytest.skip(f"the data folder is not there: {DATA}")
    return DATA


@pytest.fixture(scope="session")
def samples() -> list[Path]:
    """The shipped sample photos."""
    return sorted((ROOT / "resources" / "samples").glob("*.jpg"))


@pytest.fixture
def model() -> FakeModel:
    """An encoder that costs nothing: a photo's vector comes from its colours, a text's from its words."""
    return FakeModel()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[LibraryStore]:
    """An empty library; closed at the end."""
    library = LibraryStore(tmp_path / "library")
    yield library
    library.close()


@pytest.fixture
def reachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other people may enter the test's folder."""
    make_reachable(tmp_path, monkeypatch)


@pytest.fixture
def photo_folder(tmp_path: Path) -> Path:
    """Twelve small JPEGs of different colours in two folders."""
    folder = tmp_path / "photos"
    for number in range(12):
        target = folder / ("red" if number % 2 else "blue") / f"{number:02}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        make_photo(target, seed=number, red=bool(number % 2))
    return folder


@pytest.fixture
def threads():
    """Decoders without processes of their own: for tests that look inside them."""
    pool = DecoderPool(processes=False)
    yield pool
    pool.close()


@pytest.fixture
def drives(monkeypatch: pytest.MonkeyPatch) -> dict[str, mounts.Mount]:
    """A mount table that the test fills; what is in it counts as mounted."""
    table: dict[str, mounts.Mount] = {}
    monkeypatch.setattr("dinodesk.library.files.mounts.current", lambda: dict(table))
    monkeypatch.setattr("dinodesk.library.files.volumes._FRESH", -1.0)
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) in table or str(path) == "/")
    return table
