"""A second of film in plain Python: 24 frames are painted in batches, looked at, and laid out as a contact sheet.

    python3 examples/film/film_nodes.py > film.json      writes the graph as flowpipe's JSON

Needs flowpipe and nothing else. The pictures go to the folder `rendered` beside this file.
"""
import json
import os
import struct
import zlib

from flowpipe import Graph, Node

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, HEIGHT = 96, 54


def folder():
    path = os.path.join(HERE, "rendered")
    os.makedirs(path, exist_ok=True)
    return path


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png(path, width, height, pixels):
    """Beside its name first, so that a picture that is there is whole."""
    rows = b"".join(b"\0" + pixels[y * width * 3 : (y + 1) * width * 3] for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path + ".part", "wb") as picture:
        picture.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head))
        picture.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    os.replace(path + ".part", path)


def read_png(path):
    """Width, height and the pixels of a picture that write_png wrote; raises ValueError where it is none, or not whole."""
    with open(path, "rb") as picture:
        data = picture.read()
    if not data.startswith(b"\x89PNG") or not data.endswith(chunk(b"IEND", b"")):
        raise ValueError("no whole picture")
    width, height = struct.unpack(">II", data[16:24])
    length = struct.unpack(">I", data[33:37])[0]
    rows = zlib.decompress(data[41 : 41 + length])
    return width, height, b"".join(rows[y * (width * 3 + 1) + 1 : (y + 1) * (width * 3 + 1)] for y in range(height))


def paint(frame, last):
    """A sun that crosses the sky from the left to the right."""
    sun_x, sun_y = WIDTH * (frame - 0.5) / last, HEIGHT * 0.35
    for y in range(HEIGHT):
        for x in range(WIDTH):
            if y > HEIGHT * 0.7:
                yield from (40, 60 + x % 8, 40)
            elif (x - sun_x) ** 2 + (y - sun_y) ** 2 < 40:
                yield from (255, 220, 120)
            else:
                yield from (80, 120 + y, 200)


@Node(outputs=["images"], metadata={"batch_size": 8})
def Render(frames, last):
    """One batch of frames."""
    images = []
    for done, frame in enumerate(frames, 1):
        path = os.path.join(folder(), "film.%04d.png" % frame)
        write_png(path, WIDTH, HEIGHT, bytes(paint(frame, last)))
        print("frame %d: %s" % (frame, path))
        print("openjd_progress: %d" % (100 * done // len(frames)))
        images.append(path)
    return {"images": images}


@Node(outputs=["images"])
def CheckImages(images, count):
    """The lists of all batches arrive here as one."""
    faults = [] if len(images) == count else ["%d pictures of %d" % (len(images), count)]
    for path in images:
        try:
            if read_png(path)[:2] != (WIDTH, HEIGHT):
                faults.append("%s has another size" % path)
        except (OSError, ValueError) as error:
            faults.append("%s: %s" % (path, error))
    if faults:
        raise RuntimeError("; ".join(faults))
    print("%d pictures of %d x %d" % (count, WIDTH, HEIGHT))
    return {"images": images}


@Node(outputs=["sheet"])
def ContactSheet(images, columns=6):
    """Every second pixel of each picture, side by side."""
    rows = [images[i : i + columns] for i in range(0, len(images), columns)]
    pixels = bytearray()
    for row in rows:
        loaded = [read_png(path)[2] for path in row]
        for y in range(0, HEIGHT, 2):
            for picture in loaded:
                for x in range(0, WIDTH, 2):
                    at = (y * WIDTH + x) * 3
                    pixels += picture[at : at + 3]
            pixels += bytes(WIDTH // 2 * 3 * (columns - len(row)))
    path = os.path.join(folder(), "sheet.png")
    write_png(path, WIDTH // 2 * columns, HEIGHT // 2 * len(rows), bytes(pixels))
    return {"sheet": path}


def build(last=24):
    graph = Graph(name="Film")
    frames = list(range(1, last + 1))
    render = Render(graph=graph, frames=frames, last=last)
    check = CheckImages(graph=graph, count=last)
    sheet = ContactSheet(graph=graph)
    render.outputs["images"].connect(check.inputs["images"])
    check.outputs["images"].connect(sheet.inputs["images"])
    return graph


graph = build()

if __name__ == "__main__":
    import film_nodes  # under its own name: workers cannot import __main__

    print(json.dumps(film_nodes.graph.serialize(), indent=2))
