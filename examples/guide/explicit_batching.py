"""The batches are nodes of the graph: each feeds a part of one compound input. The last batch ends with the last frame.

Without Maya at hand: --map maya=python
"""
from flowpipe import Graph, Node


@Node(outputs=["renderings"], metadata={"interpreter": "maya"})
def MayaRender(frames, scene_file):
    print("rendering {0} frames of {1}: {2}".format(len(frames), scene_file, frames))
    return {"renderings": "/renderings/file.%04d.exr"}


@Node(outputs=["status"])
def UpdateDatabase(id_, images):
    for first, pattern in images.items():
        print("asset {0}, from frame {1}: {2}".format(id_, first, pattern))
    return {"status": True}


def explicit_batching(frames, batch_size):
    graph = Graph(name="Rendering")
    update = UpdateDatabase(graph=graph, id_=123456)
    for first in range(0, frames, batch_size):
        end = min(first + batch_size, frames)
        render = MayaRender(
            graph=graph,
            name="MayaRender{0}-{1}".format(first, end),
            frames=list(range(first, end)),
            scene_file="/scene/for/rendering.ma",
        )
        render.outputs["renderings"].connect(update.inputs["images"][str(first)])
    return graph


# 0-9, 10-19 and 20-24
graph = explicit_batching(25, 10)
