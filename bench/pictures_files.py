"""Writes 48 frames as a render leaves them, 1920 x 1080, half RGBA, ZIP and PIZ in turn: python pictures_files.py FOLDER"""
import os
import sys

import numpy as np
import OpenEXR

WIDTH, HEIGHT = 1920, 1080
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
GRAIN = np.random.default_rng(16).standard_normal((HEIGHT, WIDTH)).astype(np.float32)


def frame(number):
    """A sky with a sun that moves, hills, and the grain of a denoised render."""
    t = number / 48
    sky = np.clip(1 - Y / 700, 0, 1)
    sun = np.exp(-((X - 300 - 1300 * t) ** 2 + (Y - 380 + 220 * np.sin(3.14 * t)) ** 2) / 9000) * 14
    hills = 640 + 60 * np.sin(X / 210) + 30 * np.sin(X / 67) < Y
    ground = 0.1 + 0.05 * np.sin(X / 31) * np.sin(Y / 19)
    light = (0.75 - 0.5 * sky + sun, 0.57 - 0.25 * sky + sun * 0.7, 0.65 * sky + 0.2 + sun * 0.35)
    planes = {c: np.where(hills, ground, v) * (1 + 0.015 * GRAIN) for c, v in zip("RGB", light)}
    planes["A"] = np.ones((HEIGHT, WIDTH))
    return {name: np.ascontiguousarray(np.clip(plane, 0, None).astype(np.float16)) for name, plane in planes.items()}


for number in range(1, 49):
    compression = OpenEXR.ZIP_COMPRESSION if number % 2 else OpenEXR.PIZ_COMPRESSION
    header = {"compression": compression, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, frame(number)).write(os.path.join(sys.argv[1], f"shot.{number:04d}.exr"))
