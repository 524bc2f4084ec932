#!/usr/bin/python3
"""The main job on real footage, where it is at hand: in $LEAKWATCH_SHARED/data or ../shared/data
beside the source tree. A small, quick version of docs/walkthrough.md.
"""

import os
import shutil
import sys

import rig

SKIPPED = 77
CLIP = "one-by-one-person-detection.mp4"
FIRST_NORMAL = (0, 59)

# Both ends included, counted from 0: what lies between the frames without people in the clip.
VISITS = [(60, 209), (227, 459), (499, 713), (742, 879), (921, 1219), (1234, 1379)]


def data_folder():
    root = os.path.join(rig.HERE, "..", "..")
    shared = os.environ.get("LEAKWATCH_SHARED") or os.path.join(root, "..", "shared")
    return os.path.abspath(os.path.join(shared, "data"))


def in_a_visit(frame):
    return any(first <= frame <= last for first, last in VISITS)


class Footage(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.clip = os.path.join(data_folder(), CLIP)

    def learn(self, name):
        self.make_project(name)
        result = self.run_program("capture", "--project", name, "--source", self.clip,
                                  "--ignore-mode", "--interval", "0",
                                  "--from", str(FIRST_NORMAL[0]), "--to", str(FIRST_NORMAL[1]))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("60 normal pictures saved", result.stdout)
        result = self.run_program("train", "--project", name)
        self.assertEqual(result.returncode, 0, result.stderr)
        shutil.rmtree(self.path(name + "/logs"))
        return name

    def replay(self, name):
        # From inside the folder, so that all runs get the very same command line.
        result = self.run_program("monitor", "--source", self.clip, "--ignore-mode", cwd=name)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return self.read(name + "/logs/events.jsonl")

    def check_alarms(self, name):
        alarms = self.records(name, "anomaly_detected")
        self.assertTrue(any(in_a_visit(alarm["frame"]) for alarm in alarms), alarms)
        # Before the first person there is nothing but what was learned.
        self.assertGreater(min(alarm["frame"] for alarm in alarms), FIRST_NORMAL[1], alarms)
        for alarm in alarms:
            self.assertAlmostEqual(alarm["media_time_s"], alarm["frame"] / 10, places=6)
        for path in alarms[0]["saved_paths"]:
            self.assertTrue(self.read(name + "/" + path).startswith(b"\xff\xd8"), path)
        self.assertGreaterEqual(len(alarms[0]["saved_paths"]), 5)

    def test_people_alarm_and_two_replays_write_the_same_bytes(self):
        first = self.learn("first")
        shutil.copytree(self.path(first), self.path("second"))
        events = [self.replay(name) for name in (first, "second")]
        self.check_alarms(first)
        self.check_gapless(first)
        self.assertEqual(len(self.records(first, "frame_status")), 140)
        self.assertEqual(events[0], events[1])


if __name__ == "__main__":
    if not os.path.isfile(os.path.join(data_folder(), CLIP)):
        print("SKIPPED: no %s in %s; set LEAKWATCH_SHARED to the folder above data/"
              % (CLIP, data_folder()))
        sys.exit(SKIPPED)
    rig.main()
