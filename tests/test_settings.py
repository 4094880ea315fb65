"""The settings file: every kind of choice survives, rubbish costs the choice only."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinodesk import settings
from dinodesk.settings import Settings


def test_choices_survive(tmp_path: Path) -> None:
    chosen = Settings(theme="dark", library='/a "b"\\ü', thumbnail_gigabytes=3, sidecar_names="stem")
    settings.save(chosen, tmp_path / "settings.toml")
    assert settings.load(tmp_path / "settings.toml") == chosen


def test_rubbish_gives_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    assert settings.load(file) == Settings()
    file.write_text('thumbnail_gigabytes = "many"\ntheme = 4\nunknown = 1\nmodel = "big"\n')
    assert settings.load(file) == Settings(model="big")
    file.write_text("thumbnail_gigabytes = -5\n")
    assert settings.load(file).thumbnail_gigabytes == 1
    file.write_text('sidecar_names = "other"\n')
    assert settings.load(file).sidecar_names == "name"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_that_an_editor_saved_in_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes('theme = "dark"\r\nlibrary = "/Köln"\r\n'.encode(encoding))
    assert settings.load(file) == Settings(theme="dark", library="/Köln")
