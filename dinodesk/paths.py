"""Where things lie: the program's own resources, the person's data, the default library."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_APP = "DinoDesk"


def resource(*parts: str) -> Path:
    """A file of `resources/`: inside an installed wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    root = inside if inside.is_dir() else package.parent / "resources"
    return root.joinpath(*parts)


def data_dir() -> Path:
    """The platform's folder for the person's DinoDesk data (not created here)."""
    return Path(platformdirs.user_data_dir(_APP, appauthor=False))


def config_dir() -> Path:
    """The platform's folder for settings (not created here)."""
    return Path(platformdirs.user_config_dir(_APP, appauthor=False))


def log_dir() -> Path:
    """The platform's folder for logs (not created here)."""
    return Path(platformdirs.user_log_dir(_APP, appauthor=False))


def default_library() -> Path:
    """`DINODESK_LIBRARY`, else a folder under the platform's data directory.

    Raises ValueError where the variable holds blanks only, which are the name of nothing.
    """
    chosen = os.environ.get("DINODESK_LIBRARY")
    if chosen and not chosen.strip():
        raise ValueError("The environment variable DINODESK_LIBRARY is blank. Name a folder, or unset it.")
    return Path(chosen).expanduser() if chosen else data_dir() / "library"


def sample_library() -> Path:
    """The library of the shipped sample photos, never mixed with the person's own."""
    return data_dir() / "samples-library"


def models_dir() -> Path:
    """Where imported model files are registered."""
    return data_dir() / "models"
