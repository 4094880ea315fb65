"""dino.txt of both generations against a small reference written here, straight from the stored keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import weights_fixtures as weights
from torch import Tensor
from torch.nn import functional
from weights_fixtures import Tensors

from dinodesk.errors import ModelError
from dinodesk.models.inference.model import Model
from dinodesk.models.loader import load_model
from dinodesk.models.tokenizers.clip_bpe import Tokenizer

TEXTS = ["a photo of a cat", "dog", "word " * 100, "", "Ünïcode “quotes” &amp; 12 apples"]


def reference_block(x: Tensor, t: Tensors, name: str, heads: int, causal: bool, old_names: bool) -> Tensor:
    """One pre-norm block, in the plainest way."""
    n1, at, n2, ff = (
        ("attention_norm", "attention", "ffn_norm", "feed_forward")
        if old_names
        else ("norm1", "attn", "norm2", "mlp")
    )
    width = x.shape[-1]

    def norm(y: Tensor, which: str) -> Tensor:
        return functional.layer_norm(
            y, (width,), t[f"{name}.{which}.weight"], t[f"{name}.{which}.bias"], 1e-5
        )

    def linear(y: Tensor, which: str) -> Tensor:
        return y @ t[f"{name}.{which}.weight"].T + t.get(f"{name}.{which}.bias", torch.zeros(()))

    q, k, v = linear(norm(x, n1), f"{at}.qkv").chunk(3, -1)
    out = []
    for h in range(heads):
        part = slice(h * width // heads, (h + 1) * width // heads)
        score = q[..., part] @ k[..., part].transpose(-1, -2) / (width // heads) ** 0.5
        if causal:
            score = score.masked_fill(torch.ones(score.shape[-2:]).triu(1).bool(), float("-inf"))
        out.append(score.softmax(-1) @ v[..., part])
    x = x + linear(torch.cat(out, -1), f"{at}.proj") * t.get(f"{name}.ls1.gamma", torch.ones(()))
    y = norm(x, n2)
    if f"{name}.{ff}.w1.weight" in t:
        y = linear(functional.silu(linear(y, f"{ff}.w1")) * linear(y, f"{ff}.w2"), f"{ff}.w3")
    else:
        y = linear(functional.gelu(linear(y, f"{ff}.fc1")), f"{ff}.fc2")
    return x + y * t.get(f"{name}.ls2.gamma", torch.ones(()))


def reference_head(tokens: Tensor, t: Tensors) -> Tensor:
    for i in range(2):
        tokens = reference_block(tokens, t, f"blocks.{i}", 2, False, False)
    return functional.layer_norm(tokens, (128,), t["ln_final.weight"], t["ln_final.bias"], 1e-5)


def reference_text(texts: list[str], t: Tensors) -> Tensor:
    tokenizer = Tokenizer()
    rows = [tokenizer.encode(text) for text in texts]
    ids = torch.tensor([row + [0] * (77 - len(row)) for row in rows])
    x = t["backbone.token_embedding.weight"][ids] + t["backbone.positional_embedding"]
    for i in range(2):
        x = reference_block(x, t, f"backbone.blocks.{i}", 1, True, True)
    x = functional.layer_norm(x, (64,), t["backbone.ln_final.weight"], t["backbone.ln_final.bias"], 1e-5)
    return x[torch.arange(len(ids)), ids.argmax(1)] @ t["head.linear_projection.weight"].T


@pytest.fixture(scope="module", params=["v3", "v2"])
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Model, np.ndarray]:
    folder = tmp_path_factory.mktemp(request.param)
    rng = np.random.default_rng(3)
    if request.param == "v3":
        torch.save(weights.dinov3(), folder / "backbone.pth")
        torch.save(weights.dinotxt_v3(), folder / "txt.pth")
        files = [folder / "txt.pth", folder / "backbone.pth"]  # any order
        pixels = rng.standard_normal((2, 3, 48, 80)).astype(np.float32)
    else:
        torch.save(weights.dinov2(), folder / "backbone.pth")
        torch.save(weights.dinotxt_v2_head(), folder / "head.pth")
        torch.save(weights.text_tower(), folder / "text.pth")
        files = [folder / name for name in ("backbone.pth", "text.pth", "head.pth")]
        pixels = rng.standard_normal((2, 3, 42, 98)).astype(np.float32)
    return load_model(files, device="cpu", precision="fp32"), pixels


def test_images_and_head_patches_equal_the_reference(loaded: tuple[Model, np.ndarray]) -> None:
    model, pixels = loaded
    grid = model.tokens(pixels)
    sequence = np.concatenate([grid.cls[:, None], grid.registers, grid.patches.reshape(2, -1, 128)], 1)
    head = reference_head(torch.from_numpy(sequence), weights.vision_head())
    expected = functional.normalize(torch.cat([head[:, 0], head[:, 5:].mean(1)], 1), dim=1)
    np.testing.assert_allclose(model.embed_pixels(pixels), expected.numpy(), atol=2e-5)
    patches = model.head_patches(pixels)
    assert patches.shape == grid.patches.shape
    np.testing.assert_allclose(patches.reshape(2, -1, 128), head[:, 5:].numpy(), atol=2e-4)


def test_texts_equal_the_reference_in_any_batch(loaded: tuple[Model, np.ndarray]) -> None:
    model, _ = loaded
    expected = functional.normalize(reference_text(TEXTS, weights.text_tower()), dim=1).numpy()
    together = model.embed_texts(TEXTS)
    assert together.dtype == np.float32
    np.testing.assert_allclose(together, expected, atol=2e-5)
    alone = np.concatenate([model.embed_texts([text]) for text in TEXTS])
    np.testing.assert_allclose(alone, together, atol=1e-5)
    assert model.embed_texts([]).shape == (0, 256)


def test_model_info_of_dinotxt(loaded: tuple[Model, np.ndarray]) -> None:
    info = loaded[0].info
    assert (info.text, info.dim, info.layers, info.image_size) == (True, 256, 3, 224)
    assert info.title in (
        "DINOv3 ViT (128 wide, 3 layers) dino.txt",
        "DINOv2 ViT (128 wide, 3 layers) dino.txt",
    )
    assert (info.line.threshold, info.line.temperature) == (0.08, 25.0)
    assert info.patch == (16 if info.family == "dinotxt-v3" else 14)


def test_steps_end_with_the_same_vector_and_leave_gradients_on_between(
    loaded: tuple[Model, np.ndarray],
) -> None:
    model, pixels = loaded
    steps = model.embed_steps(pixels)
    while True:
        try:
            next(steps)
            assert not torch.is_inference_mode_enabled()
        except StopIteration as end:
            np.testing.assert_array_equal(end.value, model.embed_pixels(pixels))
            break


def test_patch_half_is_the_second_half_made_unit(loaded: tuple[Model, np.ndarray]) -> None:
    model, _ = loaded
    vectors = model.embed_texts(["a dog", "a cat"])
    half = model.patch_half(vectors)
    np.testing.assert_allclose(
        half, vectors[:, 128:] / np.linalg.norm(vectors[:, 128:], axis=1, keepdims=True)
    )


def test_logit_scale_is_optional_and_one_comma_string_will_do(tmp_path: Path) -> None:
    torch.save(weights.dinov3(), tmp_path / "b.pth")
    torch.save(weights.dinotxt_v3(logit_scale=False), tmp_path / "t.pth")
    model = load_model(f"{tmp_path / 'b.pth'},{tmp_path / 't.pth'}", device="cpu", precision="fp32")
    assert model.info.family == "dinotxt-v3"
    assert model.info.name == f"{tmp_path / 'b.pth'},{tmp_path / 't.pth'}"


def test_a_whole_model_in_one_file(tmp_path: Path) -> None:
    one = weights.dinotxt_v3() | {f"visual_model.backbone.{k}": v for k, v in weights.dinov3().items()}
    torch.save(one, tmp_path / "whole.pth")
    pixels = np.zeros((1, 3, 32, 32), np.float32)
    model = load_model(tmp_path / "whole.pth", device="cpu", precision="fp32")
    vectors = model.embed_pixels(pixels)
    assert vectors.shape == (1, 256)
    # The official code loads such a file over the separate backbone: the one inside wins.
    torch.save(weights.dinov3(seed=9), tmp_path / "other.pth")
    both = load_model([tmp_path / "other.pth", tmp_path / "whole.pth"], device="cpu", precision="fp32")
    np.testing.assert_array_equal(both.embed_pixels(pixels), vectors)


def test_a_backbone_alone_reads_no_text(tmp_path: Path) -> None:
    torch.save(weights.dinov3(), tmp_path / "b.pth")
    model = load_model(tmp_path / "b.pth", device="cpu", precision="fp32")
    pixels = np.random.default_rng(4).standard_normal((2, 3, 32, 48)).astype(np.float32)
    vectors = model.embed_pixels(pixels)
    cls = model.tokens(pixels).cls
    np.testing.assert_allclose(vectors, cls / np.linalg.norm(cls, axis=1, keepdims=True), atol=1e-6)
    for call in (
        lambda: model.embed_texts(["a"]),
        lambda: model.head_patches(pixels),
        lambda: model.patch_half(vectors),
    ):
        with pytest.raises(ModelError, match="no text tower"):
            call()
    with pytest.raises(ModelError, match="no layer 3"):
        model.tokens(pixels, [3])
    with pytest.raises(ModelError, match="can't read pixels"):
        model.tokens(np.zeros((3, 32, 32), np.float32))
