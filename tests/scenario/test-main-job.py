#!/usr/bin/python3
"""Capture, train, monitor, alarm: the main job, as a process on real files."""

import glob
import json
import os
import signal
import subprocess
import time

import rig


class Capture(rig.RigTest):
    def pictures(self, project="rig"):
        return sorted(os.path.basename(path)
                      for path in glob.glob(self.path(project + "/data/normal/*")))

    def test_pictures_are_named_by_the_source_s_clock(self):
        self.make_project()
        said = self.capture("rig", 3)
        self.assertIn("3 normal pictures saved", said)
        self.assertEqual(self.pictures(), ["normal_20000101_000000_000.jpg",
                                           "normal_20000101_000001_000.jpg",
                                           "normal_20000101_000002_000.jpg"])
        self.assertEqual([record["path"] for record in self.records("rig", "captured_frame")],
                         ["data/normal/" + name for name in self.pictures()])
        self.assertEqual(os.stat(self.path("rig/data/normal")).st_mode & 0o777, 0o700)
        self.check_gapless("rig")

    def test_running_it_twice_changes_nothing_and_another_recording_overwrites_nothing(self):
        self.make_project()
        self.capture("rig", 3)
        self.assertIn("3 were there already", self.capture("rig", 3))
        self.assertEqual(len(self.pictures()), 3)
        self.capture("rig", 3, rig.NORMAL.replace("seed=3", "seed=4"))
        self.assertEqual(len(self.pictures()), 6)
        self.assertIn("normal_20000101_000000_000_2.jpg", self.pictures())

    def test_from_and_to_count_the_source_s_frames(self):
        self.make_project()
        self.succeed("capture", "--project", "rig", "--source", rig.NORMAL + "&duration=20",
                     "--ignore-mode", "--interval", "0", "--from", "4", "--to", "7")
        frames = [record["frame"] for record in self.records("rig", "captured_frame")]
        self.assertEqual(frames, [4, 5, 6, 7])

    def test_nothing_is_saved_while_the_mode_is_off(self):
        self.make_project()
        result = self.run_program("capture", "--project", "rig", "--source",
                                  rig.NORMAL + "&duration=5")
        self.assertEqual(result.returncode, 64)
        self.assertIn("the mode is OFF", result.stderr)
        self.assertEqual(self.pictures(), [])
        self.succeed("mode", "CAPTURE", "--project", "rig")
        self.succeed("capture", "--project", "rig", "--source", rig.NORMAL + "&duration=5")
        self.assertEqual(len(self.pictures()), 5)

    def test_the_region_of_interest_is_cropped(self):
        self.make_project(config=rig.CONFIG + "roi: {enabled: true, units: pixels, x: 10, y: 20, "
                                              "width: 100, height: 80}\n")
        self.capture("rig", 1)
        with open(self.path("rig/data/normal/" + self.pictures()[0]), "rb") as file:
            contents = file.read()
        start = contents.index(b"\xff\xc0") + 5
        self.assertEqual(contents[start:start + 4], bytes([0, 80, 0, 100]))

    def test_a_live_source_waits_for_the_mode_and_stops_on_a_signal(self):
        self.make_project()
        process = subprocess.Popen([rig.program.LEAKWATCH, "capture", "--project", "rig", "--source",
                                    rig.NORMAL, "--interval", "0"], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertIn("the mode is OFF: waiting", process.stderr.readline())
        self.succeed("mode", "CAPTURE", "--project", "rig")
        self.assertIn("the mode is CAPTURE", process.stderr.readline())
        deadline = time.monotonic() + 20
        while len(self.pictures()) < 2:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)
        self.assertIn("normal pictures saved", said)


    def test_a_camera_that_is_missing_is_said_at_once_and_waited_for(self):
        self.make_project()
        self.succeed("mode", "CAPTURE", "--project", "rig")
        process = subprocess.Popen([rig.program.LEAKWATCH, "capture", "--project", "rig", "--source",
                                    "63"], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        started = time.monotonic()
        self.assertIn("the mode is CAPTURE", process.stderr.readline())
        line = process.stderr.readline()
        self.assertLess(time.monotonic() - started, 5)
        for part in ("/dev/video63", "no such camera", "trying again", "--source"):
            self.assertIn(part, line)
        process.send_signal(signal.SIGINT)
        said, more = process.communicate(timeout=20)
        self.assertEqual((process.returncode, more), (0, ""))
        self.assertIn("0 normal pictures saved", said)


class Train(rig.RigTest):
    def test_a_model_set_is_written(self):
        self.trained()
        with open(self.path("rig/model/threshold.json")) as file:
            threshold = json.load(file)
        with open(self.path("rig/model/stats.json")) as file:
            stats = json.load(file)
        for key in ("percentile", "threshold", "scoring_method", "topk_percent", "topk_min_pixels",
                    "heatmap_trigger_enabled", "pixel_error_threshold", "blob_area_threshold",
                    "pixel_error_percentile", "blob_area_percentile", "connectivity",
                    "min_blob_area"):
            self.assertIn(key, threshold)
        for key in ("n_train", "n_val", "val_error_mean", "val_error_std", "val_error_min",
                    "val_error_max", "final_train_loss", "final_val_loss", "model_path",
                    "threshold_path"):
            self.assertIn(key, stats)
        self.assertEqual((stats["n_train"], stats["n_val"]), (32, 8))
        self.assertEqual(threshold["set_digest"], stats["set_digest"])
        self.assertLessEqual(stats["val_error_min"], threshold["threshold"])

    def test_killed_training_continues_to_the_same_bits(self):
        self.trained("whole")
        self.make_project()
        self.capture("rig")
        process = subprocess.Popen([rig.program.LEAKWATCH, "train", "--project", "rig"],
                                   cwd=self.folder, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        checkpoint = self.path("rig/model/training.checkpoint")
        deadline = time.monotonic() + 60
        while not os.path.exists(checkpoint):
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(process.poll(), "it was too quick to be killed")
            time.sleep(0.005)
        process.kill()
        process.wait()
        self.assertFalse(os.path.exists(self.path("rig/model/autoencoder.onnx")))
        result = self.run_program("train", "--project", "rig")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("continuing an interrupted training", result.stderr)
        self.assertEqual(self.read("rig/model/autoencoder.onnx"),
                         self.read("whole/model/autoencoder.onnx"))
        self.assertFalse(os.path.exists(checkpoint))

    def test_the_old_model_is_kept_when_it_is_replaced(self):
        self.trained()
        before = self.read("rig/model/autoencoder.onnx")
        result = self.run_program("train", "--project", "rig", "--training.seed=7")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("is kept in rig/model/previous", result.stdout)
        self.assertEqual(self.read("rig/model/previous/autoencoder.onnx"), before)
        self.assertNotEqual(self.read("rig/model/autoencoder.onnx"), before)
        self.assertEqual(len(self.records("rig", "training_complete")), 1)

    def leftovers(self):
        return glob.glob(self.path("rig/model/.*.tmp"))

    def test_what_a_killed_save_left_is_removed_by_the_next_job(self):
        self.trained()
        failio = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        # Renamed before: the write test, the checkpoint of the only epoch, and three files to
        # model/previous.
        environment = {"LD_PRELOAD": failio, "FAILIO_ACTION": "kill", "FAILIO_CALLS": "rename",
                       "FAILIO_NTH": "6", "FAILIO_UNDER": os.path.realpath(self.path("rig/model"))}
        result = self.run_program("train", "--project", "rig", "--training.seed=8",
                                  "--training.epochs=1", environment=environment)
        self.assertEqual(result.returncode, -signal.SIGKILL)
        self.assertGreaterEqual(len(self.leftovers()), 1)
        result = self.monitor("rig", rig.NORMAL + "&duration=2")
        self.assertEqual(result.returncode, 0, result.stderr)  # the old model is whole
        self.assertIn("unfinished file", result.stderr)
        self.assertEqual(self.leftovers(), [])

    def test_too_few_pictures_are_refused_with_advice(self):
        self.make_project()
        self.fail_with(66, "capture", "train", "--project", "rig")
        self.capture("rig", 1)
        result = self.run_program("train", "--project", "rig")
        self.assertEqual(result.returncode, 65, result.stderr)
        self.assertIn("20", result.stderr)


class Monitor(rig.RigTest):
    def test_a_covered_camera_raises_an_alarm_with_evidence(self):
        self.trained()
        result = self.monitor("rig", rig.COVERED + "&duration=30")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("ALARM", result.stdout)
        alarm = [record for record in self.records("rig", "anomaly_detected")
                 if record["media_time_s"] >= 10][0]
        self.assertLessEqual(alarm["media_time_s"], 14)
        self.assertGreaterEqual(alarm["consecutive_anomalies"], 3)
        self.assertGreaterEqual(len(alarm["saved_paths"]), 5)
        for path in alarm["saved_paths"]:
            self.assertTrue(self.read("rig/" + path).startswith(b"\xff\xd8"), path)
        self.assertFalse(alarm["notify"])
        self.check_gapless("rig")

    def test_a_second_replay_in_one_project_gives_its_alarms_ids_of_their_own(self):
        self.trained()
        for _ in range(2):
            result = self.monitor("rig", rig.COVERED + "&duration=30")
            self.assertEqual(result.returncode, 0, result.stderr)
        ids = [record["event_id"] for record in self.records("rig", "anomaly_detected")]
        self.assertGreaterEqual(len(ids), 2)
        self.assertEqual(len(ids), len(set(ids)), ids)

    def test_replaying_twice_writes_the_same_bytes(self):
        events = []
        for name in ("first", "second"):
            self.trained(name)
            # From inside the folder, so that both runs get the very same command line.
            result = self.run_program("monitor", "--source", rig.COVERED + "&duration=30",
                                      "--ignore-mode", cwd=name)
            self.assertEqual(result.returncode, 0, result.stderr)
            events.append(self.read(name + "/logs/events.jsonl"))
        self.assertGreater(len(events[0]), 5000)
        self.assertEqual(events[0], events[1])

    def test_a_folder_of_pictures_can_be_replayed(self):
        self.trained()
        result = self.monitor("rig", self.path("rig/data/normal"))
        self.assertEqual(result.returncode, 0, result.stderr)
        statuses = self.records("rig", "frame_status")
        self.assertEqual(len(statuses), 40)
        self.assertEqual([record["media_time_s"] for record in statuses],
                         [float(i) for i in range(40)])

    def test_a_second_monitor_is_refused(self):
        self.trained()
        self.succeed("mode", "MONITOR", "--project", "rig")
        first = subprocess.Popen([rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source",
                                  rig.NORMAL], cwd=self.folder, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, text=True)
        self.assertIn("watching", first.stdout.readline())
        self.fail_with(75, "another monitor is already running", "monitor", "--project", "rig",
                       "--source", rig.NORMAL)
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=20)
        self.assertEqual(first.returncode, 0)
        self.assertEqual(self.records("rig")[-1]["type"], "shutdown")


if __name__ == "__main__":
    rig.main()
