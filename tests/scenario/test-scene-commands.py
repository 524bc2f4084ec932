#!/usr/bin/python3
"""The scene detector through the commands of the real program, and `ack --normal` beside a monitor that runs."""

import glob
import json
import os
import signal
import subprocess
import time

import rig

CONFIG = """\
image: {width: 64, height: 64}
capture: {interval_seconds: 1.0}
training: {batch_size: 8, epochs: 2, threads: 2, augment: {enabled: false}}
monitor: {frame_interval_seconds: 0.5, consecutive_anomalies: 3}
notify: {slack: {enabled: false}}
detector: {kind: scene}
"""
PUDDLE = "sim:puddle?seed=3&fps=2&onset=10&" + rig.SIZE


class SceneCommands(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.make_project(config=CONFIG)
        self.capture("rig", 100)
        self.output = self.succeed("train", "--project", "rig")

    def take_wet_pictures(self):
        """wet/data/normal: ten pictures of one second in which a puddle stands."""
        self.make_project("wet")
        self.succeed("capture", "--project", "wet", "--source",
                     PUDDLE.replace("fps=2", "fps=10") + "&duration=60", "--interval", "0",
                     "--from", "300", "--to", "309", "--ignore-mode")

    def start_monitor(self, source):
        output = open(self.path("monitor.txt"), "w", encoding="utf-8")
        self.addCleanup(output.close)
        process = subprocess.Popen([rig.program.LEAKWATCH, "monitor", "--project", "rig",
                                    "--source", source], cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(30)

    def wait_for(self, kind, count=1, seconds=60):
        for _ in range(seconds * 10):
            found = self.records("rig", kind)
            if len(found) >= count:
                return found[count - 1]
            time.sleep(0.1)
        with open(self.path("monitor.txt"), encoding="utf-8") as file:
            self.fail("no %s (%d):\n%s" % (kind, count, file.read()))
        return None

    def wait_for_frames(self, count):
        self.wait_for("frame_status", len(self.records("rig", "frame_status")) + count)

    def health_of_model(self):
        result = self.run_program("health", "--project", "rig", "--skip-camera", "--json")
        return [check for check in json.loads(result.stdout)["checks"]
                if check["check"] == "model"][0]

    # ---- the tests

    def test_a_leak_is_alarmed_with_its_evidence(self):
        self.assertIn("the scene of ", self.output)
        result = self.monitor("rig", PUDDLE + "&duration=40")
        self.assertEqual(result.returncode, 0, result.stderr)
        [start] = self.records("rig", "startup")
        self.assertEqual(start["detector"], "scene")
        self.assertIn("scene detector", start["detail"])
        [alarm] = self.records("rig", "anomaly_detected")
        self.assertGreaterEqual(alarm["media_time_s"], 10)
        self.assertIn(alarm["path"], ("strong", "lasting", "growing"))
        self.assertEqual([os.path.basename(path).split("_2000")[0] for path in alarm["saved_paths"]],
                         ["anomaly", "input_resized", "reconstruction", "error_heatmap", "compare"])
        for path in alarm["saved_paths"]:
            self.assertTrue(os.path.exists(self.path("rig/" + path)), path)
        self.succeed("summary", "--project", "rig", "--date", "2000-01-01")
        [page] = glob.glob(self.path("rig/reports/daily_summary/*.html"))
        with open(page, encoding="utf-8") as file:
            self.assertIn("score (evidence, 1 = threshold)", file.read())

    def test_a_picture_is_judged_as_if_it_stayed(self):
        seen = json.loads(self.succeed("snapshot", "--project", "rig", "--json", "--source",
                                       rig.NORMAL + "&duration=5"))
        self.assertEqual((seen["is_anomaly"], seen["threshold"]), (False, 1.0))
        self.assertLess(seen["score"], 1.0)
        self.take_wet_pictures()
        seen = json.loads(self.succeed("snapshot", "--project", "rig", "--json", "--source",
                                       "wet/data/normal"))
        self.assertTrue(seen["is_anomaly"])
        self.assertGreater(seen["score"], 1.0)
        for folder, abnormal in (("rig", 0), ("wet", 3)):
            seen = json.loads(self.succeed("visualize", "--project", "rig", "--num", "3", "--json",
                                           "--input-dir", folder + "/data/normal"))
            self.assertEqual(seen["abnormal"], abnormal)

    def test_what_belongs_to_training_is_not_calibrated(self):
        self.fail_with(64, "the scene detector has no threshold to calibrate", "calibrate",
                       "--project", "rig")

    def test_health_knows_the_model(self):
        check = self.health_of_model()
        self.assertEqual(check["state"], "OK")
        self.assertIn("of the scene detector fits", check["seen"])
        os.remove(self.path("rig/model/scene.bin"))
        self.assertEqual(self.health_of_model()["state"], "FAIL")

    def test_each_method_keeps_its_model(self):
        scene = self.read("rig/model/scene.bin")
        result = self.run_program("train", "--project", "rig", "--detector.kind=reference")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("the model of the scene detector stays beside it", result.stdout)
        self.assertEqual(self.read("rig/model/scene.bin"), scene)
        network = self.read("rig/model/autoencoder.onnx")
        self.assertFalse(os.path.exists(self.path("rig/model/previous")))
        again = self.run_program("train", "--project", "rig")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("the model of the reference detector stays beside it", again.stdout)
        self.assertEqual(os.listdir(self.path("rig/model/previous")), ["scene.bin"])
        self.assertEqual(self.read("rig/model/autoencoder.onnx"), network)
        for kind in ("reference", "scene"):
            result = self.monitor("rig", rig.NORMAL + "&duration=5", "--detector.kind=" + kind)
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([start["detector"] for start in self.records("rig", "startup")],
                         ["reference", "scene"])

    def test_what_is_accepted_as_normal_is_quiet_until_it_is_taken_back(self):
        small = "size=160x90"  # the puddle grows, but for a while not beyond what was accepted
        for path in glob.glob(self.path("rig/data/normal/*.jpg")):
            os.remove(path)
        self.capture("rig", 100, rig.NORMAL.replace(rig.SIZE, small))
        self.succeed("train", "--project", "rig")
        self.write("rig/state/mode.txt", "MONITOR\n")
        process = self.start_monitor(PUDDLE.replace("fps=2", "fps=4").replace(rig.SIZE, small))
        event = self.wait_for("anomaly_detected")["event_id"]
        told = self.succeed("ack", "--project", "rig", "--normal", event)
        self.assertIn("is normal from now on", told)
        [accepted] = self.records("rig", "accepted_as_normal")
        self.assertEqual((accepted["event_id"], accepted["undone"]), (event, False))
        self.assertEqual(self.wait_for("alarm_closed")["event_id"], event)
        self.wait_for_frames(16)
        self.assertEqual(len(self.records("rig", "anomaly_detected")), 1)
        self.succeed("ack", "--project", "rig", "--normal", "--undo", event)
        self.wait_for("anomaly_detected", 2)
        self.assertTrue(self.records("rig", "accepted_as_normal")[1]["undone"])
        self.end(process)
        self.check_gapless("rig")

    def test_what_cannot_be_accepted_is_said(self):
        self.fail_with(64, "--undo goes with --normal", "ack", "1", "--undo", "--project", "rig")
        self.fail_with(64, "--normal needs the id of one alarm", "ack", "--normal", "--project",
                       "rig")
        self.fail_with(64, "the reference detector cannot be told what is normal", "ack", "1",
                       "--normal", "--project", "rig", "--detector.kind=reference")
        self.fail_with(66, 'there is no alarm "1"', "ack", "1", "--normal", "--project", "rig")
        self.fail_with(66, 'no accepted alarm is "1"', "ack", "1", "--normal", "--undo",
                       "--project", "rig")
        self.assertEqual(self.records("rig", "accepted_as_normal"), [])


if __name__ == "__main__":
    rig.main()
