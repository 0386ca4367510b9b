"""Puts Blender back as it started, for a session's next task: what `from backlot_blender import reset` in an interpreter's
reset means (docs/adr/0019). Imported when Blender has started, since what is there then is noted; bpy of 2.93 and newer.
"""
import sys

import addon_utils
import bpy
from mathutils import noise

SIMPLE = ("BOOLEAN", "INT", "FLOAT", "STRING", "ENUM")
OWN = set(sys.modules) - {"__main__"}


def values_of(data, path=(), depth=3):
    """The values of a settings struct that can be set, by path."""
    found = {}
    for prop in data.bl_rna.properties:
        name = prop.identifier
        if prop.type in SIMPLE and not prop.is_readonly:
            value = getattr(data, name)
            found[path + (name,)] = tuple(value) if getattr(prop, "is_array", False) else value
        elif prop.type == "POINTER" and name != "rna_type" and depth and getattr(data, name) is not None:
            found.update(values_of(getattr(data, name), path + (name,), depth - 1))
    return found


def preferences():
    """Those of Blender, and those of its add-ons by their modules."""
    found = {None: values_of(bpy.context.preferences)}
    for addon in bpy.context.preferences.addons:
        if addon.preferences is not None:
            found[addon.module] = values_of(addon.preferences)
    return found


def addons_on():
    return {name for name, module in list(sys.modules.items()) if getattr(module, "__addon_enabled__", False)}


def handlers():
    lists = ((name, getattr(bpy.app.handlers, name)) for name in dir(bpy.app.handlers))
    return {name: calls for name, calls in lists if isinstance(calls, list)}


def kinds():
    """The types on which scripts hang properties of their own."""
    others = ("ViewLayer", "Bone", "EditBone", "PoseBone", "View3DShading", "TimelineMarker", "Sequence", "Strip")
    bases = (bpy.types.ID,) + tuple(getattr(bpy.types, name) for name in others if hasattr(bpy.types, name))
    all_types = (getattr(bpy.types, name) for name in dir(bpy.types))
    return [kind for kind in all_types if isinstance(kind, type) and issubclass(kind, bases)]


def properties_of(kind):
    return {prop.identifier for prop in kind.bl_rna.properties if prop.is_runtime}


def registered():
    """Classes that scripts have registered."""
    todo, found = [bpy.types.bpy_struct], set()
    while todo:
        for kind in type.__subclasses__(todo.pop()):
            if kind not in found:
                found.add(kind)
                todo.append(kind)
    return {kind for kind in found if getattr(kind, "is_registered", False) is True}


STARTED = {
    "file": bpy.data.filepath,
    "preferences": preferences(),
    "addons": addons_on(),
    "handlers": {name: list(calls) for name, calls in handlers().items()},
    "drivers": dict(bpy.app.driver_namespace),
    "properties": {kind: properties_of(kind) for kind in kinds()},
    "classes": registered(),
}


def reset():
    """Preferences, add-ons and scene as they were; then what outlives those: properties, classes, handlers, drivers."""
    if "--factory-startup" in sys.argv:
        bpy.ops.wm.read_factory_settings(use_empty=False)
    else:
        bpy.ops.wm.read_userpref()
        bpy.ops.wm.read_homefile()
    put_back_addons()
    put_back_preferences()
    if STARTED["file"]:
        bpy.ops.wm.open_mainfile(filepath=STARTED["file"])
    for kind, names in STARTED["properties"].items():
        for name in properties_of(kind) - names:
            drop_property(kind, name)
    for kind in registered() - STARTED["classes"]:
        if kind.__module__ not in OWN:
            bpy.utils.unregister_class(kind)
    put_back_handlers()
    drivers = bpy.app.driver_namespace
    for name in set(drivers) - set(STARTED["drivers"]):
        del drivers[name]
    drivers.update(STARTED["drivers"])
    noise.seed_set(0)  # as at its start: by the clock


def put_back_addons():
    for name in addons_on() - STARTED["addons"]:
        addon_utils.disable(name)
    for name in STARTED["addons"] - addons_on():
        addon_utils.enable(name)


def put_back_preferences():
    """What a startup script set is not on the disk, so each value that differs is set once more."""
    addons = bpy.context.preferences.addons
    for module, before in STARTED["preferences"].items():
        addon = addons.get(module) if module else None
        data = bpy.context.preferences if module is None else addon and addon.preferences
        if not data:
            continue
        now = values_of(data)
        for path, value in before.items():
            if now.get(path) != value:
                set_value(data, path, value)


def set_value(data, path, value):
    for name in path[:-1]:
        data = getattr(data, name)
    try:
        setattr(data, path[-1], value)
    except (AttributeError, TypeError, ValueError):
        pass  # a choice that is not offered any more, such as that of a device


def drop_property(kind, name):
    try:
        delattr(kind, name)
    except (AttributeError, TypeError, RuntimeError):
        pass  # it belongs to a type above, where it is dropped as well


def key_of(call):
    """The same function after its module was loaded anew."""
    name = getattr(call, "__qualname__", None)
    return (getattr(call, "__module__", None), name) if name else id(call)


def put_back_handlers():
    """Those of its start and of its add-ons, which may have been registered anew, each once."""
    for name, calls in handlers().items():
        before = STARTED["handlers"].get(name, [])
        own = [call for call in calls if getattr(call, "__module__", None) in OWN]
        newest = {key_of(call): call for call in before + own}
        calls[:] = list(newest.values())
