#!/usr/bin/python3
"""How much memory a monitor takes at the sizes that people use: a 1280x720 clip of JPEGs, the network
at 256x256, evidence with frames from before and after."""

import os
import subprocess

import rig

LIMIT_MB = 150
SIZE = "size=1280x720"
CONFIG = """\
capture: {interval_seconds: 1.0}
training: {batch_size: 4, epochs: 1, augment: {enabled: false}}
monitor: {frame_interval_seconds: 0, save_context: {enabled: true, pre_frames: 3, post_frames: 3}}
notify: {slack: {enabled: false}}
"""


class Footprint(rig.RigTest):
    def pictures(self, project, source, count):
        result = self.run_program("capture", "--project", project, "--ignore-mode", "--source",
                                  source + "&duration=%d" % (count + 1), "--count", str(count))
        self.assertEqual(result.returncode, 0, result.stderr)
        folder = self.path(project + "/data/normal")
        return [self.read(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]

    def test_monitoring_stays_below_150_mb(self):
        self.make_project(config=CONFIG)
        self.make_project("leaking", config=CONFIG)
        normal = self.pictures("rig", "sim:normal?seed=3&" + SIZE, 20)
        covered = self.pictures("leaking", "sim:covered?seed=3&onset=0&" + SIZE, 20)
        result = self.run_program("train", "--project", "rig", timeout=300)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.write("clip.mjpeg", b"".join((normal + covered) * 4))
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", "clip.mjpeg",
             "--ignore-mode"], cwd=self.folder, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        peak_mb = usage.ru_maxrss * 1024 / 1e6
        print("peak %.0f MB" % peak_mb)
        self.assertEqual(len(self.records("rig", "frame_status")), 160)
        self.assertGreaterEqual(len(self.records("rig", "anomaly_detected")), 1)
        self.assertLessEqual(peak_mb, LIMIT_MB)


if __name__ == "__main__":
    rig.main()
