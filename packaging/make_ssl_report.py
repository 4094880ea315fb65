"""Draw what `train ssl` did: figures over training, and maps of twelve photos beside the built-in model's.

    python packaging/make_ssl_report.py --plain RUN --gram RUN --out docs

Each RUN is the `--out` folder of one `dinodesk train ssl`. Writes `ssl-training.png` and `ssl-maps.jpg`.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import fields
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
import pyqtgraph.exporters
import torch
from PIL import Image, ImageDraw, ImageFont
from safetensors import safe_open
from safetensors.torch import load_file

from dinodesk import paths
from dinodesk.features import maps
from dinodesk.library.images.decoder import decode
from dinodesk.models import loader
from dinodesk.records import ByteArray
from dinodesk.training import crops
from dinodesk.training.recipe_ssl import SslSettings
from dinodesk.training.student_network import PATCH, Student, small_shape

PANELS = (
    ("dino_global", "DINO, global crops"),
    ("dino_local", "DINO, local crops"),
    ("ibot", "iBOT"),
    ("koleo", "KoLeo"),
    ("distil", "Distillation, 1 - cosine"),
    ("gram", "Gram anchoring"),
    ("smoothness", "Local smoothness (cosine of 4 neighbours)"),
    ("outliers", "Share of outlying patches"),
    ("cls_patch_cosine", "CLS-patch cosine"),
)
PHOTOS = 12
SHORT = 336
CELL = 196
RUNS = {"plain": ("without Gram", "#D9822B"), "gram": ("with Gram", "#1F6FEB")}


def plot(runs: dict[str, Path], out: Path) -> None:
    """Nine figures over the steps, both runs in each."""
    pg.setConfigOptions(background="w", foreground="#30353B", antialias=True)
    pg.mkQApp()
    sheet = pg.GraphicsLayoutWidget(size=(1500, 1050))
    logs = {name: _log(folder) for name, folder in runs.items()}
    for number, (key, title) in enumerate(PANELS):
        panel = sheet.addPlot(row=number // 3, col=number % 3, title=title)
        panel.setLabel("bottom", "step")
        panel.getAxis("left").enableAutoSIPrefix(False)
        panel.getAxis("left").setWidth(56)
        panel.showGrid(x=True, y=True, alpha=0.2)
        if not number:
            panel.addLegend(offset=(40, 10))
        for name, lines in logs.items():
            panel.setXRange(0, lines[-1]["step"])
            known = [(line["step"], line[key]) for line in lines if key in line]
            words, colour = RUNS[name]
            pen = pg.mkPen(colour, width=2)
            panel.plot(*np.array(known).T, pen=pen, name=words) if known else None
    sheet.show()
    pg.mkQApp().processEvents()
    pg.exporters.ImageExporter(sheet.scene()).export(str(out / "ssl-training.png"))


def _log(folder: Path) -> list[dict[str, float]]:
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]
    return [line for line in lines if "step" in line]


def page(runs: dict[str, Path], out: Path) -> None:
    """Twelve sample photos, each with the PCA maps of the built-in model and of both students."""
    files = sorted(paths.resource("samples").glob("*.jpg"))
    chosen = [files[int(row)] for row in np.linspace(0, len(files) - 1, PHOTOS)]
    model = loader.load_model("builtin", device="cpu", precision="fp32")
    students = {name: _student(folder) for name, folder in runs.items()}
    columns = ["photo", "built-in", *(RUNS[name][0] for name in students)]
    sheet = Image.new("RGB", (2 * len(columns) * CELL + 16, 24 + (PHOTOS // 2) * CELL), "white")
    draw, font = (
        ImageDraw.Draw(sheet),
        ImageFont.truetype(str(paths.resource("fonts", "Inter-Regular.otf")), 14),
    )
    for number, file in enumerate(chosen):
        rgb = _square(decode(str(file)).rgb)
        cells = [rgb]
        pixels = model.prepare_whole(rgb, model.info.map_size)[None]
        grid = model.tokens(pixels, dense=True)
        cells.append(maps.pca_map(grid.patches[0], grid.cls[0]).colours)
        for student in students.values():
            with torch.no_grad():
                tokens = student(crops.normalised(crops.cut(rgb, (0, 0, 1, 1), SHORT))[None])
            cells.append(maps.pca_map(tokens.patches[0].numpy(), tokens.cls[0].numpy()).colours)
        side, row = divmod(number, PHOTOS // 2)
        for column, cell in enumerate(cells):
            left = (side * len(columns) + column) * CELL + 16 * side
            smooth = Image.Resampling.LANCZOS if column == 0 else Image.Resampling.NEAREST
            sheet.paste(Image.fromarray(cell).resize((CELL - 4, CELL - 4), smooth), (left, 24 + row * CELL))
            if not row:
                draw.text((left + 2, 4), columns[column], fill="#1B1F24", font=font)
    sheet.save(out / "ssl-maps.jpg", quality=88)


def _student(folder: Path) -> Student:
    file = folder / "student.safetensors"
    with safe_open(file, "pt") as weights:
        told = json.loads(weights.metadata()["card"])
    settings = SslSettings(**{each.name: told[each.name] for each in fields(SslSettings)})
    student = Student(small_shape(settings.dim, settings.depth, settings.heads))
    student.load_state_dict(load_file(file))
    return student.eval()


def _square(rgb: ByteArray) -> ByteArray:
    side = min(rgb.shape[:2]) // PATCH * PATCH
    top, left = (rgb.shape[0] - side) // 2, (rgb.shape[1] - side) // 2
    return rgb[top : top + side, left : left + side]


def main() -> None:
    """Draw both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plain", type=Path, required=True)
    parser.add_argument("--gram", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    chosen = parser.parse_args()
    runs = {"plain": chosen.plain, "gram": chosen.gram}
    plot(runs, chosen.out)
    page(runs, chosen.out)


if __name__ == "__main__":
    main()
