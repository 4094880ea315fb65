"""The table of published models agrees with itself."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest

from dinodesk.models.zoo import published_models
from dinodesk.models.zoo.published_models import KNOWN, PublishedModel


def test_names_are_unique_and_found() -> None:
    names = [model.name for model in KNOWN]
    assert len(set(names)) == len(names)
    assert [published_models.by_name(name) for name in names] == list(KNOWN)
    assert published_models.by_name("none") is None


@pytest.mark.parametrize("model", KNOWN, ids=lambda model: model.name)
def test_an_entry_agrees_with_its_files(model: PublishedModel) -> None:
    third = model.name.startswith("dinov3") or model.name.endswith("v3")
    assert model.gated is third and ("DINOv3" in model.licence) is third
    assert urlparse(model.source).scheme == "https"
    assert model.size % (32 if "convnext" in model.kind else 16 if third else 14) == 0
    for role, published in model.files.items():
        assert set(role.split("+")) <= {"backbone", "head", "text"}
        assert len(published.sha256) in (0, 8, 64) and (published.bytes or 1) > 0
        if third:  # official names end in the first eight digits of the hash
            assert published.file.endswith(f"-{published.sha256[:8]}.pth")
    dinotxt = model.family.startswith("dinotxt")
    assert dinotxt is (
        {part for role in model.files for part in role.split("+")} == {"backbone", "head", "text"}
    )
