"""The settings file: every kind of choice survives, rubbish costs the choice only."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk import paths, settings
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


def test_every_choice_has_a_sentence_and_a_default_that_it_allows() -> None:
    assert {each.name for each in fields(Settings)} - set(settings.SPECS) == {
        "model",
        "library",
        "recent_libraries",
        "open_with",
        "templates",
        *(f"{what}_{mode}" for what in ("sort", "group") for mode in ("search", "browse", "album")),
    }
    for key, spec in settings.SPECS.items():
        default = getattr(Settings(), key)
        assert spec.title and spec.sentence.endswith(".")
        assert spec.allowed(default, default) == default
        assert not spec.choices or len(spec.choices) == len(dict(spec.choices)) > 1


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.text(max_size=9), st.booleans())
def test_whatever_is_chosen_becomes_something_that_works(
    number: int, other: int, word: str, on: bool
) -> None:
    made = Settings(
        theme=word, sidecar_names=word, dimming=number, threads=other, thumbnail_gigabytes=number,
        crop_thumbnails=on,
    )  # fmt: skip
    assert made.theme in ("system", "dark", "light") and made.sidecar_names in ("name", "stem")
    assert 0 <= made.dimming <= 80 and 0 <= made.threads <= 256 and made.thumbnail_gigabytes >= 1
    assert made.crop_thumbnails is on


def test_the_library_to_start_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = Settings(default_library=str(tmp_path / "mine"))
    monkeypatch.delenv("DINODESK_LIBRARY", raising=False)
    assert settings.default_library(own) == tmp_path / "mine"
    assert settings.default_library(Settings()) == paths.default_library()
    monkeypatch.setenv("DINODESK_LIBRARY", str(tmp_path / "named"))
    assert settings.default_library(own) == tmp_path / "named"


def test_templates_are_remembered_for_each_model() -> None:
    chosen = Settings(templates="broken\n")
    for model, name in (("one", "simple"), ("two", "openai80"), ("", "simple"), ("two", "none")):
        chosen = replace(chosen, templates=chosen.with_templates(model, name))
    assert chosen.templates == "one simple"
    assert [chosen.templates_of(model) for model in ("one", "two", "")] == ["simple", "none", "none"]
