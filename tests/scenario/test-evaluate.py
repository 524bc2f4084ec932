#!/usr/bin/python3
"""`leakwatch evaluate` on small datasets made here: figures, what is left behind, what a kill costs.

The scene is a grey slope with noise; the leak a white square in it. The network is the reference
network, small and briefly trained: enough to see a white square, and quick.
"""

import glob
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli")]

import program  # noqa: E402

WIDTH, HEIGHT = 64, 48
SMALL = ("--image.width=64", "--image.height=64", "--training.batch_size=8", "--training.epochs=6",
         "--training.threads=1")
SQUARE = 16  # px
LEAK_PX = SQUARE * SQUARE


def png(rows):
    """8-bit RGB or grey, by the length of the rows."""
    color = 2 if len(rows[0]) == 3 * WIDTH else 0

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, color, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def is_leak(x, y):
    return 20 <= x < 20 + SQUARE and 12 <= y < 12 + SQUARE


def picture(seed, leaks=False):
    dice = random.Random(seed)
    rows = []
    for y in range(HEIGHT):
        row = bytearray()
        for x in range(WIDTH):
            value = 255 if leaks and is_leak(x, y) else 30 + x + y // 2 + dice.randrange(8)
            row += bytes((value, value, value))
        rows.append(row)
    return png(rows)


def mask():
    return png([bytearray(255 if is_leak(x, y) else 0 for x in range(WIDTH)) for y in range(HEIGHT)])


