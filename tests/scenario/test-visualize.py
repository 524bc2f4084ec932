#!/usr/bin/python3
"""`visualize` on a trained project: which pictures, which files, and every way in which it fails."""

import glob
import json
import os
import shutil
import signal
import struct
import subprocess
import time

import rig

CELL = (3 * 240 + 4 * 8, 2 * 21 + 135 + 2 * 8)  # a picture of 320x180 px in the montage


def jpeg_size(data):
    """Width and height, from the frame header."""
    at = 2
    while data[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
    height, width = struct.unpack(">HH", data[at + 5:at + 9])
    return width, height


class VisualizeTest(rig.RigTest):
    def visualize(self, *arguments, **options):
        return self.run_program("visualize", "--project", "rig", *arguments, **options)

    def report(self, *arguments):
        """Runs with --json; the document, and nothing but it."""
        result = self.visualize("--json", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def files(self):
        """All files of all reports, checked to be whole, by name."""
        found = {}
        for folder, _, names in os.walk(self.path("rig/reports/reconstruction_viz")):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    found[name] = file.read()
                self.assertFalse(name.startswith("."), name)
                end = b"IEND\xaeB`\x82" if name.endswith(".PNG") else b"\xff\xd9"
                self.assertTrue(found[name].endswith(end), name)
        return found

    def check_refused(self, status, message, *arguments, **options):
        result = self.visualize(*arguments, **options)
        self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
        self.assertIn(message, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertEqual(self.files(), {})
        self.assertEqual(self.records("rig", "reconstruction_viz_complete"), [])


class Pictures(VisualizeTest):
    def setUp(self):
        super().setUp()
        self.trained()
        self.names = sorted(os.listdir(self.path("rig/data/normal")))

    def test_sixteen_of_forty_evenly_from_the_first_to_the_last(self):
        said = self.succeed("visualize", "--project", "rig")
        self.assertIn("16 of 40 pictures in rig/data/normal, ", said)
        self.assertIn("montage.jpg\nand 16 panels beside it\n", said)
        files = self.files()
        self.assertEqual(len(files), 17)
        self.assertIn("panel_" + self.names[0], files)
        self.assertIn("panel_" + self.names[39], files)
        self.assertEqual(jpeg_size(files["panel_" + self.names[0]])[0], 3 * 480 + 4 * 8)
        width, height = jpeg_size(files["montage.jpg"])
        self.assertEqual(width, 2 * CELL[0] + 4)
        self.assertGreater(height, 8 * CELL[1])
        record, = self.records("rig", "reconstruction_viz_complete")
        self.assertTrue(os.path.exists(self.path("rig/" + record["detail"])), record)
        self.assertIn("16 of 40", record["text"])
        self.assertFalse(record["notify"])
        for path in glob.glob(self.path("rig/reports/reconstruction_viz/*")):
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o700)

    def test_scores_are_those_of_the_monitor(self):
        shutil.copytree(self.path("rig/data/normal"), self.path("clip"))
        self.assertEqual(self.monitor("rig", "clip").returncode, 0)
        seen = [(record["score"], record["score_triggered"], record["heatmap_triggered"])
                for record in self.records("rig", "frame_status")]
        document = self.report("--num", "40")
        self.assertEqual([(picture["score"], picture["score_triggered"],
                           picture["heatmap_triggered"]) for picture in document["pictures"]], seen)
        self.assertEqual([picture["name"] for picture in document["pictures"]], self.names)
        self.assertEqual(document["abnormal"], sum(one[1] or one[2] for one in seen))

    def test_a_seed_chooses_the_same_again(self):
        def chosen(*arguments):
            document = self.report("--random", "--num", "8", "--no-grid", *arguments)
            return document["seed"], [picture["name"] for picture in document["pictures"]]
        first = chosen("--seed", "5")
        self.assertEqual(chosen("--seed", "5"), first)
        self.assertNotEqual(chosen("--seed", "6")[1], first[1])
        self.assertEqual(first[1], sorted(first[1]))
        seed, names = chosen()
        self.assertEqual(chosen("--seed", str(seed)), (seed, names))
        self.assertIn("--random --seed 5 ", self.succeed(
            "visualize", "--project", "rig", "--random", "--seed", "5", "--num", "1"))

    def test_more_than_there_are_takes_all_and_says_so(self):
        said = self.succeed("visualize", "--project", "rig", "--num", "900", "--no-individual")
        self.assertIn("all 40 pictures in rig/data/normal", said)
        self.assertIn("900 were asked for, there are no more", said)
        self.assertEqual(list(self.files()), ["montage.jpg"])

    def test_one_picture_is_the_newest(self):
        document = self.report("--num", "1")
        self.assertEqual([picture["name"] for picture in document["pictures"]], self.names[-1:])
        self.assertEqual(len(self.files()), 2)

    def test_columns_and_kinds_of_files(self):
        self.report("--num", "7", "--grid-cols", "3", "--no-individual")
        width, height = jpeg_size(self.files()["montage.jpg"])
        self.assertEqual(width, 3 * CELL[0] + 2 * 4)
        self.assertGreater(height, 3 * CELL[1])
        document = self.report("--num", "2", "--no-grid")
        self.assertIsNone(document["montage"])
        self.assertEqual(len(self.files()), 3)
        self.assertTrue(self.records("rig")[-1]["detail"].startswith("reports/reconstruction_viz/"))

    def test_jet_on_request(self):
        def montage(*arguments):
            shutil.rmtree(self.path("rig/reports/reconstruction_viz"))
            self.report("--num", "2", "--no-individual", *arguments)
            self.succeed("config", "check", "--project", "rig")
            return self.files()["montage.jpg"]
        # The title holds the minute: it may differ, but never as much as the colours.
        plain, jet = montage(), montage("--heatmap.colormap=jet")
        self.assertEqual(jpeg_size(plain), jpeg_size(jet))
        self.assertGreater(abs(len(plain) - len(jet)), 1000)

    def test_evidence_is_looked_at_without_its_companions(self):
        """data/anomalies holds five pictures a set; only the camera's own fits."""
        self.succeed("snapshot", "--project", "rig", "--source", rig.COVERED + "&duration=20")
        result = self.visualize("--json", "--input-dir", self.path("rig/data/anomalies"))
        document = json.loads(result.stdout)
        self.assertEqual([picture["name"][:8] for picture in document["pictures"]], ["anomaly_"])
        self.assertEqual(document["left_out"], 4)
        self.assertEqual(len(result.stderr.splitlines()), 4)

    def test_pictures_that_can_not_be_used_are_named_and_the_rest_is_shown(self):
        whole = self.read("rig/data/normal/" + self.names[3])
        self.write("rig/data/normal/" + self.names[3], whole[:len(whole) // 2])
        self.write("rig/data/normal/zz.jpg", b"no picture")
        for i in range(8):
            shutil.copy(self.path("rig/data/normal/zz.jpg"), self.path("rig/data/normal/z%d.jpg" % i))
        result = self.visualize("--num", "40", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        document = json.loads(result.stdout)
        self.assertEqual(len(document["pictures"]), 39)
        self.assertEqual(document["left_out"], 10)
        self.assertIn("z0.jpg", result.stderr)
        self.assertIn("5 more files were left out", result.stderr)  # five are named
        self.assertEqual(len(result.stderr.splitlines()), 6)
        self.assertEqual(len(self.files()), 40)

    def test_hostile_names(self):
        folder = self.path("rig/data/odd \udcff names")
        os.mkdir(folder)
        picture = self.path("rig/data/normal/" + self.names[0])
        names = ["x" * 251 + ".jpg", "\udcff\udcfe.jpg", "\u202egpj.exe .jpg", "-rf --num 3.jpg",
                 "\u20ac" * 80 + ".jpg", "a%s%n.jpg", "A.PNG"]
        for name in names:
            shutil.copy(picture, os.path.join(folder, name))
        document = self.report("--input-dir", folder)
        self.assertEqual(len(document["pictures"]), len(names))
        files = self.files()
        self.assertEqual(len(files), len(names) + 1)
        self.assertIn("panel_\udcff\udcfe.jpg", files)
        self.assertTrue(files["panel_A.PNG"].startswith(b"\x89PNG"))

    def test_half_of_the_work_is_whole_files(self):
        """Ctrl+C while frames come."""
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "visualize", "--project", "rig", "--source", rig.NORMAL,
             "--num", "100"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        while len(glob.glob(self.path("rig/reports/reconstruction_viz/*/panel_*"))) < 2:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=30)
        self.assertEqual((process.returncode, said), (130, ""), errors)
        self.assertRegex(errors, r"stopped after \d+ of 100 pictures; those that were ready are in ")
        files = self.files()
        self.assertGreaterEqual(len(files), 2)
        self.assertNotIn("montage.jpg", files)
        self.assertEqual(self.records("rig", "reconstruction_viz_complete"), [])


class Camera(VisualizeTest):
    def test_frames_of_a_source(self):
        self.trained()
        document = self.report("--source", rig.COVERED + "&duration=20", "--num", "12")
        self.assertEqual(len(document["pictures"]), 12)
        self.assertIsNone(document["input_folder"])
        self.assertGreater(document["abnormal"], 0)
        scores = [picture["score"] for picture in document["pictures"]]
        self.assertGreater(scores[-1], 2 * scores[0])  # covered from second 10 on
        self.assertTrue(document["pictures"][0]["name"].startswith("frame_000000_"))

    def test_a_source_that_ends_early_gives_what_it_has(self):
        self.trained()
        said = self.succeed("visualize", "--project", "rig", "--use-camera", "--source",
                            rig.NORMAL + "&duration=3", "--num", "50")
        self.assertIn("frames of source sim:normal", said)
        self.assertEqual(len(self.files()), 4)

    def test_a_camera_is_given_time_to_settle(self):
        """Of a live source the first two seconds are thrown away."""
        self.trained()
        document = self.report("--source", rig.NORMAL, "--num", "2")
        self.assertEqual(len(document["pictures"]), 2)
        first = int(document["pictures"][0]["name"].split("_")[1])
        self.assertGreaterEqual(first, 3)  # two frames a second

    def test_a_camera_that_is_not_there(self):
        self.trained()
        self.check_refused(69, "camera", "--use-camera", "--camera.index=63")

    def test_a_source_of_another_size(self):
        self.trained()
        self.check_refused(78, "320x180", "--source", "sim:normal?seed=3&duration=5&size=640x360")

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
        self.check_refused(75, "in use by the monitor", "--use-camera")
        self.report("--num", "1")  # pictures of a folder are free


class Region(VisualizeTest):
    def test_cut_and_whole_pictures_get_the_same_score(self):
        """Captured pictures are cut to the region, the camera's are not."""
        config = rig.CONFIG + "roi: {enabled: true, units: pixels, x: 100, y: 0, width: 120, " \
            "height: 180}\n"
        self.make_project(config=config)
        self.capture("rig", 20)
        result = self.run_program("train", "--project", "rig", "--training.epochs=1")
        self.assertEqual(result.returncode, 0, result.stderr)
        cut = self.report("--num", "1", "--no-grid")["pictures"][0]
        width, height = jpeg_size(self.files()["panel_" + cut["name"]])
        self.assertEqual(width, 3 * 320 + 4 * 8)  # 480 px high
        self.assertGreater(height, 480)
        self.make_project("whole")
        self.succeed("capture", "--project", "whole", "--source", rig.NORMAL + "&duration=21",
                     "--count", "20", "--ignore-mode")
        whole = self.report("--num", "1", "--no-grid", "--input-dir",
                            self.path("whole/data/normal"))["pictures"][0]
        self.assertEqual(whole["name"], cut["name"])
        self.assertAlmostEqual(whole["score"] / cut["score"], 1.0, delta=0.01)


class Failures(VisualizeTest):
    def test_no_model(self):
        self.make_project()
        self.check_refused(66, "train")

    def test_no_pictures(self):
        self.trained()
        shutil.rmtree(self.path("rig/data/normal"))
        self.check_refused(66, "no usable pictures in 'rig/data/normal'")
        self.check_refused(66, "missing", "--input-dir", "missing")

    def test_no_picture_that_fits(self):
        self.trained()
        self.make_project("other")
        self.succeed("capture", "--project", "other", "--source",
                     "sim:normal?seed=3&fps=2&size=160x90&duration=4", "--ignore-mode")
        self.check_refused(65, "has 320x180 px, for which the model was trained; most have 160x90 px",
                           "--input-dir", "other/data/normal")

    def test_no_picture_that_can_be_read(self):
        self.trained()
        folder = self.path("rig/data/normal")
        for name in os.listdir(folder):
            whole = self.read("rig/data/normal/" + name)
            self.write("rig/data/normal/" + name, whole[:len(whole) // 2])
        result = self.visualize("--num", "3")
        self.assertEqual((result.returncode, result.stdout), (66, ""))
        self.assertIn("none of the 3 pictures chosen from", result.stderr)
        self.assertEqual(self.files(), {})

    def test_wrong_words(self):
        self.trained()
        for message, *arguments in (
                ("--num", "--num", "0"), ("--num", "--num", "-3"), ("--num", "--num", "many"),
                ("--num", "--num", "1e9"), ("--grid-cols", "--grid-cols", "0"),
                ("nothing to make", "--no-grid", "--no-individual"),
                ("--seed goes with --random", "--seed", "3"), ("--seed", "--random", "--seed", "x"),
                ("--random goes with", "--random", "--use-camera"),
                ("--input-dir goes with", "--input-dir", ".", "--use-camera"),
                ("\"flood\"", "--source", "sim:flood?duration=5"),
                ("takes no arguments", "extra")):
            with self.subTest(arguments):
                self.check_refused(64, message, *arguments)

    def test_a_montage_that_is_too_large(self):
        self.trained()
        self.check_refused(64, "a montage of 40 pictures would have 30236x", "--num", "40",
                           "--grid-cols", "40")

    def test_a_full_disk_leaves_whole_files_only(self):
        self.trained()
        failio = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        os.makedirs(self.path("rig/reports"), exist_ok=True)
        for nth in (1, 4, 17):  # the first panel, one of them, the montage
            with self.subTest(nth):
                shutil.rmtree(self.path("rig/reports"))
                os.mkdir(self.path("rig/reports"))
                environment = {"LD_PRELOAD": failio, "FAILIO_CALLS": "write",
                               "FAILIO_NTH": str(nth), "FAILIO_TIMES": "100000",
                               "FAILIO_ERRNO": "ENOSPC",
                               "FAILIO_UNDER": os.path.realpath(self.path("rig/reports"))}
                result = self.visualize(environment=environment)
                self.assertEqual((result.returncode, result.stdout), (74, ""), result.stderr)
                self.assertIn("No space left on device", result.stderr)
                self.assertEqual(len(self.files()), nth - 1)
                self.assertEqual(self.records("rig", "reconstruction_viz_complete"), [])

    def test_a_report_that_can_not_be_recorded(self):
        self.trained()
        failio = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        for name, status in (("ENOSPC", 74), ("EIO", 0)):
            with self.subTest(name):
                environment = {"LD_PRELOAD": failio, "FAILIO_CALLS": "write", "FAILIO_NTH": "1",
                               "FAILIO_TIMES": "100000", "FAILIO_ERRNO": name,
                               "FAILIO_UNDER": os.path.realpath(self.path("rig/logs"))}
                result = self.visualize("--num", "2", environment=environment)
                self.assertEqual(result.returncode, status, result.stderr)
                self.assertIn("could not be recorded" if status == 0 else "No space left",
                              result.stderr)
                self.assertIn("montage.jpg", self.files())


if __name__ == "__main__":
    rig.main()
