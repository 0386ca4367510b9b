"""A shot from its camera to the quicktime, through four programs: two connected graphs, "Rendering" and "Comp".

Without them at hand: --map 3dequalizer=python --map maya=python --map houdini=python --map nuke=python
"""
from flowpipe import Graph, Node


@Node(outputs=["camera_file"], metadata={"interpreter": "3dequalizer"})
def CreateCamera():
    return {"camera_file": "/abs/camera.abc"}


@Node(outputs=["scene_file"], metadata={"interpreter": "maya"})
def MayaSceneGeneration(camera_file):
    print("a scene around {0}".format(camera_file))
    return {"scene_file": "/usd/scene.usd"}


@Node(outputs=["renderings"], metadata={"interpreter": "houdini"})
def HoudiniRender(frames, scene_file):
    print("rendering {0} frames of {1}".format(len(frames), scene_file))
    return {"renderings": "/renderings/cg.%04d.exr"}


@Node(outputs=["images"])
def CheckImages(images):
    """Stands for looking at every image that a hiccup of the server may have spoiled."""
    return {"images": images}


@Node(outputs=["status"])
def UpdateDatabase(id_, images):
    print("asset {0} now has {1} batches of images".format(id_, len(images)))
    return {"status": True}


@Node(outputs=["slapcomp"], metadata={"interpreter": "nuke"})
def CreateSlapComp(images, template):
    print("{0} with {1} batches of images".format(template, len(images)))
    return {"slapcomp": "/comp/slapcomp.nk"}


@Node(outputs=["renderings"], metadata={"interpreter": "nuke"})
def NukeRender(frames, scene_file):
    print("rendering {0} frames of {1}".format(len(frames), scene_file))
    return {"renderings": "/renderings/comp.%04d.exr"}


@Node(outputs=["quicktime"])
def Quicktime(images):
    print("a movie of {0}".format(", ".join(images.values())))
    return {"quicktime": "/movies/resulting.mov"}


def render_shot(frames, batch_size):
    rendering, comp = Graph(name="Rendering"), Graph(name="Comp")
    camera = CreateCamera(graph=rendering)
    scene = MayaSceneGeneration(graph=rendering)
    update = UpdateDatabase(graph=rendering, id_=123456)
    slapcomp = CreateSlapComp(graph=comp, template="nuke_template.nk")
    quicktime = Quicktime(graph=comp)
    camera.outputs["camera_file"].connect(scene.inputs["camera_file"])
    for first in range(0, frames, batch_size):
        numbers = list(range(first, min(first + batch_size, frames)))  # the last batch ends with the shot
        suffix = "{0}-{1}".format(first, first + len(numbers))
        render = HoudiniRender(graph=rendering, name="HoudiniRender" + suffix, frames=numbers)
        check = CheckImages(graph=rendering, name="CheckImages" + suffix)
        comped = NukeRender(graph=comp, name="NukeRender" + suffix, frames=numbers)
        scene.outputs["scene_file"].connect(render.inputs["scene_file"])
        render.outputs["renderings"].connect(check.inputs["images"])
        check.outputs["images"].connect(update.inputs["images"][str(first)])
        check.outputs["images"].connect(slapcomp.inputs["images"][str(first)])
        slapcomp.outputs["slapcomp"].connect(comped.inputs["scene_file"])
        comped.outputs["renderings"].connect(quicktime.inputs["images"][str(first)])
    return rendering


graph = render_shot(30, 10)
