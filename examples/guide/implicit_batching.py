"""One node renders all frames; `batch_size` tells Backlot to make a task for every 10 of them.

Without Maya at hand: --map maya=python
"""
from flowpipe import Graph, Node


@Node(outputs=["renderings"], metadata={"interpreter": "maya"})
def MayaRender(frames, scene_file):
    print("rendering {0} frames of {1}: {2}".format(len(frames), scene_file, frames))
    # every batch returns the same pattern, so the merged output is the pattern again
    return {"renderings": "/renderings/file.%04d.exr"}


@Node(outputs=["status"])
def UpdateDatabase(id_, images):
    print("asset {0} now shows {1}".format(id_, images))
    return {"status": True}


graph = Graph(name="Rendering")
render = MayaRender(
    graph=graph,
    frames=list(range(30)),
    scene_file="/scene/for/rendering.ma",
    metadata={"batch_size": 10},
)
update = UpdateDatabase(graph=graph, id_=123456)
render.outputs["renderings"].connect(update.inputs["images"])
