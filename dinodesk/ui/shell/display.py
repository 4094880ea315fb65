"""Whether there is a display for a window, asked before Qt is: without one Qt ends the program by a crash.

Only on Linux and its like, where a display may be absent, named and not there, or lack a library.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo

from dinodesk.errors import DinoDeskError

_NO_X = "DISPLAY is not set"
_NO_WAYLAND = "WAYLAND_DISPLAY is not set"


def check_display() -> None:
    """Raise DinoDeskError, one sentence with the reason and what to do, where Qt could not open a window."""
    if sys.platform in ("win32", "darwin", "cygwin"):
        return
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    platforms = [name.partition(":")[0] for name in chosen.split(";") if name.partition(":")[0]]
    reasons = [_why_not(name) for name in platforms or ("wayland", "xcb")]
    if all(reasons):
        said = [each for each in reasons if each not in (_NO_X, _NO_WAYLAND)] or reasons
        reason = "neither DISPLAY nor WAYLAND_DISPLAY is set" if said == [_NO_WAYLAND, _NO_X] else said[-1]
        raise DinoDeskError(
            f"There is no display for the window ({reason}): start it on a desktop, or use its commands, "
            "which need none (dinodesk --help)."
        )


def _why_not(name: str) -> str:
    """Why Qt's platform `name` can't be used here, "" where it can."""
    if name == "xcb":
        return _why_not_x() or _why_not_loaded(name)
    if name.startswith("wayland"):
        return _why_not_wayland()
    return _why_not_loaded(name)


def _why_not_x() -> str:
    display = os.environ.get("DISPLAY", "")
    if not display:
        return _NO_X
    try:
        xcb = ctypes.CDLL("libxcb.so.1")  # what Qt itself connects with: the same addresses and rights
    except OSError:
        return "the library libxcb is missing"
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(None, None)
    try:
        return f"the display {display} can't be reached" if xcb.xcb_connection_has_error(connection) else ""
    finally:
        xcb.xcb_disconnect(connection)


def _why_not_wayland() -> str:
    if os.environ.get("WAYLAND_SOCKET"):
        return ""  # a connection that can be used once, by Qt
    display = os.environ.get("WAYLAND_DISPLAY", "")
    if not display:
        return _NO_WAYLAND
    if not os.path.isabs(display) and not os.environ.get("XDG_RUNTIME_DIR"):
        return "XDG_RUNTIME_DIR is not set"
    try:
        wayland = ctypes.CDLL("libwayland-client.so.0")
    except OSError:
        return "the library libwayland-client is missing"
    wayland.wl_display_connect.restype = ctypes.c_void_p
    wayland.wl_display_connect.argtypes = (ctypes.c_char_p,)
    wayland.wl_display_disconnect.argtypes = (ctypes.c_void_p,)
    connection = wayland.wl_display_connect(None)
    if not connection:
        return f"the display {display} can't be reached"
    wayland.wl_display_disconnect(connection)
    return ""


def _why_not_loaded(name: str) -> str:
    """Whether Qt has a platform of this name and the system the libraries that it needs."""
    if os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH"):
        return ""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    plugin = folder / f"libq{name}.so"
    if not plugin.is_file():
        if not folder.is_dir():
            return ""  # built in some other way: Qt knows better
        return f"QT_QPA_PLATFORM names {name}, which this Qt does not have"
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return str(error).partition(":")[0] + " is missing or does not fit"
    return ""
