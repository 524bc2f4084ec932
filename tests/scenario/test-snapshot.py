#!/usr/bin/python3
"""`snapshot`: the same files and record as an alarm, of a moment that somebody chose, and every way
in which it fails."""

import glob
import json
import os
import shutil
import subprocess

import rig

KINDS = ["anomaly", "compare", "error_heatmap", "input_resized", "reconstruction"]


class SnapshotTest(rig.RigTest):
    def snapshot(self, *arguments, **options):
        return self.run_program("snapshot", "--project", "rig", *arguments, **options)

    def pictures(self):
        """Evidence there is, whole each, by its beginning."""
        names = os.listdir(self.path("rig/data/anomalies"))
        for name in names:
            self.assertFalse(name.startswith("."), name)
            self.assertEqual(self.read("rig/data/anomalies/" + name)[-2:], b"\xff\xd9", name)
        return sorted(name.rsplit("_", 3)[0] for name in names)

    def check_refused(self, status, message, *arguments, **options):
        result = self.snapshot(*arguments, **options)
        self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
        self.assertIn(message, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertEqual(self.pictures(), [])
        self.assertEqual(self.records("rig", "snapshot_saved"), [])


class Moment(SnapshotTest):
    def test_a_normal_moment(self):
        self.trained()
        said = self.succeed("snapshot", "--project", "rig", "--source", rig.NORMAL + "&duration=3")
        self.assertRegex(said, r"^score 0\.\d+, threshold 0\.\d+; largest blob \d+ px, limit \d+\n")
        self.assertEqual(self.pictures(), KINDS)
        for line in said.splitlines()[2:]:
            self.assertTrue(os.path.exists(self.path(line)), line)
        self.assertEqual(len(said.splitlines()), 2 + len(KINDS))
        inside = self.succeed("snapshot", "--source", rig.NORMAL + "&duration=3", cwd="rig")
        self.assertTrue(os.path.exists(self.path("rig/" + inside.splitlines()[-1])))

    def test_it_is_what_a_monitor_sees(self):
        self.trained()
        clip = self.path("rig/data/normal")  # a folder of pictures, so that the first is known
        self.assertEqual(self.monitor("rig", clip).returncode, 0)
        seen = self.records("rig", "frame_status")[0]
        document = json.loads(self.succeed("snapshot", "--project", "rig", "--source", clip,
                                           "--json"))
        record, = self.records("rig", "snapshot_saved")
        for name in ("score", "threshold", "score_triggered", "heatmap_triggered",
                     "largest_blob_area", "blob_area_threshold", "is_anomaly"):
            self.assertEqual(document[name], seen[name], name)
            self.assertEqual(record[name], seen[name], name)
        self.assertEqual(record["frame"], 0)
        self.check_gapless("rig")

    def test_an_abnormal_moment_has_the_files_and_record_of_an_alarm(self):
        self.trained()
        self.assertEqual(self.monitor("rig", rig.COVERED + "&duration=20").returncode, 0)
        alarm = self.records("rig", "anomaly_detected")[0]
        by_alarm = [os.path.basename(path).rsplit("_", 3)[0] for path in alarm["saved_paths"]]
        clip = self.path("later")
        os.mkdir(clip)
        shutil.copy(self.path("rig/" + alarm["saved_paths"][0]), os.path.join(clip, "a.jpg"))
        said = self.succeed("snapshot", "--project", "rig", "--source", clip)
        self.assertIn("ABNORMAL: 3 such frames in a row would alarm", said)
        record, = self.records("rig", "snapshot_saved")
        self.assertTrue(record["is_anomaly"] and record["score_triggered"])
        by_us = [os.path.basename(path).rsplit("_", 3)[0] for path in record["saved_paths"]]
        self.assertEqual(by_us, by_alarm)
        for path in record["saved_paths"]:
            self.assertTrue(os.path.exists(self.path("rig/" + path)), path)
        self.assertGreater(len(record["boxes"]), 0)
        self.assertEqual(set(record["boxes"][0]), {"x", "y", "w", "h"})
        self.assertGreater(record["area_fraction"], 0)
        self.assertFalse(record["notify"])
        self.assertLess(alarm["ts"][:4], record["ts"][:4])  # a replay's clock, and today's

    def test_two_moments_never_share_a_name(self):
        self.trained()
        for _ in range(3):
            self.succeed("snapshot", "--project", "rig", "--source", rig.NORMAL + "&duration=3")
        self.assertEqual(len(self.pictures()), 3 * len(KINDS))

    def test_a_camera_is_given_time_to_settle(self):
        """A live source: of two frames a second the first two seconds are thrown away."""
        self.trained()
        document = json.loads(self.succeed("snapshot", "--project", "rig", "--source", rig.NORMAL,
                                           "--json"))
        record, = self.records("rig", "snapshot_saved")
        self.assertGreaterEqual(record["frame"], 3)
        self.assertEqual(record["saved_paths"], document["saved_paths"])

    def test_without_a_model_the_camera_picture_alone(self):
        self.make_project()
        said = self.succeed("snapshot", "--project", "rig", "--source", rig.NORMAL + "&duration=3")
        self.assertIn("there is no trained model yet (`leakwatch train`)", said)
        self.assertEqual(self.pictures(), ["anomaly"])
        document = json.loads(self.succeed("snapshot", "--project", "rig", "--source",
                                           rig.NORMAL + "&duration=3", "--json"))
        self.assertFalse(document["model"])
        self.assertIsNone(document["score"])
        self.assertEqual(len(document["saved_paths"]), 1)
        record = self.records("rig", "snapshot_saved")[-1]
        self.assertIsNone(record["score"])
        self.assertFalse(record["is_anomaly"])


class Failures(SnapshotTest):
    def test_a_camera_that_is_not_there(self):
        self.make_project()
        self.check_refused(69, "camera", "--camera.index=63")
        self.check_refused(69, "/dev/video63", "--source", "63")

    def test_sources_that_are_none(self):
        self.make_project()
        os.mkdir(self.path("nothing"))
        self.write("empty.mp4", b"")
        for status, source in ((66, "missing.mp4"), (65, "empty.mp4"), (66, "nothing"),
                               (64, "sim:flood?duration=5")):
            with self.subTest(source):
                self.check_refused(status, "flood" if "flood" in source else source,
                                   "--source", source)

    def test_the_monitor_has_the_camera(self):
        self.trained()
        self.succeed("mode", "MONITOR", "--project", "rig")
        monitor = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", rig.NORMAL],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(monitor.stdout.close)
        self.addCleanup(monitor.wait)
        self.addCleanup(monitor.terminate)
        while "watching" not in monitor.stdout.readline():
            self.assertIsNone(monitor.poll())
        self.check_refused(75, "stop it first (Ctrl+C in its window)")
        self.succeed("snapshot", "--project", "rig", "--source", rig.NORMAL + "&duration=3")
        self.assertEqual(len(self.records("rig", "snapshot_saved")), 1)

    def test_a_model_that_is_damaged_or_does_not_fit(self):
        self.trained()
        source = ("--source", rig.NORMAL + "&duration=3")
        self.check_refused(78, "image.width", "--image.width=128", *source)
        self.check_refused(78, "640x360", "--source", "sim:normal?seed=3&duration=3&size=640x360")
        os.remove(self.path("rig/model/threshold.json"))
        self.check_refused(66, "threshold.json", *source)
        self.write("rig/model/autoencoder.onnx", b"hello\n")
        self.check_refused(65, "autoencoder.onnx", *source)

    def test_wrong_words(self):
        self.make_project()
        self.check_refused(64, "takes no arguments", "now")
        self.check_refused(64, "--num", "--num", "3")

    def failing(self, under, nth, name):
        failio = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        self.assertTrue(os.path.exists(failio), failio + " is not built")
        return {"LD_PRELOAD": failio, "FAILIO_CALLS": "write", "FAILIO_NTH": str(nth),
                "FAILIO_TIMES": "100000", "FAILIO_ERRNO": name,
                "FAILIO_UNDER": os.path.realpath(self.path(under))}

    def test_a_full_disk_leaves_whole_pictures_only(self):
        self.trained()
        source = ("--source", rig.NORMAL + "&duration=3")
        self.check_refused(74, "No space left on device", *source,
                           environment=self.failing("rig/logs", 1, "ENOSPC"))
        for nth in range(1, len(KINDS) + 1):
            with self.subTest(nth):
                for path in glob.glob(self.path("rig/data/anomalies/*")):
                    os.remove(path)
                result = self.snapshot(*source, environment=self.failing("rig/data", nth, "ENOSPC"))
                self.assertEqual((result.returncode, result.stdout), (74, ""), result.stderr)
                self.assertIn("No space left on device", result.stderr)
                self.assertEqual(len(self.pictures()), nth - 1)
        self.check_gapless("rig")


if __name__ == "__main__":
    rig.main()
