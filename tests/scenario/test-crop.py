#!/usr/bin/python3
"""`crop` between capture and train, and on a disk that kills or fills up at every step."""

import os
import shutil
import signal

import rig

NORMAL = "rig/data/normal"
REGION = ["--roi", "0.25,0.25,0.5,0.5", "--overwrite"]


class MainJob(rig.RigTest):
    def test_train_and_monitor_fit_what_was_cropped(self):
        self.make_project()
        self.capture("rig")
        text = self.succeed("crop", "--project", "rig", *REGION)
        said = [line.strip() for line in text.splitlines() if line.startswith("  roi: ")]
        self.assertEqual(len(said), 1)
        self.write("rig/config/config.yaml", rig.CONFIG + said[0] + "\n")
        self.succeed("config", "check", "--project", "rig")
        trained = self.run_program("train", "--project", "rig")
        self.assertEqual(trained.returncode, 0, trained.stderr)
        self.assertIn("40 normal pictures of 160x90 px", trained.stdout)
        watched = self.monitor("rig", rig.COVERED + "&duration=30")
        self.assertEqual(watched.returncode, 0, watched.stderr)
        opened = self.records("rig", "anomaly_detected")
        self.assertEqual(len(opened), 1)
        for box in opened[0]["boxes"]:  # camera pixels, inside the region
            self.assertTrue(80 <= box["x"] and box["x"] + box["w"] <= 240, box)
            self.assertTrue(45 <= box["y"] and box["y"] + box["h"] <= 135, box)


class Disk(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.make_project()
        self.capture("rig", 3)
        self.originals = self.pictures()
        shutil.copytree(self.path("rig"), self.path("before"))
        self.succeed("crop", "--project", "rig", *REGION)
        self.crops = self.pictures()

    def pictures(self, folder=NORMAL):
        return {name: self.read(folder + "/" + name)
                for name in sorted(os.listdir(self.path(folder))) if name.endswith(".jpg")}

    def failing(self, **settings):
        library = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        settings = {"FAILIO_" + name: str(value) for name, value in settings.items()}
        return self.run_program("crop", "--project", "rig", *REGION, environment=dict(
            settings, LD_PRELOAD=library, FAILIO_UNDER=os.path.realpath(self.path(NORMAL)),
            FAILIO_REPORT=self.path("calls")))

    def again(self):
        shutil.rmtree(self.path("rig"))
        shutil.copytree(self.path("before"), self.path("rig"))

    def calls(self):
        self.again()
        self.assertEqual(self.failing().returncode, 0)
        return int(self.read("calls"))

    def check_originals(self):
        """Every original is whole: under its name, or in the backup."""
        kept = self.path(NORMAL + "/originals")
        backups = self.pictures(NORMAL + "/originals") if os.path.isdir(kept) else {}
        for name, present in self.pictures().items():
            self.assertEqual(backups.get(name, present), self.originals[name])
            self.assertIn(present, (self.originals[name], self.crops[name]))
        self.assertEqual(list(self.pictures()), list(self.originals))

    def temporaries(self):
        return [name for _, _, names in os.walk(self.path(NORMAL)) for name in names
                if name.startswith(".")]

    def check_completed(self):
        self.succeed("crop", "--project", "rig", *REGION)
        self.assertEqual(self.pictures(), self.crops)
        self.assertEqual(self.pictures(NORMAL + "/originals"), self.originals)
        self.assertEqual(self.temporaries(), [])

    def test_a_kill_at_any_call_loses_no_original_and_running_again_completes(self):
        count = self.calls()
        self.assertGreater(count, 20)
        for action in ("kill", "tear"):
            for call in range(1, count + 1):
                self.again()
                result = self.failing(NTH=call, ACTION=action)
                if action == "kill":
                    self.assertEqual(result.returncode, -signal.SIGKILL)
                self.check_originals()
                self.check_completed()

    def test_a_full_disk_at_any_call_loses_no_original_and_leaves_nothing_half(self):
        for call in range(1, self.calls() + 1):
            self.again()
            result = self.failing(NTH=call, TIMES=1000, ERRNO="ENOSPC", CALLS="write")
            if int(self.read("calls")) < call:
                break
            self.assertEqual(result.returncode, 74, result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
            self.check_originals()
            self.assertEqual(self.temporaries(), [])
            self.check_completed()
        self.assertGreater(call, 6)


if __name__ == "__main__":
    rig.main()
