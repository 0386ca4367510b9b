"""A second of film: Blender builds a scene, renders its 24 frames in batches, they are checked, laid out and made a movie.

    backlot run examples/blender/film.py --trust            warm: one Blender renders batch after batch
    backlot run examples/blender/film.py --trust --cold     a Blender for each batch, as on a farm: the same pixels

Needs Blender (2.93 or newer) with flowpipe, and ffmpeg on the PATH. FILM_OUT says where to (default: rendered, beside this
file), FILM_SIZE how large (default: 320x180).
"""
import math
import os
import struct
import subprocess

from flowpipe import Graph, Node

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.abspath(os.environ.get("FILM_OUT", os.path.join(HERE, "rendered")))
WIDTH, HEIGHT = map(int, os.environ.get("FILM_SIZE", "320x180").split("x"))
FRAMES = list(range(1, 25))


@Node(outputs=["scene"], metadata={"interpreter": "blender"})
def BuildScene(folder, width, height, last):
    """A ring of blocks that turns once around a tower."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    bpy.ops.mesh.primitive_plane_add(size=40)
    bpy.ops.mesh.primitive_cylinder_add(radius=0.6, depth=4, location=(0, 0, 2))
    bpy.ops.object.empty_add()
    hub = bpy.context.object
    for number in range(7):
        angle = number * 2 * math.pi / 7
        place = (3 * math.cos(angle), 3 * math.sin(angle), 0.4 + number * 0.15)
        bpy.ops.mesh.primitive_cube_add(size=0.8, location=place, rotation=(0, 0, angle))
        block = bpy.context.object
        block.parent = hub
        paint = bpy.data.materials.new("Paint %d" % number)
        paint.diffuse_color = (number / 6, 0.3, 1 - number / 6, 1)
        paint.use_nodes = True
        paint.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = paint.diffuse_color
        block.data.materials.append(paint)
    for frame, turn in ((1, 0), (last + 1, 2 * math.pi)):
        hub.rotation_euler[2] = turn
        hub.keyframe_insert("rotation_euler", frame=frame)
    bpy.ops.object.light_add(type="SUN", rotation=(0.7, 0.3, 0.4))
    bpy.context.object.data.energy = 4
    bpy.ops.object.camera_add(location=(0, -11, 5), rotation=(1.18, 0, 0))
    scene.camera = bpy.context.object
    scene.frame_start, scene.frame_end = 1, last
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.render.resolution_x, scene.render.resolution_y = width, height
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "film.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    return {"scene": path}


@Node(outputs=["images"], metadata={"interpreter": "blender", "batch_size": 6})
def Render(frames, scene, images):
    import bpy

    bpy.ops.wm.open_mainfile(filepath=scene)
    render = bpy.context.scene.render
    render.image_settings.file_format = "PNG"
    for done, frame in enumerate(frames, 1):
        bpy.context.scene.frame_set(frame)
        render.filepath = images % frame
        bpy.ops.render.render(write_still=True)
        print("openjd_progress: %d" % (100 * done // len(frames)))
    return {"images": [images % frame for frame in frames]}


def size_of(path):
    """Width and height of a PNG picture; raises ValueError for any other file."""
    with open(path, "rb") as picture:
        head = picture.read(24)
    if head[:8] != b"\x89PNG\r\n\x1a\n" or len(head) < 24:
        raise ValueError("no PNG picture")
    return struct.unpack(">II", head[16:24])


@Node(outputs=["images"])
def CheckImages(images, count, width, height):
    faults = [] if len(images) == count else ["%d pictures of %d" % (len(images), count)]
    for path in images:
        try:
            if size_of(path) != (width, height):
                faults.append("%s is %d x %d" % ((path,) + size_of(path)))
        except (OSError, ValueError) as error:
            faults.append("%s: %s" % (path, error))
    if faults:
        raise RuntimeError("; ".join(faults))
    print("%d pictures of %d x %d" % (count, width, height))
    return {"images": images}


def ffmpeg(first, *more):
    """All pictures of the film through ffmpeg."""
    pattern = os.path.join(os.path.dirname(first), "film.%04d.png")
    command = ["ffmpeg", "-y", "-loglevel", "warning", "-framerate", "24", "-start_number", "1", "-i", pattern]
    subprocess.check_call(command + list(more))


@Node(outputs=["sheet"])
def ContactSheet(images, sheet):
    ffmpeg(images[0], "-vf", "scale=160:-2,tile=6x4:padding=4:margin=4", "-frames:v", "1", sheet)
    return {"sheet": sheet}


@Node(outputs=["movie"])
def MakeMovie(images, movie):
    ffmpeg(images[0], "-pix_fmt", "yuv420p", movie)
    return {"movie": movie}


graph = Graph(name="Film")
build = BuildScene(graph=graph, folder=FOLDER, width=WIDTH, height=HEIGHT, last=FRAMES[-1])
render = Render(graph=graph, frames=FRAMES, images=os.path.join(FOLDER, "film.%04d.png"))
check = CheckImages(graph=graph, count=len(FRAMES), width=WIDTH, height=HEIGHT)
sheet = ContactSheet(graph=graph, sheet=os.path.join(FOLDER, "sheet.png"))
movie = MakeMovie(graph=graph, movie=os.path.join(FOLDER, "film.mp4"))
build.outputs["scene"].connect(render.inputs["scene"])
render.outputs["images"].connect(check.inputs["images"])
check.outputs["images"].connect(sheet.inputs["images"])
check.outputs["images"].connect(movie.inputs["images"])
