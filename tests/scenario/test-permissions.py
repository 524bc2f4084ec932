#!/usr/bin/python3
"""Folders and files that may not be read or written, for real: the program runs as nobody where the
tests run as root. One sentence with the file and the reason; never "missing" for what is there."""

import os
import shutil
import subprocess

import rig

NOBODY = 65534


def become_nobody():
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class Permissions(rig.RigTest):
    def setUp(self):
        super().setUp()
        # A copy, because a checkout may lie where only its owner may look.
        self.program = shutil.copy(rig.program.LEAKWATCH, self.path("leakwatch"))
        self.trained()
        self.addCleanup(self.allow_everything)
        for place, folders, files in os.walk(self.folder):
            for name in [place] + [os.path.join(place, file) for file in files]:
                if os.getuid() == 0:
                    os.chown(name, NOBODY, NOBODY)

    def allow_everything(self):
        for _ in range(3):  # deeper folders are seen once the upper ones are open
            for place, folders, _ in os.walk(self.folder):
                for folder in folders:
                    os.chmod(os.path.join(place, folder), 0o700)

    def forbid(self, name, mode=0):
        path = self.path(name)
        before = os.stat(path).st_mode & 0o7777
        os.chmod(path, mode)
        return lambda: os.chmod(path, before)

    def call(self, *arguments):
        return subprocess.run([self.program, *arguments], cwd=self.folder, timeout=60,
                              env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, preexec_fn=become_nobody,
                              check=False)

    def refuse(self, name, *arguments, status=66):
        result = self.call(*arguments, "--project", "rig")
        self.assertEqual(result.returncode, status, result.stderr)
        errors = [line for line in result.stderr.splitlines()
                  if line.startswith("leakwatch: error: ")]
        self.assertEqual(len(errors), 1, result.stderr)
        self.assertIn(name, errors[0])
        self.assertIn("Permission denied", errors[0])
        self.assertNotIn("missing", errors[0])

    MONITOR = ("monitor", "--ignore-mode", "--source", rig.NORMAL + "&duration=5")
    CAPTURE = ("capture", "--ignore-mode", "--source",
               rig.NORMAL.replace("seed=3", "seed=8") + "&duration=5")

    def test_all_is_well_without_a_ban(self):
        result = self.call(*self.MONITOR, "--project", "rig")
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_a_folder_of_pictures(self):
        for mode in (0, 0o100):
            with self.subTest(oct(mode)):
                allow = self.forbid("rig/data/normal", mode)
                self.refuse("rig/data/normal", "train")
                self.refuse("rig/data/normal", "monitor", "--ignore-mode", "--source",
                            "rig/data/normal")
                allow()
        allow = self.forbid("rig/data/normal", 0o500)
        self.refuse("rig/data/normal/normal_", *self.CAPTURE)
        allow()
        names = os.listdir(self.path("rig/data/normal"))
        self.assertEqual([name for name in names if not name.startswith("normal_")], [])

    def test_one_picture_is_named_and_the_others_are_learned(self):
        name = sorted(os.listdir(self.path("rig/data/normal")))[3]
        self.forbid("rig/data/normal/" + name)
        result = self.call("train", "--project", "rig", "--training.epochs=1")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len([line for line in result.stderr.splitlines()
                              if name in line and "Permission denied" in line]), 1, result.stderr)
        self.assertIn("39 normal pictures", result.stdout)

    def test_configuration_and_model(self):
        for name in ("rig/config/config.yaml", "rig/config", "rig/model",
                     "rig/model/autoencoder.onnx", "rig/model/threshold.json"):
            with self.subTest(name):
                allow = self.forbid(name)
                self.refuse(name, *self.MONITOR)
                allow()

    def test_a_read_only_model_folder_keeps_the_old_model(self):
        before = self.read("rig/model/autoencoder.onnx")
        allow = self.forbid("rig/model", 0o500)
        self.refuse("rig/model", "train", "--training.epochs=1")
        allow()
        self.assertEqual(self.read("rig/model/autoencoder.onnx"), before)

    def test_a_folder_for_records_that_takes_none(self):
        self.forbid("rig/logs", 0o500)
        self.refuse("rig/logs", *self.MONITOR)

    def test_a_folder_for_evidence_that_takes_none_stops_no_alarm(self):
        self.forbid("rig/data/anomalies", 0o500)
        result = self.call("monitor", "--ignore-mode", "--project", "rig", "--source",
                           rig.COVERED + "&duration=20")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("rig/data/anomalies", result.stderr)
        self.assertIn("Permission denied", result.stderr)
        self.assertGreaterEqual(len(self.records("rig", "anomaly_detected")), 1)


if __name__ == "__main__":
    rig.main()
