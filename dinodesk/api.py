"""The Python door: open a library, load a model; typed, and the same code as the command line.

>>> import dinodesk
>>> model = dinodesk.load_model("builtin")
>>> library = dinodesk.open_library("~/my-library")
>>> report = library.index(["~/Pictures"], model)
>>> for hit in library.search("a red car on a wet street", model, top=5):
...     print(hit.score, hit.path)
"""

from __future__ import annotations

from dinodesk.engine.headless import Answer, Hit, Library, Model, load_model, open_library

__all__ = ["Answer", "Hit", "Library", "Model", "load_model", "open_library"]
