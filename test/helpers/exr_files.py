"""Writes EXR files of every compression, mix of types and layout with OpenEXR, and beside each what OpenEXR reads from it.

    python exr_files.py FOLDER

FOLDER gets NAME.exr, NAME.bin (every channel's samples as stored, halves widened to floats, one behind the other) and
list.json: per file its parts, per part its data window and the channels with type, width and height in the order of the .bin.
"""
import itertools
import json
import os
import sys

import numpy as np
import OpenEXR

FOLDER = sys.argv[1]
COMPRESSIONS = ("NO", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB")
WIDTH, HEIGHT = 70, 37
HALF, FLOAT, UINT = np.float16, np.float32, np.uint32
RANDOM = np.random.default_rng(16)
listed = []


def smooth(kind, height=HEIGHT, width=WIDTH, phase=0.0):
    """What a render has: gradients, an edge, some noise, light above 1, and nothing at all in a corner."""
    y, x = np.mgrid[0:height, 0:width]
    value = 1.5 + np.sin(x / 7 + phase) * np.cos(y / 5) + (x > width // 2) * 2 + RANDOM.random((height, width)) * 0.1
    value[: height // 4, : width // 4] = 0
    return np.ascontiguousarray(value.astype(kind))


def ids(height=HEIGHT, width=WIDTH):
    """Object numbers: small ones, and one that no float holds."""
    value = np.arange(height * width).reshape(height, width) // 50
    value[-1, -1] = 4294967291
    return np.ascontiguousarray(value.astype(UINT))


def beauty(kind, **size):
    return {name: smooth(kind, phase=i, **size) for i, name in enumerate("RGBA")}


def mixes():
    return {
        "half": beauty(HALF),
        "float": beauty(FLOAT),
        "half-and-depth": {**beauty(HALF), "Z": smooth(FLOAT) * 100},
        "half-and-ids": {**beauty(HALF), "id": ids()},
        "float-and-half": {**beauty(FLOAT), **{f"diffuse.{name}": smooth(HALF) for name in "RGB"}},
        "cryptomatte": {**beauty(HALF), **{f"crypto00.{name}": RANDOM.random((HEIGHT, WIDTH)).astype(FLOAT) for name in "RGBA"}},
        "all-three": {"R": smooth(HALF), "G": smooth(FLOAT), "B": smooth(HALF), "id": ids(), "N.X": smooth(FLOAT), "N.Y": smooth(HALF)},
        "depth-alone": {"Z": smooth(FLOAT)},
        "luminance-alone": {"Y": smooth(HALF)},
        "ids-alone": {"id": ids()},
    }


def window(left, top, width=WIDTH, height=HEIGHT):
    return (np.array([left, top], np.int32), np.array([left + width - 1, top + height - 1], np.int32))


def tiles(width, height):
    found = OpenEXR.TileDescription()
    found.xSize, found.ySize = width, height
    return found


def layouts():
    return {
        "lines": {"type": OpenEXR.scanlineimage},
        "tiles": {"type": OpenEXR.tiledimage, "tiles": tiles(32, 16)},
        "upwards": {"type": OpenEXR.scanlineimage, "lineOrder": OpenEXR.DECREASING_Y},
    }


def windows():
    """The data window against the display window."""
    inside, around = window(-5, -9), window(-20, -30, WIDTH + 40, HEIGHT + 50)
    return {
        "off-origin": {"dataWindow": window(11, 23), "displayWindow": window(11, 23)},
        "negative": {"dataWindow": inside, "displayWindow": inside},
        "crop": {"dataWindow": inside, "displayWindow": around},
        "overscan": {"dataWindow": inside, "displayWindow": window(3, 2, 40, 20)},
        "apart": {"dataWindow": inside, "displayWindow": window(500, 500, 20, 10)},
    }


def write(name, header, channels):
    file = OpenEXR.File(header, channels)
    file.write(os.path.join(FOLDER, name + ".exr"))
    note(name)


def note(name):
    """What OpenEXR reads from the file that was just written."""
    parts, samples = [], []
    with OpenEXR.File(os.path.join(FOLDER, name + ".exr"), separate_channels=True) as file:
        for index, part in enumerate(file.parts):
            data = part.header["dataWindow"]
            channels = []
            for key in sorted(part.channels):
                pixels = part.channels[key].pixels
                channels.append({"name": key, "type": str(pixels.dtype), "height": pixels.shape[0], "width": pixels.shape[1]})
                samples.append(pixels.astype(FLOAT) if pixels.dtype == HALF else pixels)
            parts.append({"left": int(data[0][0]), "top": int(data[0][1]), "channels": channels})
    with open(os.path.join(FOLDER, name + ".bin"), "wb") as out:
        for each in samples:
            out.write(np.ascontiguousarray(each).tobytes())
    listed.append({"name": name, "parts": parts})


def compressed(method, header):
    return {"compression": getattr(OpenEXR, method + "_COMPRESSION"), **header}


for method, (mix, channels), (layout, header) in itertools.product(COMPRESSIONS, mixes().items(), layouts().items()):
    write(f"{method}-{mix}-{layout}".lower(), compressed(method, header), channels)
for method, (place, header), (layout, kind) in itertools.product(COMPRESSIONS, windows().items(), layouts().items()):
    write(f"{method}-{place}-{layout}".lower(), compressed(method, {**kind, **header}), mixes()["half-and-depth"])
for method in COMPRESSIONS:
    names = {"rgba": mixes()["half"], "depth": {"Z": smooth(FLOAT)}, "id": {"id": ids()}}
    header = compressed(method, {"type": OpenEXR.scanlineimage})
    tiled = compressed(method, layouts()["tiles"])
    # a header of its own each: OpenEXR writes the part's name into it
    parts = [OpenEXR.Part(dict(tiled if name == "depth" else header), channels, name) for name, channels in names.items()]
    OpenEXR.File(parts).write(os.path.join(FOLDER, f"{method}-parts.exr".lower()))
    note(f"{method}-parts".lower())
    # luminance with chroma at half the size, as WRITE_YC files have it; of the arrays OpenEXR takes as many rows as it needs
    chroma = {name: OpenEXR.Channel(name, smooth(HALF, HEIGHT + 1), 2, 2) for name in ("RY", "BY")}
    size = window(-4, 6, WIDTH, HEIGHT + 1)
    yc = {"Y": smooth(HALF, height=HEIGHT + 1), **chroma}
    write(f"{method}-chroma-lines".lower(), {**header, "dataWindow": size, "displayWindow": size}, yc)
    for width, height in ((1, 1), (1, 50), (130, 1), (65, 257)):
        some = {"R": smooth(HALF, height, width), "G": smooth(HALF, height, width), "B": smooth(HALF, height, width), "Z": smooth(FLOAT, height, width)}
        for layout, kind in layouts().items():
            write(f"{method}-{width}x{height}-{layout}".lower(), compressed(method, kind), some)

with open(os.path.join(FOLDER, "list.json"), "w") as out:
    json.dump(listed, out)
