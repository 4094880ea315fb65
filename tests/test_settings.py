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


@pytest.mark.parametrize(
    ("library", "model"),
    [
        ("/photos/K\udcf6ln, 50%/a b", "builtin"),
        ("/a\x7fb\x01\u2028", "big\x7f"),
        ("/ü", "/weights/\udcff.pth,/weights/text#x.pth"),
        ("file:", "builtin"),
    ],
)
def test_paths_of_any_bytes_survive_with_all_other_choices(tmp_path: Path, library: str, model: str) -> None:
    chosen = Settings(theme="dark", library=library, model=model)
    settings.save(chosen, tmp_path / "settings.toml")
    assert settings.load(tmp_path / "settings.toml") == chosen
    assert [each.name for each in tmp_path.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize("model", ["", "  "])
def test_a_model_without_a_name_is_the_built_in_one(tmp_path: Path, model: str) -> None:
    (tmp_path / "settings.toml").write_text(f'model = "{model}"\n')
    assert settings.load(tmp_path / "settings.toml").model == "builtin" == Settings(model=model).model


def test_a_name_that_somebody_took_before_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("words")
    (tmp_path / "settings.toml.part").symlink_to("victim")
    settings.save(Settings(), tmp_path / "settings.toml")
    assert (tmp_path / "victim").read_text() == "words" and not (tmp_path / "settings.toml").is_symlink()
