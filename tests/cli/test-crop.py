#!/usr/bin/python3
"""`crop`: what becomes of the normal pictures, and that no original is ever lost."""

import fcntl
import json
import os
import shutil
import signal
import struct
import subprocess
import time
import zlib

import program

NORMAL = "rig/data/normal"
ORIGINALS = NORMAL + "/originals"


def size_of(jpeg):
    """Width and height from the frame header of a JPEG."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
    height, width = struct.unpack(">HH", jpeg[at + 5:at + 9])
    return width, height


class CropTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("init", "rig")
        self.capture(4, "320x180")

    def capture(self, count, size, *more, start="2000-01-01T00:00:00Z"):
        self.succeed("capture", "--project", "rig", "--ignore-mode", "--start", start, "--interval",
                     "0", "--source", "sim:normal?fps=1&duration=%d&size=%s" % (count, size), *more)

    def pictures(self, folder=NORMAL):
        names = [name for name in sorted(os.listdir(self.path(folder))) if name.endswith(".jpg")]
        return {name: self.read(folder + "/" + name) for name in names}

    def crop(self, *words):
        return self.succeed("crop", "--project", "rig", *words)

    def report(self, *words):
        return json.loads(self.crop("--json", *words))

    def refuse(self, status, message, *words):
        before = self.tree()
        self.fail_with(status, message, "crop", "--project", "rig", *words)
        self.assertEqual(self.tree(), before)

    def tree(self):
        found = {}
        for folder, _, names in os.walk(self.path(NORMAL)):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    found[os.path.join(folder, name)] = file.read()
        return found


class Ways(CropTest):
    def test_copies_leave_everything_as_it_was(self):
        before = self.pictures()
        text = self.crop("--roi", "0.25,0.25,0.5,0.5")
        self.assertIn("region: 80,45, 160 x 90 px of 320 x 180 px\n4 pictures cropped to "
                      "rig/data/normal/cropped\n", text)
        self.assertIn("--overwrite crops those", text)
        self.assertEqual(self.pictures(), before)
        crops = self.pictures(NORMAL + "/cropped")
        self.assertEqual(list(crops), list(before))
        self.assertEqual({size_of(crop) for crop in crops.values()}, {(160, 90)})
        self.assertFalse(os.path.exists(self.path(ORIGINALS)))
        again = self.report("--roi", "0.25,0.25,0.5,0.5")
        self.assertEqual((again["cropped"], again["unchanged"]), (0, 4))

    def test_overwriting_keeps_the_originals_and_can_be_repeated_and_undone(self):
        before = self.pictures()
        self.crop("--roi", "80,45,160,90", "--roi.units=pixels", "--overwrite")
        first = self.pictures()
        self.assertEqual({size_of(crop) for crop in first.values()}, {(160, 90)})
        self.assertEqual(self.pictures(ORIGINALS), before)
        for path in (ORIGINALS, NORMAL + "/cropped"):
            if os.path.exists(self.path(path)):
                self.assertEqual(os.stat(self.path(path)).st_mode & 0o777, 0o700)
        name = next(iter(before))
        self.assertEqual(os.stat(self.path(ORIGINALS + "/" + name)).st_mode & 0o777, 0o600)

        tree = self.tree()
        again = self.report("--roi", "0.25,0.25,0.5,0.5", "--overwrite")  # the same in fractions
        self.assertEqual((again["cropped"], again["unchanged"]), (0, 4))
        self.assertEqual(self.tree(), tree)

        self.crop("--roi", "0,0,300,160", "--roi.units=pixels", "--overwrite")
        second = self.pictures()
        self.assertEqual({size_of(crop) for crop in second.values()}, {(300, 160)})
        self.assertEqual(self.pictures(ORIGINALS), before)
        self.crop("--roi", "0.25,0.25,0.5,0.5", "--overwrite")
        self.assertEqual(self.pictures(), first)
        self.crop("--roi", "0,0,1,1", "--overwrite")
        self.assertEqual(self.pictures(), before)
        self.assertEqual(self.pictures(ORIGINALS), before)

    def test_a_dry_run_writes_nothing_and_says_the_same(self):
        before = self.tree()
        dry = self.report("--roi", "0.25,0.25,0.5,0.5", "--overwrite", "--dry-run")
        self.assertEqual(self.tree(), before)
        self.assertFalse(os.path.exists(self.path(ORIGINALS)))
        real = self.report("--roi", "0.25,0.25,0.5,0.5", "--overwrite")
        self.assertEqual((dry.pop("dry_run"), real.pop("dry_run")), (True, False))
        self.assertEqual(dry, real)
        self.assertIn("nothing was written (--dry-run)",
                      self.crop("--roi", "0,0,0.5,0.5", "--overwrite", "--dry-run"))

    def test_the_configured_region_and_what_config_must_say(self):
        region = ["--roi.enabled=true", "--roi.x=0.25", "--roi.y=0.25", "--roi.width=0.5",
                  "--roi.height=0.5", "--camera.width=320", "--camera.height=180"]
        self.assertIn("config.yaml says this region already", self.crop("--overwrite", *region))
        self.assertIn("before `leakwatch train`, set this region in config.yaml:\n  roi: {enabled: "
                      "true, units: relative, x: 0.5, y: 0, width: 0.5, height: 1}\n",
                      self.crop("--overwrite", "--roi", "0.5,0,0.5,1", *region))

    def test_what_capture_cropped_is_not_cropped_again(self):
        region = ["--roi.enabled=true", "--roi.x=0.25", "--roi.y=0.25", "--roi.width=0.5",
                  "--roi.height=0.5", "--camera.width=320", "--camera.height=180"]
        self.capture(3, "320x180", *region, start="2001-01-01T00:00:00Z")
        report = self.report("--overwrite", *region)
        self.assertEqual((report["cropped"], report["already_cropped"]), (4, 3))
        self.assertEqual({size_of(crop) for crop in self.pictures().values()}, {(160, 90)})
        self.assertEqual(len(self.pictures(ORIGINALS)), 4)

    def test_png_stays_png(self):
        rows = b"".join(b"\0" + bytes([y, 128, 255 - y]) * 100 for y in range(100))
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + \
                struct.pack(">I", zlib.crc32(kind + data))
        png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0)) \
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
        self.write(NORMAL + "/a.PNG", png)
        report = self.report("--roi", "0.5,0.5,0.5,0.5", "--overwrite")
        self.assertEqual((report["cropped"], report["several_sizes"]), (5, True))
        crop = self.read(NORMAL + "/a.PNG")
        self.assertEqual(struct.unpack(">II", crop[16:24]), (50, 50))
        self.assertEqual(self.read(ORIGINALS + "/a.PNG"), png)


class Care(CropTest):
    def test_the_region_is_checked_against_every_picture_first(self):
        self.capture(1, "160x90", start="2001-01-01T00:00:00Z")
        self.refuse(78, "normal_20010101_000000_000.jpg, so nothing was changed: the region of "
                    "interest", "--roi", "80,45,160,90", "--roi.units=pixels", "--overwrite")

    def test_a_new_picture_under_an_old_name_is_left_alone(self):
        self.crop("--roi", "0.25,0.25,0.5,0.5", "--overwrite")
        names = list(self.pictures())
        new = self.read(ORIGINALS + "/" + names[1])
        self.write(NORMAL + "/" + names[0], new)
        result = self.run_program("crop", "--project", "rig", "--roi", "0,0,0.5,0.5", "--overwrite")
        self.assertEqual(result.returncode, 65)
        self.assertIn(names[0] + " is left as it is: it is neither the original in "
                      "rig/data/normal/originals nor a crop of it", result.stderr)
        self.assertIn("1 of 4 pictures could not be cropped", result.stderr)
        self.assertEqual(self.read(NORMAL + "/" + names[0]), new)
        self.assertIn("3 pictures cropped", result.stdout)

    def test_unreadable_pictures_are_named_counted_and_left_alone(self):
        whole = self.pictures()
        first, second, third, _ = whole
        self.write(NORMAL + "/" + first, whole[first][:len(whole[first]) // 2])  # only decoding tells
        self.write(NORMAL + "/" + second, b"no picture")
        os.rename(self.path(NORMAL + "/" + third), self.path("elsewhere.jpg"))
        os.symlink(self.path("elsewhere.jpg"), self.path(NORMAL + "/" + third))
        os.mkdir(self.path(NORMAL + "/folder.jpg"))
        self.write(NORMAL + "/notes.txt", "no picture, and not called one")
        before = self.tree()
        result = self.run_program("crop", "--project", "rig", "--roi", "0,0,0.5,0.5", "--overwrite",
                                  "--json")
        self.assertEqual(result.returncode, 65)
        report = json.loads(result.stdout)
        self.assertEqual((report["pictures"], report["unreadable"], report["cropped"]), (4, 3, 1))
        for name in (first, second, third):
            self.assertEqual(result.stderr.count(name + " is left as it is: "), 1)
            self.assertFalse(os.path.exists(self.path(ORIGINALS + "/" + name)))
            path = self.path(NORMAL + "/" + name)
            self.assertEqual(self.tree()[path], before[path])
        self.assertTrue(os.path.islink(self.path(NORMAL + "/" + third)))
        self.assertIn("3 of 4 pictures could not be cropped", result.stderr)

    def test_one_clear_sentence_for_what_can_not_be(self):
        for roi in ("1", "0,0,1", "0,0,1,1,1", "0,0,1,x", "0,0,1,nan", "-1,0,1,1", "0;0;1;1",
                    "0,0,1," + "1" * 100):
            self.refuse(64, "is no region; write x,y,width,height in fractions", "--roi", roi)
        self.refuse(64, "is no region; write x,y,width,height in pixels", "--roi", "a",
                    "--roi.units=pixels")
        for roi in ("0,0,400,300", "0,0,1,1.5", "320,0,1,1"):
            self.refuse(64, "for pixels write --roi.units=pixels too", "--roi", roi)
        self.refuse(64, "--roi: 400 is more than the whole picture", "--roi", "0,0,400,300")
        self.refuse(64, "which region? give --roi")
        self.refuse(78, "at least 16x16 px are needed", "--roi", "0,0,0.01,0.01")
        self.refuse(78, "leaves the camera's picture of 320x180 px", "--roi", "0.6,0,0.5,1")
        for name in self.pictures():
            os.remove(self.path(NORMAL + "/" + name))
        self.refuse(66, "rig/data/normal holds no pictures; take some with `leakwatch capture`",
                    "--roi", "0,0,0.5,0.5")
        os.rmdir(self.path(NORMAL))
        self.write("rig/data/normal", "a file")
        self.assertNotEqual(self.run_program("crop", "--project", "rig", "--roi",
                                             "0,0,0.5,0.5").returncode, 0)

    def test_originals_that_can_not_be_kept_stay(self):
        self.write(ORIGINALS, "a file in the place of the folder")
        before = self.tree()
        result = self.run_program("crop", "--project", "rig", "--roi", "0,0,0.5,0.5", "--overwrite")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("originals", result.stderr)
        self.assertEqual(self.tree(), before)

    def test_torn_and_foreign_notes_do_no_harm(self):
        self.crop("--roi", "0.25,0.25,0.5,0.5", "--overwrite")
        with open(self.path(ORIGINALS + "/cropped.txt"), "ab") as file:
            file.write(b"\0\xff\nhello\n0123torn")
        self.assertEqual(self.report("--roi", "0,0,0.5,0.5", "--overwrite")["cropped"], 4)
        self.assertEqual(self.report("--roi", "0.5,0,0.5,0.5", "--overwrite")["cropped"], 4)

    def test_a_picture_that_was_removed_does_not_come_back(self):
        self.crop("--roi", "0.25,0.25,0.5,0.5", "--overwrite")
        name = next(iter(self.pictures()))
        os.remove(self.path(NORMAL + "/" + name))
        self.assertEqual(self.report("--roi", "0,0,0.5,0.5", "--overwrite")["pictures"], 3)
        self.assertFalse(os.path.exists(self.path(NORMAL + "/" + name)))
        self.assertTrue(os.path.exists(self.path(ORIGINALS + "/" + name)))

    def test_stopping_says_so_and_the_next_run_completes(self):
        name = next(iter(self.pictures()))
        for number in range(200):
            shutil.copy(self.path(NORMAL + "/" + name), self.path(NORMAL + "/x%03d.jpg" % number))
        process = subprocess.Popen([program.LEAKWATCH, "crop", "--project", "rig", "--roi",
                                    "0,0,0.5,0.5", "--overwrite"], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        while not os.path.exists(self.path(ORIGINALS)) or len(os.listdir(self.path(ORIGINALS))) < 3:
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
        self.assertEqual((process.returncode, output), (130, ""))
        self.assertRegex(errors, r"stopped after \d+ of 204 pictures; run it again to complete it")
        report = self.report("--roi", "0,0,0.5,0.5", "--overwrite")
        self.assertGreater(report["unchanged"], 0)
        self.assertEqual(report["unchanged"] + report["cropped"], 204)

    def test_training_and_cropping_exclude_each_other(self):
        with open(self.path("rig/state/training.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.refuse(75, "a training or another crop is at work", "--roi", "0,0,0.5,0.5")


if __name__ == "__main__":
    program.main()
