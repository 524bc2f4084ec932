#!/usr/bin/python3
"""Bad input of every kind, given to the real program: one clear sentence, the right exit status, and
nothing half-written."""

import glob
import json
import os
import shutil
import signal
import struct
import subprocess
import time
import zlib

import rig


def png(width, height, depth=8, data=None):
    """A PNG made by hand: colour type 2 (RGB)."""
    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body +
                struct.pack(">I", zlib.crc32(kind + body)))
    row = b"\0" + bytes(width * 3 * depth // 8)
    body = zlib.compress(row * height) if data is None else data
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)) +
            chunk(b"IDAT", body) + chunk(b"IEND", b""))


def without_stamps(path):
    with open(path) as file:
        return json.load(file)


class Pictures(rig.RigTest):
    def train(self, status, *messages):
        result = self.run_program("train", "--project", "rig")
        self.assertEqual(result.returncode, status, result.stderr)
        for message in messages:
            self.assertIn(message, result.stderr)
        self.assertEqual(glob.glob(self.path("rig/model/*.onnx")), [])
        return result

    def test_no_pictures(self):
        self.make_project()
        self.train(66, "capture")

    def test_one_picture(self):
        self.make_project()
        self.capture("rig", 1)
        self.train(65, "1 ", "20")

    def test_rubbish_among_good_pictures_is_named_and_counted(self):
        self.make_project()
        self.capture("rig", 24)
        folder = self.path("rig/data/normal")
        good = os.path.join(folder, sorted(os.listdir(folder))[0])
        with open(good, "rb") as file:
            contents = file.read()
        rubbish = {"a-empty.jpg": b"", "b-truncated.jpg": contents[:len(contents) // 2],
                   "c-one-pixel.png": png(1, 1), "d-16-bit.png": png(320, 180, 16),
                   "e-huge.png": png(60000, 60000, 8, b""), "f-text.jpg": b"this is no picture\n",
                   "g-other-size.png": png(100, 100), "i-cmyk.jpg": rig.cmyk_jpeg(320, 180)}
        for name, data in rubbish.items():
            self.write("rig/data/normal/" + name, data)
        secret = self.path("secret.jpg")
        shutil.copy(good, secret)
        os.symlink(secret, os.path.join(folder, "h-link.jpg"))
        result = self.run_program("train", "--project", "rig", "--training.epochs=1")
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in list(rubbish) + ["h-link.jpg"]:
            lines = [line for line in result.stderr.splitlines() if name in line]
            self.assertEqual(len(lines), 1, name + ": " + result.stderr)
            self.assertTrue(lines[0].startswith("leakwatch: warning: "), lines[0])
        stats = without_stamps(self.path("rig/model/stats.json"))
        self.assertEqual(stats["n_train"] + stats["n_val"], 24)

    def test_only_rubbish_is_too_few(self):
        self.make_project()
        for i in range(30):
            self.write("rig/data/normal/%02d.jpg" % i, b"\xff\xd8rubbish")
        self.train(66, "29.jpg")

    def test_a_folder_that_is_a_file(self):
        self.make_project()
        os.rmdir(self.path("rig/data/normal"))
        self.write("rig/data/normal", b"")
        self.assertNotEqual(self.run_program("train", "--project", "rig").returncode, 0)


class Model(rig.RigTest):
    def refuse(self, status, *messages, source=rig.NORMAL + "&duration=5", more=()):
        result = self.monitor("rig", source, *more)
        self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
        for message in messages:
            self.assertIn(message, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_no_model(self):
        self.make_project()
        self.refuse(66, "autoencoder.onnx", "train")

    def test_model_for_another_network_size(self):
        self.trained()
        self.refuse(78, "image.width 64", "128", more=("--image.width=128", "--image.height=128"))

    def test_model_for_another_region_of_interest(self):
        self.trained()
        self.refuse(78, "roi", more=("--roi.enabled=true", "--roi.width=0.5"))

    def test_model_for_other_scoring(self):
        self.trained()
        self.refuse(78, "topk", "mean", more=("--scoring.method=topk",))

    def test_a_camera_of_another_size(self):
        self.trained()
        result = self.monitor("rig", "sim:normal?seed=3&duration=5&size=640x360")
        self.assertEqual(result.returncode, 78, result.stderr)
        self.assertIn("640x360", result.stderr)
        self.assertIn("320x180", result.stderr)

    def edit_threshold(self, change):
        path = self.path("rig/model/threshold.json")
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(change(text))

    def test_threshold_with_nan(self):
        self.trained()
        value = without_stamps(self.path("rig/model/threshold.json"))["threshold"]
        self.edit_threshold(lambda text: text.replace(json.dumps(value), "NaN"))
        self.refuse(65, "threshold.json")

    def test_threshold_with_a_missing_key(self):
        self.trained()
        self.edit_threshold(lambda text: text.replace('"percentile"', '"percentil"'))
        self.refuse(65, "threshold.json", "percentile")

    def test_threshold_of_another_training(self):
        self.trained()
        self.edit_threshold(lambda text: text.replace('"set_digest": "', '"set_digest": "0')
                            .replace('",\n  "threshold"', '",\n  "threshold"'))
        self.refuse(65, "threshold.json")

    def test_truncated_foreign_and_corrupt_onnx(self):
        self.trained()
        whole = self.read("rig/model/autoencoder.onnx")
        for name, contents in (("truncated", whole[:len(whole) // 3]), ("empty", b""),
                               ("foreign", b"\x08\x07\x12\x07pytorch" + whole[20:200]),
                               ("text", b"hello\n" * 1000),
                               ("flipped", whole[:5000000] + b"\x7f\xc0" + whole[5000002:])):
            with self.subTest(name):
                self.write("rig/model/autoencoder.onnx", contents)
                self.refuse(65, "autoencoder.onnx")


class Sources(rig.RigTest):
    def refuse_source(self, status, message, source):
        if not os.path.exists(self.path("rig")):
            self.trained()
        result = self.monitor("rig", source)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertIn(message, result.stderr)

    def test_sources_that_are_none(self):
        self.write("empty.mp4", b"")
        self.write("text.mp4", b"no video\n" * 100)
        os.mkdir(self.path("nothing"))
        for status, message, source in (
                (66, "missing.mp4", "missing.mp4"), (65, "empty.mp4", "empty.mp4"),
                (65, "text.mp4", "text.mp4"), (66, "nothing", "nothing"),
                (64, "flood", "sim:flood?duration=5"), (64, "duration", "sim:normal?duration=x")):
            with self.subTest(source):
                self.refuse_source(status, message, source)

    def test_a_clip_that_was_cut_off_is_scored_as_far_as_it_goes(self):
        """A file of JPEGs, one behind the other, as many cameras write it."""
        self.trained()
        folder = self.path("rig/data/normal")
        pictures = [self.read(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]
        whole = b"".join(pictures[:10])
        for title, contents, frames in (("whole", whole, 10),
                                        ("cut", whole[:-len(pictures[9]) // 2], 9)):
            with self.subTest(title):
                shutil.rmtree(self.path("rig/logs"))
                self.write("clip.mjpeg", contents)
                result = self.monitor("rig", "clip.mjpeg", "--monitor.frame_interval_seconds=0.01")
                self.assertEqual(result.returncode, 0, result.stderr)
                statuses = self.records("rig", "frame_status")
                self.assertEqual(len(statuses), frames)
                self.assertEqual(self.records("rig")[-1]["type"], "shutdown")

    def test_a_clip_with_damaged_pictures_goes_on_and_counts_them(self):
        self.trained()
        clip = self.path("clip")
        shutil.copytree(self.path("rig/data/normal"), clip)
        names = sorted(os.listdir(clip))
        for name in names[5:8]:
            self.write("clip/" + name, b"\xff\xd8\xff\xe0 broken")
        result = self.monitor("rig", clip)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("3 frames were damaged", result.stdout)
        self.assertEqual(len(self.records("rig", "frame_status")), 37)
        self.assertGreaterEqual(len(self.records("rig", "camera_error")), 1)


class Mode(rig.RigTest):
    """The mode file while a monitor runs, and at its start."""

    def start(self, contents):
        self.trained()
        self.write("rig/state/mode.txt", contents)
        self.process = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", rig.NORMAL],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.process.kill)
        self.lines = []
        self.wait_line("watching")

    def wait_line(self, part):
        while True:
            line = self.process.stdout.readline()
            self.assertNotEqual(line, "", "ended before it said " + part)
            self.lines.append(line)
            if part in line:
                return line

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=30)
        self.assertEqual(self.process.returncode, 0, errors)

    def test_every_way_of_writing_monitor_arms(self):
        for contents in (b"\xef\xbb\xbfMONITOR\r\n", "MONITOR".encode("utf-16"),
                         b"  monitor \n", "\ufeffMonitor\r\n".encode("utf-16-be")):
            with self.subTest(contents):
                self.start(contents)
                self.stop()
                self.assertEqual(self.records("rig", "startup")[0]["mode"], "MONITOR")
                shutil.rmtree(self.path("rig"))

    def test_rubbish_keeps_the_last_mode_and_is_told(self):
        self.start(b"MONITOR\n")
        self.write("rig/state/mode.txt", b"\x00\xff\x13rubbish")
        self.assertIn("the mode stays MONITOR", self.wait_line("FAULT mode_file"))
        self.write("rig/state/mode.txt", b"OFF\n")
        self.wait_line("recovered mode_file")
        self.wait_line("mode OFF")
        self.write("rig/state/mode.txt", b"MONITOR\n")
        self.wait_line("mode MONITOR")
        self.stop()
        kinds = [record["type"] for record in self.records("rig")]
        self.assertEqual(kinds.count("fault"), 1)
        self.assertEqual(kinds.count("mode_change"), 2)
        self.check_gapless("rig")

    def test_rubbish_at_start_counts_as_off_and_is_told(self):
        self.start(b"armed please\n")
        self.wait_line("FAULT mode_file")
        self.stop()
        self.assertEqual(self.records("rig", "startup")[0]["mode"], "OFF")
        self.assertEqual(self.records("rig", "frame_status"), [])


class Disk(rig.RigTest):
    """The disk refuses, by tests/fault/failio."""

    def environment(self, under, **settings):
        failio = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        self.assertTrue(os.path.exists(failio), failio + " is not built")
        settings = {"FAILIO_" + key: str(value) for key, value in settings.items()}
        return dict(settings, LD_PRELOAD=failio, FAILIO_UNDER=os.path.realpath(self.path(under)))

    def test_a_full_disk_ends_capture_with_its_name_and_no_half_picture(self):
        self.make_project()
        result = self.run_program(
            "capture", "--project", "rig", "--source", rig.NORMAL + "&duration=20", "--ignore-mode",
            environment=self.environment("rig/data", CALLS="write", NTH=5, TIMES=1000,
                                         ERRNO="ENOSPC"))
        self.assertEqual(result.returncode, 74, result.stderr)
        self.assertIn("No space left on device", result.stderr)
        names = os.listdir(self.path("rig/data/normal"))
        self.assertTrue(0 < len(names) < 20)
        for name in names:
            self.assertTrue(name.startswith("normal_") and name.endswith(".jpg"), name)
            self.assertTrue(self.read("rig/data/normal/" + name).endswith(b"\xff\xd9"), name)

    def test_a_read_only_folder_ends_training_and_leaves_the_old_model(self):
        self.trained()
        before = {name: self.read("rig/model/" + name) for name in os.listdir(self.path("rig/model"))}
        for call in ("open", "write", "fsync", "rename"):
            with self.subTest(call):
                result = self.run_program(
                    "train", "--project", "rig", "--training.seed=5", "--training.epochs=1",
                    environment=self.environment("rig/model", CALLS=call, NTH=1, TIMES=10000,
                                                 ERRNO="EROFS"))
                self.assertEqual(result.returncode, 74, result.stderr)
                self.assertIn("Read-only file system", result.stderr)
                for name, contents in before.items():
                    self.assertEqual(self.read("rig/model/" + name), contents, name)

    def test_a_replay_on_a_full_disk_ends_with_the_reason(self):
        self.trained()
        result = self.run_program(
            "monitor", "--project", "rig", "--source", rig.NORMAL + "&duration=20", "--ignore-mode",
            environment=self.environment("rig/logs", CALLS="write", NTH=6, TIMES=100000,
                                         ERRNO="ENOSPC"))
        self.assertEqual(result.returncode, 74, result.stderr)
        self.assertIn("No space left on device", result.stderr)
        self.check_gapless("rig")

    def test_a_live_monitor_keeps_its_records_until_space_returns(self):
        self.trained()
        self.succeed("mode", "MONITOR", "--project", "rig")
        full = self.path("disk-is-full")
        environment = dict(os.environ, **self.environment("rig/logs", CALLS="write",
                                                          FULL_WHILE=full))
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", rig.NORMAL,
             "--monitor.frame_interval_seconds=0.2"], cwd=self.folder, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        self.wait_for(lambda: len(self.records_so_far()) >= 5)
        self.write("disk-is-full", b"")
        line = process.stderr.readline()
        self.assertIn("kept in memory", line)
        size = os.path.getsize(self.path("rig/logs/events.jsonl"))
        time.sleep(2)  # records that have nowhere to go
        self.assertEqual(os.path.getsize(self.path("rig/logs/events.jsonl")), size)
        os.remove(full)
        self.assertIn("takes records again", process.stderr.readline())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0)
        self.check_gapless("rig")
        kinds = [record["type"] for record in self.records("rig")]
        self.assertEqual((kinds.count("fault"), kinds.count("recovered")), (1, 1))
        frames = [record["frame"] for record in self.records("rig", "frame_status")]
        self.assertEqual(frames, sorted(set(frames)))
        scored = self.records("rig", "shutdown")[0]["frames_scored"]
        self.assertEqual(len(frames), scored)
        self.assertEqual(self.records("rig", "records_lost"), [])

    def records_so_far(self):
        path = self.path("rig/logs/events.jsonl")
        if not os.path.exists(path):
            return []
        with open(path) as file:
            return file.readlines()

    def wait_for(self, condition):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)


if __name__ == "__main__":
    rig.main()
