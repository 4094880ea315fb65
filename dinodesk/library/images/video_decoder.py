"""The first frame of a video, where the optional package `av` (FFmpeg, with GPL parts) is installed."""

from __future__ import annotations

import importlib
from typing import BinaryIO

from PIL import Image

from dinodesk.errors import PhotoError

_QUARTERS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


def first_frame(file: BinaryIO, most_pixels: int) -> Image.Image:
    """The first frame, upright, RGB. Raises PhotoError with a plain reason."""
    av = importlib.import_module("av")  # at the first video: it takes as long as all the others
    try:
        with av.open(file) as container:
            if not container.streams.video:
                raise PhotoError("There are no pictures in this video.")
            stream = container.streams.video[0]
            context = stream.codec_context
            if context.width * context.height > most_pixels:
                raise PhotoError(f"It is too large: {context.width:,} × {context.height:,} pixels.")
            stream.thread_type = "NONE"  # one frame needs no threads, and decoder processes have one core
            for frame in container.decode(stream):
                image: Image.Image = frame.to_image()
                turn = _QUARTERS.get(round(frame.rotation) % 360)
                return image.transpose(turn) if turn is not None else image
    except av.FFmpegError as error:
        raise PhotoError("The video is damaged, or of a kind DinoDesk does not read.") from error
    raise PhotoError("There are no pictures in this video.")