class Evaluate(program.ProgramTest):
    def put(self, name, contents):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        self.write(name, contents)

    def normals(self, folder, count=24):
        for i in range(count):
            self.put("%s/%03d.png" % (folder, i), picture(i))

    def sequence(self, folder, kind, frames, onset=None, **more):
        leaks = [onset is not None and i >= onset for i in range(frames)]
        for i, leak in enumerate(leaks):
            self.put("%s/%03d.png" % (folder, i), picture(i, leak))
            if leak:
                self.put("%s/mask/%03d.png" % (folder, i), mask())
        self.put(folder + "/case.json", json.dumps({
            "name": folder, "kind": kind, "onset": onset,
            "area": [LEAK_PX if leak else 0 for leak in leaks], **more}))

    template = None

    def dataset(self, learned=True):
        """A leak and a quiet sequence of one scene; its model is learned once for all tests. Copies
        keep the times of the files, so that the model is taken for theirs."""
        cls = Evaluate
        if cls.template is None:
            cls.template = tempfile.TemporaryDirectory(prefix="leakwatch-evaluate-")
            self.normals("ds/rig/normal")
            self.sequence("ds/rig/leak", "puddle", 12, 5, frame_interval_seconds=2, contrast=0.5)
            self.sequence("ds/rig/quiet", "quiet", 12)
            self.evaluate("--out", "first")
            shutil.copytree(self.path("ds"), cls.template.name + "/ds")
            shutil.copytree(self.path("first/models"), cls.template.name + "/models")
            shutil.rmtree(self.path("ds"))
        shutil.copytree(cls.template.name + "/ds", self.path("ds"))
        if learned:
            shutil.copytree(cls.template.name + "/models", self.path("evaluation/models"))

    def evaluate(self, *arguments, dataset="ds", **options):
        result = self.run_program("evaluate", dataset, *SMALL, *arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def results(self, out="evaluation"):
        return {os.path.relpath(path, self.path(out)): self.read(path)
                for path in glob.glob(self.path(out + "/results/**/*.json"), recursive=True)}

    def test_a_leak_is_found_and_the_figures_are_right(self):
        self.dataset()
        result = self.evaluate()
        self.assertIn("leaks found: 1 of 1", result.stdout)
        self.assertIn("quiet                 0 of 1 disturbed", result.stdout)
        report = json.loads(self.read("evaluation/evaluation.json"))
        run = report["runs"][0]
        self.assertEqual((run["detector"], run["seed"], report["dataset"]), ("reference", 42, "ds"))
        leak, quiet = run["sequences"]
        self.assertEqual((leak["path"], leak["scene"], quiet["path"]), ("rig/leak", "rig", "rig/quiet"))
        # The third abnormal frame in a row, by hand from what each frame was; they are 2 s apart.
        frames = json.loads(self.read("evaluation/results/reference/seed-42/rig/leak.json"))
        abnormal = frames["anomalous"]
        third = min(i for i in abnormal if i - 1 in abnormal and i - 2 in abnormal)
        self.assertTrue(5 <= third <= 7, abnormal)
        self.assertEqual(leak["found_frame"], third)
        self.assertEqual(leak["delay_from_onset_seconds"], (third - 5) * 2.0)
        self.assertEqual(leak["alarms"][0]["false"], False)
        self.assertTrue(leak["localised"])
        self.assertAlmostEqual(leak["largest_fraction"], LEAK_PX / (WIDTH * HEIGHT))
        summary = run["summary"]
        self.assertEqual(summary["all"]["found"]["count"], 1)
        self.assertEqual(summary["false_alarms"]["count"], 0)
        # 5 frames before the onset of 2 s, 12 quiet ones of 1 s.
        self.assertEqual(summary["false_alarms"]["quiet_seconds"], 22.0)
        self.assertEqual(summary["frame_auroc"], 1.0)
        self.assertAlmostEqual(summary["smallest_area_fraction_90"], LEAK_PX / (WIDTH * HEIGHT))
        page = self.read("evaluation/evaluation.html").decode()
        self.assertTrue(page.startswith("<!DOCTYPE html>") or page.startswith("<!doctype html>"))
        printed = self.evaluate("--json")
        self.assertEqual(json.loads(printed.stdout), report)
        self.assertIn("2 of 2 sequences were evaluated before", printed.stderr)

    def test_any_number_of_workers_writes_the_same(self):
        self.dataset()
        self.sequence("ds/rig/later", "drops", 12, 8)
        for out in ("one", "two"):
            shutil.copytree(self.path("evaluation/models"), self.path(out + "/models"))
        self.evaluate("--threads", "1", "--out", "one")
        self.evaluate("--threads", "2", "--out", "two")
        self.assertEqual(len(self.results("one")), 3)
        self.assertEqual(self.results("two"), self.results("one"))
        self.assertEqual(self.read("two/evaluation.json"), self.read("one/evaluation.json"))

    def start(self, *arguments):
        return subprocess.Popen([program.LEAKWATCH, "evaluate", "ds", *SMALL, *arguments],
                                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def end_when(self, process, pattern, with_signal):
        """Sends the signal as soon as a file is there; the process must not have ended by then."""
        deadline = time.monotonic() + 120
        while not glob.glob(self.path(pattern), recursive=True):
            self.assertIsNone(process.poll(), "it ended before there was " + pattern)
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.002)
        process.send_signal(with_signal)
        errors = process.communicate(timeout=120)[1]
        return process.returncode, errors

    def test_killed_while_watching_it_goes_on_with_the_next_sequence(self):
        self.dataset()
        for name in ("a", "b", "c"):
            self.sequence("ds/rig/" + name, "quiet", 60)
        status, _ = self.end_when(self.start("--threads", "1"),
                                  "evaluation/results/**/*.json", signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        done = self.results()
        self.assertGreater(5, len(done))
        again = self.evaluate("--threads", "1")
        self.assertIn("of 5 sequences were evaluated before", again.stderr)
        self.assertNotIn("pictures are few", again.stderr)  # nothing was learned again
        for name, contents in done.items():
            self.assertEqual(self.results()[name], contents)
        shutil.copytree(self.path("evaluation/models"), self.path("whole/models"))
        self.evaluate("--out", "whole")
        self.assertEqual(self.results(), self.results("whole"))

    def test_killed_while_learning_it_goes_on_from_the_last_epoch(self):
        self.dataset(learned=False)
        status, _ = self.end_when(self.start("--training.epochs=12"),
                                  "evaluation/models/*/training.checkpoint", signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        self.assertEqual(glob.glob(self.path("evaluation/models/*/autoencoder.onnx")), [])
        result = self.evaluate("--training.epochs=12")
        self.assertIn("continuing an interrupted training", result.stderr)
        self.assertEqual(glob.glob(self.path("evaluation/models/*/training.checkpoint")), [])

    def test_ctrl_c_while_learning_leaves_no_half_model(self):
        self.dataset(learned=False)
        status, errors = self.end_when(self.start("--training.epochs=400"),
                                       "evaluation/models/*/training.checkpoint", signal.SIGINT)
        self.assertEqual(status, 130, errors)
        self.assertIn("stopped while learning rig; the same command goes on from there", errors)
        self.assertEqual(glob.glob(self.path("evaluation/models/*/autoencoder.onnx")), [])

    def test_in_a_project_its_model_judges_what_has_no_normals(self):
        self.succeed("init", "rig")
        self.normals("rig/data/normal")
        self.sequence("bare/leak", "puddle", 12, 5)
        result = self.run_program("train", "--project", "rig", *SMALL, "--notify.slack.enabled=false")
        self.assertEqual(result.returncode, 0, result.stderr)
        result = self.evaluate("--project", "rig", dataset="bare")
        self.assertIn("leaks found: 1 of 1", result.stdout)
        self.assertTrue(os.path.exists(self.path("rig/reports/evaluation/evaluation.json")))
        self.assertFalse(os.path.exists(self.path("rig/reports/evaluation/models")))
        self.fail_with(66, "has no normal pictures above it", "evaluate", "bare", *SMALL)

    def test_single_pictures_in_the_layout_of_mvtec(self):
        self.normals("mvtec/train/good")
        for i in range(4):
            self.put("mvtec/test/good/%03d.png" % i, picture(2000 + i))
            self.put("mvtec/test/spot/%03d.png" % i, picture(3000 + i, True))
            self.put("mvtec/ground_truth/spot/%03d_mask.png" % i, mask())
        result = self.evaluate("--json", dataset="mvtec")
        report = json.loads(result.stdout)
        self.assertEqual(report["runs"], [])
        self.assertEqual(report["pictures"][0]["detector"], "reference")
        self.assertIn("image AUROC                       1.000", self.evaluate(dataset="mvtec").stdout)
        self.fail_with(64, "--only is for sequences", "evaluate", "mvtec", "--only", "x", *SMALL)

    def test_only_one_kind(self):
        self.dataset()
        report = json.loads(self.evaluate("--only", "pud", "--json").stdout)
        self.assertEqual([row["kind"] for row in report["runs"][0]["sequences"]], ["puddle"])
        self.fail_with(66, "is of the kind 'flood'", "evaluate", "ds", "--only", "flood", *SMALL)

    def test_each_seed_is_a_training_of_its_own(self):
        self.dataset()
        report = json.loads(self.evaluate("--seeds", "2", "--json").stdout)
        self.assertEqual([run["seed"] for run in report["runs"]], [42, 43])
        self.assertEqual(len(os.listdir(self.path("evaluation/models"))), 2)

    def test_what_can_not_be_evaluated_is_said(self):
        self.fail_with(66, "nowhere", "evaluate", "nowhere")
        os.mkdir(self.path("empty"))
        self.fail_with(66, "holds no sequence", "evaluate", "empty")
        self.fail_with(64, "allowed is reference", "evaluate", "empty", "--detector", "oracle")
        self.fail_with(64, "--threads", "evaluate", "empty", "--threads", "0")
        self.fail_with(64, "--image.width", "evaluate", "empty", "--image.width=65")
        self.fail_with(66, "config.yaml", "evaluate", "empty", "--project", "empty")
        self.assertEqual(self.run_program("evaluate").returncode, 64)
        self.sequence("few/rig/leak", "puddle", 6, 3)
        self.normals("few/rig/normal", 5)
        result = self.run_program("evaluate", "few", *SMALL)
        self.assertEqual(result.returncode, 65, result.stderr)
        self.assertIn("rig: ", result.stderr)
        self.put("few/rig/leak/case.json", '{"name": "x"}')
        self.fail_with(65, "rig/leak/case.json", "evaluate", "few", *SMALL)

    def test_a_damaged_frame_is_named_and_costs_only_its_sequence(self):
        self.dataset()
        self.put("ds/rig/quiet/006.png", b"\x89PNG\r\n\x1a\nno")
        result = self.run_program("evaluate", "ds", *SMALL, "--threads", "1")
        self.assertEqual(result.returncode, 65, result.stderr)
        self.assertIn("rig/quiet/006.png", result.stderr)
        self.assertEqual(len(self.results()), 1)
        self.put("ds/rig/quiet/006.png", picture(1))
        self.assertIn("1 of 2 sequences were evaluated before", self.evaluate().stderr)


program.main()
