"""The shot of graph.py, mended: `diff graph.py mended.py` shows the four places. The rehearsal finds nothing in it."""
import json
import os

from flowpipe import Graph, Node

HERE = os.path.dirname(os.path.abspath(__file__))
RENDERED = os.path.join(HERE, "rendered")  # stands for the shot's folder on the file server


def read(path):
    with open(path) as text:
        return text.read().strip()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(text + "\n")


@Node(outputs=["caches"])
def FogSim(frames, caches):
    for frame in frames:
        write(caches % frame, "fog of density {0:.2f}".format(frame / 10))
    return {"caches": caches}


@Node(outputs=["images"])
def Render(frames, caches, images):
    for frame in frames:
        write(images % frame, "frame {0}: hangar, {1}".format(frame, read(caches % frame)))
    return {"images": images}


@Node(outputs=["graded"])
def Grade(frames, images, config, graded):
    look = json.loads(read(config))["look"]
    for frame in frames:
        write(graded % frame, "{0}, {1}".format(read(images % frame), look))
    return {"graded": graded}


@Node(outputs=["slate"])
def MakeSlate(shot, slate):
    # 1. In the shot's folder.
    write(slate, "slate of {0}".format(shot))
    return {"slate": slate}


@Node(outputs=["movie"])
def MakeMovie(slate, frames, images, movie):
    write(movie, "\n".join([read(slate)] + [read(images % frame) for frame in frames]))
    return {"movie": movie}


@Node(outputs=["dailies"])
def AddToDailies(movie, dailies):
    # 2. A file for each movie: written twice, it is still one.
    write(dailies, movie)
    return {"dailies": dailies}


graph = Graph(name="Hangar")
frames = list(range(1, 9))

fog = FogSim(graph=graph, frames=frames, caches=RENDERED + "/fog/fog.%04d.txt")
render = Render(
    graph=graph,
    frames=frames,
    images=RENDERED + "/beauty/beauty.%04d.txt",
    metadata={"batch_size": 4},
)
grade = Grade(
    graph=graph,
    frames=frames,
    config=HERE + "/colour.json",  # 4. The whole path, and no way round a config that is not there.
    graded=RENDERED + "/graded/graded.%04d.txt",
)
slate = MakeSlate(graph=graph, shot="hangar_010", slate=RENDERED + "/slate.txt")
movie = MakeMovie(graph=graph, frames=frames, movie=RENDERED + "/hangar_010.txt")
dailies = AddToDailies(graph=graph, dailies=RENDERED + "/dailies/hangar_010.txt")
fog.outputs["caches"].connect(render.inputs["caches"])  # 3.
render.outputs["images"].connect(grade.inputs["images"])
grade.outputs["graded"].connect(movie.inputs["images"])
slate.outputs["slate"].connect(movie.inputs["slate"])
movie.outputs["movie"].connect(dailies.inputs["movie"])
