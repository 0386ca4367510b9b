"""A shot that is green on its author's machine and red on a farm.

    backlot run examples/rehearsal/graph.py                                    succeeds
    backlot rehearse examples/rehearsal/graph.py --share examples/rehearsal    names four causes

Pictures and caches are lines of text here, so that every difference can be read. mended.py is the same shot without the
four.
"""
import json
import os
import tempfile

from flowpipe import Graph, Node

HERE = os.path.dirname(os.path.abspath(__file__))
RENDERED = os.path.join(HERE, "rendered")  # stands for the shot's folder on the file server


def read(path):
    with open(path) as text:
        return text.read().strip()


def write(path, text, mode="w"):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, mode) as out:
        out.write(text + "\n")


@Node(outputs=["caches"])
def FogSim(frames, caches):
    for frame in frames:
        write(caches % frame, "fog of density {0:.2f}".format(frame / 10))
    return {"caches": caches}


@Node(outputs=["images"])
def Render(frames, caches, images):
    for frame in frames:
        picture = "frame {0}: hangar".format(frame)
        try:
            picture += ", " + read(caches % frame)
        except FileNotFoundError:  # renderers go on without a cache that is not there
            print("warning: there is no cache {0}".format(caches % frame))
        write(images % frame, picture)
    return {"images": images}


@Node(outputs=["graded"])
def Grade(frames, images, config, graded):
    try:
        look = json.loads(read(config))["look"]
    except FileNotFoundError:
        look = "ungraded"
    for frame in frames:
        write(graded % frame, "{0}, {1}".format(read(images % frame), look))
    return {"graded": graded}


@Node(outputs=["slate"])
def MakeSlate(shot):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as out:
        out.write("slate of {0}".format(shot))
    # 1. Handed on in the temporary folder, which is another one on every machine.
    return {"slate": out.name}


@Node(outputs=["movie"])
def MakeMovie(slate, frames, images, movie):
    write(movie, "\n".join([read(slate)] + [read(images % frame) for frame in frames]))
    return {"movie": movie}


@Node(outputs=["dailies"])
def AddToDailies(movie, dailies):
    # 2. When a worker is lost, its task runs again: then the movie is in the list twice.
    write(dailies, movie, mode="a")
    return {"dailies": dailies}


graph = Graph(name="Hangar")
frames = list(range(1, 9))

fog = FogSim(graph=graph, frames=frames, caches=RENDERED + "/fog/fog.%04d.txt")
render = Render(
    graph=graph,
    frames=frames,
    caches=RENDERED + "/fog/fog.%04d.txt",  # 3. Named, not connected: Render does not wait for the fog.
    images=RENDERED + "/beauty/beauty.%04d.txt",
    metadata={"batch_size": 4},
)
grade = Grade(
    graph=graph,
    frames=frames,
    config=os.path.relpath(HERE + "/colour.json"),  # 4. From the author's folder; workers start in another one.
    graded=RENDERED + "/graded/graded.%04d.txt",
)
slate = MakeSlate(graph=graph, shot="hangar_010")
movie = MakeMovie(graph=graph, frames=frames, movie=RENDERED + "/hangar_010.txt")
dailies = AddToDailies(graph=graph, dailies=RENDERED + "/dailies.txt")
render.outputs["images"].connect(grade.inputs["images"])
grade.outputs["graded"].connect(movie.inputs["images"])
slate.outputs["slate"].connect(movie.inputs["slate"])
movie.outputs["movie"].connect(dailies.inputs["movie"])
