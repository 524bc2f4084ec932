#!/usr/bin/python3
"""`support` on a project that has really watched, and on a disk that is full or kills."""

import datetime
import glob
import io
import os
import zipfile

import rig


class Support(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.trained()

    def support(self, *words, **settings):
        library = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        environment = {"FAILIO_" + name: str(value) for name, value in settings.items()}
        if settings:
            environment.update(LD_PRELOAD=library, FAILIO_REPORT=self.path("calls"),
                               FAILIO_UNDER=os.path.realpath(self.path("out")))
        return self.run_program("support", "--project", "rig", "--output", "out/made.zip", *words,
                                environment=environment)

    def test_a_real_project_with_its_evidence(self):
        start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
        self.monitor("rig", rig.COVERED + "&duration=30", "--start",
                     start.isoformat(timespec="seconds"))
        evidence = self.records("rig", "anomaly_detected")[0]["saved_paths"]
        os.mkdir(self.path("out"))
        result = self.support("--with-pictures")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        archive = zipfile.ZipFile(io.BytesIO(self.read("out/made.zip")))
        held = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
        self.assertNotIn("problems.txt", held)
        pictures = [name for name in held if name.startswith("pictures/")]
        self.assertEqual(len(pictures), len(evidence))
        self.assertEqual({held[name] for name in pictures},
                         {self.read("rig/" + path) for path in evidence})
        self.assertIn(b"network: 64 x 64 px", held["model.txt"])
        self.assertIn(b"leakwatch.weights_digest: ", held["model.txt"])
        self.assertEqual(held["threshold.json"], self.read("rig/model/threshold.json"))
        self.assertEqual(held["events.jsonl"], self.read("rig/logs/events.jsonl"))
        weights = self.read("rig/model/autoencoder.onnx")
        self.assertLess(os.path.getsize(self.path("out/made.zip")), len(weights) / 10)

    def test_whole_or_not_at_all(self):
        os.mkdir(self.path("out"))
        self.assertEqual(self.support(NTH=0).returncode, 0)
        count = int(self.read("calls"))
        self.assertGreater(count, 3)
        for call in range(1, count + 1):
            os.remove(self.path("out/made.zip"))
            result = self.support(NTH=call, ERRNO="ENOSPC")
            left = os.listdir(self.path("out"))
            if call < count:  # the last is the flush of the folder
                self.assertEqual((result.returncode, left), (74, []), result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1)
            self.support(NTH=call, ACTION="kill")
            if os.path.exists(self.path("out/made.zip")):
                self.assertIsNone(zipfile.ZipFile(self.path("out/made.zip")).testzip())
            for name in glob.glob(self.path("out/.*")):
                os.remove(name)
            self.write("out/made.zip", "")


if __name__ == "__main__":
    rig.main()
