"""Fingerprints: they follow the bytes, the order and the recipe, and nothing else."""

from __future__ import annotations

from pathlib import Path

from dinodesk.models.inference.fingerprints import fingerprint


def test_bytes_order_and_recipe_count_and_names_do_not(tmp_path: Path) -> None:
    one, two, copy = (tmp_path / name for name in ("one.pth", "two.pth", "copy.pth"))
    one.write_bytes(b"a" * 10)
    two.write_bytes(b"b" * 10)
    copy.write_bytes(b"a" * 10)
    first = fingerprint([one, two], "resize 224")
    assert len(first) == 32 and int(first, 16) >= 0
    assert fingerprint([copy, two], "resize 224") == first
    others = {
        fingerprint([two, one], "resize 224"), fingerprint([one, two], "resize 256"),
        fingerprint([one], "resize 224"), fingerprint([one, two, two], "resize 224"),
    }  # fmt: skip
    assert len(others | {first}) == 5


def test_bytes_moved_between_files_make_another_fingerprint(tmp_path: Path) -> None:
    for name, data in (("a", b"12"), ("b", b"34"), ("c", b"123"), ("d", b"4")):
        (tmp_path / name).write_bytes(data)
    assert fingerprint([tmp_path / "a", tmp_path / "b"], "") != fingerprint(
        [tmp_path / "c", tmp_path / "d"], ""
    )
