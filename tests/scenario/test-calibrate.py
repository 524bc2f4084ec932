#!/usr/bin/python3
"""`leakwatch calibrate` on a trained rig: the report, what it says of a changed scene, the threshold it
writes, and everything that can be in its way."""

import glob
import json
import os
import random
import shutil
import signal
import subprocess
import time

import rig

REPORTS = "rig/reports/threshold_calibration"
SLOW = "sim:normal?seed=3&fps=0.01&" + rig.SIZE


class CalibrateTest(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.trained()

    def calibrate(self, *more, **options):
        return self.run_program("calibrate", "--project", "rig", *more, **options)

    def succeed_in(self, *more, **options):
        result = self.calibrate(*more, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def refuse(self, status, *messages, more=(), **options):
        result = self.calibrate(*more, **options)
        self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
        errors = [line for line in result.stderr.splitlines() if "error: " in line]
        self.assertEqual(len(errors), 1, result.stderr)
        for message in messages:
            self.assertIn(message, errors[0])

    def reports(self):
        return sorted(os.listdir(self.path(REPORTS)))

    def newest(self):
        path = sorted(glob.glob(self.path(REPORTS + "/threshold_calibration_*.json")))[-1]
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def threshold(self, name="threshold.json"):
        with open(self.path("rig/model/" + name), encoding="utf-8") as file:
            return json.load(file)

    def model(self):
        return {name: self.read("rig/model/" + name) for name in os.listdir(self.path("rig/model"))
                if os.path.isfile(self.path("rig/model/" + name))}

    def capture_elsewhere(self, folder, source, *more):
        """Pictures that were not learned, in a folder of their own."""
        self.make_project("elsewhere")
        result = self.run_program("capture", "--project", "elsewhere", "--ignore-mode",
                                  "--source", source, "--interval", "0", *more)
        self.assertEqual(result.returncode, 0, result.stderr)
        os.rename(self.path("elsewhere/data/normal"), self.path(folder))
        shutil.rmtree(self.path("elsewhere"))

    def failing_disk(self, under, **settings):
        failio = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        self.assertTrue(os.path.exists(failio), failio + " is not built")
        settings = {"FAILIO_" + key: str(value) for key, value in settings.items()}
        return dict(settings, LD_PRELOAD=failio, FAILIO_UNDER=os.path.realpath(self.path(under)))


class Report(CalibrateTest):
    def test_files_figures_and_record(self):
        before = self.model()
        result = self.succeed_in()
        self.assertEqual(result.stderr, "")
        self.assertIn("40 normal pictures of 320x180 px in rig/data/normal", result.stdout)
        self.assertIn("the first calibration of this model", result.stdout)
        names = self.reports()
        self.assertEqual(len(names), 3)
        stamp = names[0][len("threshold_calibration_"):-len(".json")]
        self.assertEqual(names, ["threshold_calibration_%s.json" % stamp,
                                 "threshold_histogram_%s.png" % stamp,
                                 "threshold_histogram_%s.svg" % stamp])
        self.assertTrue(self.read(REPORTS + "/" + names[1]).startswith(b"\x89PNG"))
        self.assertIn(b"id=\"threshold\"", self.read(REPORTS + "/" + names[2]))
        report = self.newest()
        scores = sorted(picture["score"] for picture in report["pictures"])
        self.assertEqual(report["count"], 40)
        self.assertAlmostEqual(report["mean"], sum(scores) / 40, delta=1e-12)
        self.assertEqual((report["min"], report["max"]), (scores[0], scores[-1]))
        self.assertAlmostEqual(report["percentiles"]["50"], (scores[19] + scores[20]) / 2,
                               delta=1e-12)
        self.assertEqual(report["threshold"], self.threshold()["threshold"])
        self.assertEqual(report["above_threshold"],
                         sum(score > report["threshold"] for score in scores))
        self.assertEqual(report["model_digest"], self.threshold()["set_digest"])
        self.assertEqual([picture["name"] for picture in report["pictures"]],
                         sorted(os.listdir(self.path("rig/data/normal"))))
        record, = self.records("rig", "threshold_calibration_complete")
        self.assertEqual(record["detail"], "reports/threshold_calibration/" + names[0])
        self.assertIn("40 pictures", record["text"])
        self.assertEqual(self.model(), before)

    def test_json_is_one_document(self):
        result = self.succeed_in("--json")
        self.assertEqual(result.stderr, "")
        document = json.loads(result.stdout)
        self.assertEqual(document["count"], 40)
        self.assertEqual(document["drift"]["verdict"], "first")
        self.assertFalse(document["threshold_written"])
        for key in ("report", "histogram_png", "histogram_svg"):
            self.assertTrue(os.path.exists(os.path.join(self.path("."), document["reports_folder"],
                                                        document[key])))

    def test_json_in_a_folder_whose_name_is_no_utf8(self):
        named = os.fsencode(self.path("r")) + b"\xffg"
        shutil.copytree(os.fsencode(self.path("rig")), named)
        result = self.run_program("calibrate", "--json", "--project", os.fsdecode(named))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("r\ufffdg/reports", json.loads(result.stdout)["reports_folder"])

    def test_the_same_pictures_again(self):
        self.succeed_in()
        self.assertIn("no picture that was not there on ", self.succeed_in().stdout)
        self.assertEqual(self.newest()["drift"]["verdict"], "same_pictures")
        self.assertEqual(len(self.reports()), 6)

    def test_other_pictures_of_the_same_scene_are_like_before(self):
        """A picture every 100 s, so that the clouds have changed from one to the next."""
        self.capture_elsewhere("early", SLOW + "&duration=6000")
        self.capture_elsewhere("later", SLOW + "&duration=12000", "--from", "60")
        self.succeed_in("--input-dir", "early")
        said = self.succeed_in("--input-dir", "later").stdout
        drift = self.newest()["drift"]
        self.assertEqual(drift["verdict"], "none", said)
        self.assertIn("the scores are like those of ", said)
        self.assertEqual(drift["new_pictures"], 60)
        self.assertLess(drift["ks_distance"], 0.4)
        self.assertGreater(drift["independent_samples"], 12)

    def test_another_scene_has_drifted(self):
        """Every other picture shows a hand; the rest are the very same as before."""
        self.capture_elsewhere("early", SLOW + "&duration=6000")
        self.capture_elsewhere("covered", SLOW.replace("normal", "covered") +
                               "&duration=6000&onset=0")
        self.succeed_in("--input-dir", "early")
        said = self.succeed_in("--input-dir", "covered").stdout
        drift = self.newest()["drift"]
        self.assertEqual(drift["verdict"], "up", said)
        self.assertGreater(drift["ks_distance"], 0.9)
        self.assertEqual(drift["new_pictures"], 30)
        self.assertIn("of the 30 pictures that are new)", said)
        self.assertIn("the scores have shifted up since ", said)
        self.assertIn("capture again and train", said)
        self.assertRegex(said, r"\d+ of these normal pictures \(\d+ %\) are above the threshold")
        self.assertIn("that is far more than the 0.5 % it was set for", said)

    def test_after_a_new_training_it_is_the_first_again(self):
        self.succeed_in()
        result = self.run_program("train", "--project", "rig", "--training.seed=6",
                                  "--training.epochs=1")
        self.assertEqual(result.returncode, 0, result.stderr)
        result = self.succeed_in()
        self.assertIn("1 earlier calibration of another model or scoring is not compared with",
                      result.stderr)
        self.assertEqual(self.newest()["drift"]["verdict"], "first")

    def test_a_damaged_earlier_report_is_named_and_passed_over(self):
        self.succeed_in()
        first = self.reports()[0]
        self.write(REPORTS + "/threshold_calibration_20990101_000000_000.json", "newer: ignored")
        self.write(REPORTS + "/threshold_calibration_3.json", "ignored: of a later name")
        damaged = first.replace(".json", "x.json")
        for contents in (self.read(REPORTS + "/" + first)[:500], b"", b"[]", b"\xff\xfe\0",
                         b'{"schema": 1}'):
            with self.subTest(contents[:10]):
                self.write(REPORTS + "/" + damaged, contents)
                result = self.succeed_in()
                os.remove(self.path(REPORTS + "/" + self.reports_of_now()[-1]))
                self.assertIn("the earlier calibration " + damaged + " is passed over: ",
                              result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                self.assertIn("no picture that was not there on ", result.stdout)

    def reports_of_now(self):
        return [name for name in self.reports() if name < "threshold_calibration_2099"]


class Pictures(CalibrateTest):
    def test_rubbish_among_good_pictures_is_named(self):
        self.write("rig/data/normal/a.jpg", b"\xff\xd8 rubbish")
        self.write("rig/data/normal/b.txt", "notes")
        result = self.succeed_in()
        self.assertEqual(len(result.stderr.splitlines()), 2, result.stderr)
        self.assertIn("a.jpg", result.stderr)
        self.assertEqual((self.newest()["count"], self.newest()["skipped"]), (40, 2))

    def test_one_picture(self):
        names = sorted(os.listdir(self.path("rig/data/normal")))
        os.mkdir(self.path("one"))
        shutil.copy(self.path("rig/data/normal/" + names[0]), self.path("one"))
        said = self.succeed_in("--input-dir", "one").stdout
        self.assertIn("1 normal picture of ", said)
        self.assertEqual(self.newest()["std"], 0)
        result = self.succeed_in()
        self.assertIn("is passed over: it saw only 1 picture", result.stderr)
        self.assertIn("the first calibration of this model", result.stdout)
        os.rename(self.path("one/" + names[0]), self.path("one/other.jpg"))
        self.assertIn("too few independent pictures", self.succeed_in("--input-dir", "one").stdout)

    def test_all_scores_equal(self):
        name = sorted(os.listdir(self.path("rig/data/normal")))[0]
        os.mkdir(self.path("equal"))
        for i in range(25):
            shutil.copy(self.path("rig/data/normal/" + name), self.path("equal/%02d.jpg" % i))
        self.succeed_in("--input-dir", "equal", "--write-threshold")
        report = self.newest()
        self.assertEqual((report["min"], report["max"]), (report["mean"], report["mean"]))
        self.assertEqual(self.threshold()["threshold"], report["mean"])

    def test_folders_that_give_nothing(self):
        os.mkdir(self.path("empty"))
        self.write("file.jpg", b"")
        self.refuse(66, "empty", "capture", more=("--input-dir", "empty"))
        self.refuse(66, "nowhere", more=("--input-dir", "nowhere"))
        self.refuse(66, "file.jpg", more=("--input-dir", "file.jpg"))
        shutil.rmtree(self.path("rig/data/normal"))
        self.refuse(66, "rig/data/normal", "capture")
        self.assertEqual(self.reports(), [])

    def test_pictures_of_another_size(self):
        self.capture_elsewhere("large", "sim:normal?size=640x360&fps=1&duration=3")
        self.refuse(78, "640x360", "320x180", "train again", more=("--input-dir", "large"))
        self.assertEqual(self.reports(), [])


class Model(CalibrateTest):
    def test_no_model(self):
        os.remove(self.path("rig/model/autoencoder.onnx"))
        self.refuse(66, "autoencoder.onnx", "train")

    def test_a_model_for_other_settings(self):
        self.refuse(78, "threshold.percentile", "99.5", "90",
                    more=("--threshold.percentile=90",))
        self.refuse(78, "image.width", more=("--image.width=128", "--image.height=128"))
        self.assertEqual(self.reports(), [])

    def test_wrong_use(self):
        self.refuse(64, "--input-dir", more=("--input-dir",))
        self.refuse(64, "takes no arguments", more=("extra",))


class Disk(CalibrateTest):
    def test_a_full_disk_leaves_no_report(self):
        for nth in (1, 2, 3):
            with self.subTest(nth):
                self.refuse(74, "No space left on device", environment=self.failing_disk(
                    REPORTS, CALLS="write", NTH=nth, TIMES=1000, ERRNO="ENOSPC"))
                self.assertEqual(os.listdir(self.path(REPORTS)), [])

    def test_a_full_disk_keeps_the_threshold(self):
        before = self.model()
        for nth in (1, 2):
            with self.subTest(nth):
                self.refuse(74, "the report is saved, but not the threshold",
                            "No space left on device", more=("--write-threshold",),
                            environment=self.failing_disk("rig/model", CALLS="write", NTH=nth,
                                                          TIMES=1000, ERRNO="ENOSPC"))
                self.assertEqual(self.model(), before)

    def test_a_record_that_has_no_room_shows_in_the_status(self):
        result = self.calibrate(environment=self.failing_disk(
            "rig/logs", CALLS="write", NTH=1, TIMES=1000, ERRNO="ENOSPC"))
        self.assertEqual(result.returncode, 74, result.stderr)
        self.assertIn("the report is saved, but not recorded", result.stderr)
        self.assertEqual(len(self.reports()), 3)

    def test_ctrl_c_leaves_nothing(self):
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "calibrate", "--project", "rig", "--write-threshold"],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        self.assertIn("few", process.stderr.readline())  # the pictures are loaded
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=60)
        if process.returncode == 0:
            self.skipTest("it was over before the signal")
        self.assertEqual((process.returncode, said), (130, ""), errors)
        self.assertEqual(self.reports(), [])


class WriteThreshold(CalibrateTest):
    def setUp(self):
        super().setUp()
        self.before = self.threshold()
        self.quick = ("--write-threshold", "--input-dir", self.twenty())

    def twenty(self):
        os.mkdir(self.path("twenty"))
        for name in sorted(os.listdir(self.path("rig/data/normal")))[:20]:
            shutil.copy(self.path("rig/data/normal/" + name), self.path("twenty"))
        return "twenty"

    def backups(self):
        return sorted(name for name in os.listdir(self.path("rig/model"))
                      if name.startswith("threshold_"))

    def test_the_monitor_takes_the_new_threshold_and_the_old_one_is_kept(self):
        onnx, stats = self.read("rig/model/autoencoder.onnx"), self.read("rig/model/stats.json")
        result = self.succeed_in("--write-threshold")
        self.assertIn("40 pictures are few for a threshold", result.stderr)
        after, report = self.threshold(), self.newest()
        for key in ("threshold", "pixel_error_threshold", "blob_area_threshold"):
            self.assertEqual(after[key], report["new_" + key])
            self.assertEqual(self.before[key], report[key])
        self.assertNotEqual(after["threshold"], self.before["threshold"])
        for key in set(self.before) - {"threshold", "pixel_error_threshold", "blob_area_threshold"}:
            self.assertEqual(after[key], self.before[key], key)
        backup, = self.backups()
        self.assertEqual(self.threshold(backup), self.before)
        self.assertIn(backup, result.stdout)
        self.assertEqual(self.read("rig/model/autoencoder.onnx"), onnx)
        self.assertEqual(self.read("rig/model/stats.json"), stats)
        result = self.monitor("rig", rig.NORMAL + "&duration=3")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for record in self.records("rig", "frame_status"):
            self.assertAlmostEqual(record["threshold"], after["threshold"], delta=1e-9)
        record, = self.records("rig", "threshold_calibration_complete")
        self.assertIn("written in place of", record["text"])

    def test_the_old_one_is_put_back_by_copying(self):
        self.succeed_in(*self.quick)
        shutil.copy(self.path("rig/model/" + self.backups()[0]),
                    self.path("rig/model/threshold.json"))
        self.succeed_in("--input-dir", "twenty")
        self.assertEqual(self.newest()["threshold"], self.before["threshold"])

    def test_json_names_the_backup(self):
        document = json.loads(self.succeed_in(*self.quick, "--json").stdout)
        self.assertTrue(document["threshold_written"])
        self.assertEqual([document["threshold_backup"]], self.backups())

    def test_too_few_pictures(self):
        before = self.model()
        os.remove(self.path("twenty/" + os.listdir(self.path("twenty"))[0]))
        self.refuse(65, "19", "20", more=self.quick)
        self.assertEqual(self.model(), before)
        self.succeed_in("--input-dir", "twenty")  # to look at, they are enough

    def test_a_training_that_runs_is_waited_for(self):
        before = self.model()
        process = subprocess.Popen(["flock", self.path("rig/state/training.lock"), "sleep", "60"])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 10
        while subprocess.call(["flock", "-n", self.path("rig/state/training.lock"), "true"]) == 0:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        self.refuse(75, "a training is running", more=self.quick)
        self.assertEqual(self.model(), before)

    def test_a_monitor_that_runs_goes_on_with_the_old_one(self):
        self.succeed("mode", "MONITOR", "--project", "rig")
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", rig.NORMAL],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.assertIn("watching", process.stdout.readline())
        result = self.succeed_in(*self.quick)
        self.assertIn("the monitor that is running goes on with the old threshold until it is "
                      "restarted", result.stderr)
        self.assertEqual(len(self.backups()), 1)

    def test_no_monitor_is_claimed_where_none_is_known_to_run(self):
        lock = self.path("rig/state/monitor.lock")
        if os.path.exists(lock):
            os.remove(lock)
        result = self.succeed_in(*self.quick)
        self.assertNotIn("monitor", result.stderr)
        self.assertFalse(os.path.exists(lock))
        os.mkdir(lock)
        result = self.succeed_in(*self.quick)
        self.assertNotIn("the monitor that is running", result.stderr)
        self.assertIn("whether a monitor is running cannot be told", result.stderr)

    def test_killed_at_every_call_the_model_is_usable_and_the_old_threshold_exists(self):
        counted = self.path("counted")
        self.succeed_in(*self.quick, environment=dict(self.failing_disk("rig/model"),
                                                      FAILIO_REPORT=counted))
        with open(counted, encoding="utf-8") as file:
            calls = int(file.read())
        self.assertGreater(calls, 6)
        fresh = self.threshold()
        moments = [{"NTH": nth, "ACTION": "kill"} for nth in range(1, calls + 1)]
        moments += [{"NTH": nth, "ACTION": "tear", "CALLS": "write"} for nth in (1, 2)]
        for moment in moments:
            with self.subTest(**moment):
                for backup in self.backups():
                    os.remove(self.path("rig/model/" + backup))
                self.write("rig/model/threshold.json", json.dumps(self.before))
                killed = self.calibrate(*self.quick,
                                        environment=self.failing_disk("rig/model", **moment))
                self.assertEqual(killed.returncode, -signal.SIGKILL, killed.stderr)
                now = self.threshold()
                self.assertIn(now, (self.before, fresh))
                if now == fresh:
                    self.assertEqual(self.threshold(self.backups()[0]), self.before)
                result = self.monitor("rig", rig.NORMAL + "&duration=1")
                self.assertEqual((result.returncode, self.leftovers()), (0, []), result.stderr)

    def leftovers(self):
        return [name for name in os.listdir(self.path("rig/model")) if name.startswith(".")]

    def test_killed_at_random_moments(self):
        chance = random.Random(11)
        started = time.monotonic()
        self.succeed_in(*self.quick)
        whole_s = time.monotonic() - started
        for _ in range(5):
            process = subprocess.Popen(
                [rig.program.LEAKWATCH, "calibrate", "--project", "rig", *self.quick],
                cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.5, 1.1) * whole_s)  # the moment of the kill
            process.kill()
            process.wait()
            self.threshold()
        self.succeed_in(*self.quick)  # and removes what was half written
        for name in self.reports():
            self.assertTrue(name.startswith("threshold_"), name)


if __name__ == "__main__":
    rig.main()
