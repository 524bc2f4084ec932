#!/usr/bin/python3
"""`leakwatch evaluate --detector scene` on pictures of the simulated rig: what is found, what is not,
and what a kill and a damaged model cost.

The pictures are captured from the rig with the program itself: normal ones, a spill that begins in the
middle, and a quiet stretch of another hour.
"""

import glob
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

import rig

NORMALS, FRAMES, ONSET = 40, 30, 10
PX = 320 * 180


class Scene(rig.RigTest):
    template = None

    def pictures(self, source, count, folder):
        """`count` pictures of the rig, one a second, as files of their own."""
        project = "shoot-" + folder.replace("/", "-")
        self.make_project(project)
        self.capture(project, count, source)
        names = sorted(glob.glob(self.path(project + "/data/normal/*.jpg")))
        self.assertEqual(len(names), count)
        os.makedirs(self.path(folder))
        for i, name in enumerate(names):
            shutil.copy(name, self.path("%s/%04d.jpg" % (folder, i)))
        shutil.rmtree(self.path(project))

    def case(self, folder, kind, onset):
        area = [0 if onset is None or i < onset else PX // 20 for i in range(FRAMES)]
        self.write(folder + "/case.json", json.dumps({
            "name": os.path.basename(folder), "kind": kind, "onset": onset, "area": area,
            "frame_interval_seconds": 1.0}))

    def dataset(self):
        cls = Scene
        if cls.template is None:
            cls.template = tempfile.TemporaryDirectory(prefix="leakwatch-scene-")
            self.pictures(rig.NORMAL, NORMALS, "ds/rig/normal")
            self.pictures("sim:puddle?seed=3&fps=2&onset=%d&%s" % (ONSET, rig.SIZE), FRAMES,
                          "ds/rig/spill")
            self.pictures("sim:normal?seed=3&fps=2&start=3600&" + rig.SIZE, FRAMES, "ds/rig/quiet")
            self.case("ds/rig/spill", "puddle", ONSET)
            self.case("ds/rig/quiet", "quiet", None)
            shutil.copytree(self.path("ds"), cls.template.name + "/ds")
            shutil.rmtree(self.path("ds"))
        shutil.copytree(cls.template.name + "/ds", self.path("ds"))

    ARGUMENTS = ("evaluate", "ds", "--detector", "scene", "--json")

    def evaluate(self, *more):
        result = self.run_program(*self.ARGUMENTS, *more)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout), result.stderr

    def model(self):
        found = glob.glob(self.path("evaluation/models/*/scene.bin"))
        self.assertEqual(len(found), 1)
        return found[0]

    def test_a_spill_is_found_and_the_quiet_stretch_is_quiet(self):
        self.dataset()
        report, said = self.evaluate()
        run = report["runs"][0]
        self.assertEqual(run["detector"], "scene")
        self.assertEqual(run["summary"]["all"]["found"]["count"], 1, said)
        self.assertEqual(run["summary"]["false_alarms"]["count"], 0, said)
        spill = [one for one in run["sequences"] if one["name"] == "spill"][0]
        self.assertGreaterEqual(spill["found_frame"], ONSET)
        again, said = self.evaluate()
        self.assertEqual(again, report)
        self.assertIn("2 of 2 sequences were evaluated before", said)
        # Learned and watched anew, it is the same to the digit.
        before = self.read(self.model())
        shutil.rmtree(self.path("evaluation"))
        self.assertEqual(self.evaluate()[0], report)
        self.assertEqual(self.read(self.model()), before)

    def killed(self, delay):
        process = subprocess.Popen([rig.program.LEAKWATCH, *self.ARGUMENTS], cwd=self.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def test_a_kill_at_any_moment_costs_nothing_but_time(self):
        self.dataset()
        report, _ = self.evaluate()
        shutil.rmtree(self.path("evaluation"))
        for delay in (0.05, 0.3, 0.6, 1.0, 1.5, 2.5):  # learning, watching, writing
            self.killed(delay)
        self.assertEqual(self.evaluate()[0], report)
        self.assertEqual(glob.glob(self.path("evaluation/**/.*tmp*"), recursive=True), [])

    def test_a_damaged_model_is_refused_with_the_remedy(self):
        project = self.make_project()
        self.capture(project)
        kind = "--detector.kind=scene"
        self.succeed("train", "--project", project, kind)
        path = self.path(project + "/model/scene.bin")
        contents = bytearray(self.read(path))
        contents[len(contents) // 2] ^= 1
        for damaged in (contents, contents[:1000], b""):
            with open(path, "wb") as file:
                file.write(damaged)
            result = self.monitor(project, rig.NORMAL + "&duration=3", kind)
            self.assertEqual(result.returncode, 65, result.stderr)
            self.assertIn("scene.bin", result.stderr)
            self.assertIn("train again", result.stderr)
        os.remove(path)
        result = self.monitor(project, rig.NORMAL + "&duration=3", kind)
        self.assertEqual(result.returncode, 66, result.stderr)
        self.assertIn("leakwatch train", result.stderr)


if __name__ == "__main__":
    rig.main()
