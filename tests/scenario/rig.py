"""A trained project on the simulated rig, for tests that run the real program on real files.

Training takes seconds, so it is done once per test program, in a folder that the tests copy.
"""

import ctypes
import glob
import json
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "cli"), os.path.join(HERE, "..", "delivery")]

import program  # noqa: E402

SIZE = "size=320x180"
NORMAL = "sim:normal?seed=3&fps=2&" + SIZE
COVERED = "sim:covered?seed=3&fps=2&onset=10&" + SIZE

# Small and quick; the network is the reference network all the same.
CONFIG = """\
image: {width: 64, height: 64}
capture: {interval_seconds: 1.0}
training: {batch_size: 8, epochs: 5, threads: 2, augment: {enabled: false}}
monitor: {frame_interval_seconds: 1.0, consecutive_anomalies: 3}
notify: {slack: {enabled: false}}
"""


def cmyk_jpeg(width, height):
    """As a printer's JPEG has it: four inks. Made by libturbojpeg, which leakwatch is linked with."""
    turbojpeg = ctypes.CDLL("libturbojpeg.so.0")
    turbojpeg.tjInitCompress.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(turbojpeg.tjInitCompress())
    pixels = bytes(width * height * 4)
    data, size = ctypes.POINTER(ctypes.c_ubyte)(), ctypes.c_ulong(0)
    cmyk, no_subsampling, quality = 11, 0, 90
    if turbojpeg.tjCompress2(handle, pixels, width, 0, height, cmyk, ctypes.byref(data),
                             ctypes.byref(size), no_subsampling, quality, 0) != 0:
        raise OSError("libturbojpeg makes no CMYK picture")
    contents = ctypes.string_at(data, size.value)
    turbojpeg.tjFree(data)
    turbojpeg.tjDestroy(handle)
    return contents


class RigTest(program.ProgramTest):
    """Every test begins with an empty project `rig`; `trained()` gives one with a model."""

    template = None

    def make_project(self, name="rig", config=CONFIG):
        self.succeed("init", name)
        self.write(name + "/config/config.yaml", config)
        return name

    def capture(self, project, count=40, source=NORMAL, *more):
        return self.succeed("capture", "--project", project, "--source",
                            source + "&duration=%d" % (count + 1), "--count", str(count),
                            "--ignore-mode", *more)

    def trained(self, name="rig"):
        """A copy of a trained project, without records."""
        cls = RigTest
        if cls.template is None:
            cls.holder = tempfile.TemporaryDirectory(prefix="leakwatch-trained-")
            made = self.make_project("template")
            self.capture(made)
            result = self.run_program("train", "--project", made)
            self.assertEqual(result.returncode, 0, result.stderr)
            cls.template = os.path.join(cls.holder.name, "template")
            shutil.copytree(self.path(made), cls.template)
            for leftover in glob.glob(os.path.join(cls.template, "logs", "*")) + \
                    glob.glob(os.path.join(cls.template, "outbox.db*")):
                os.remove(leftover)
        shutil.copytree(cls.template, self.path(name))
        return name

    def monitor(self, project, source, *more, **options):
        return self.run_program("monitor", "--project", project, "--source", source,
                                "--ignore-mode", *more, **options)

    def records(self, project, kind=None):
        found = []
        for path in sorted(glob.glob(self.path(project + "/logs/events-*.jsonl"))) + \
                [self.path(project + "/logs/events.jsonl")]:
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    found += [json.loads(line) for line in file]
        return [record for record in found if kind in (None, record["type"])]

    def check_gapless(self, project):
        numbers = [record["seq"] for record in self.records(project)]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))


main = program.main
