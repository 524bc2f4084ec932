#!/usr/bin/python3
"""leakwatch demo, whole: the first thing that anybody runs. It takes a minute or two."""

import glob
import os
import re

import rig


class Demo(rig.RigTest):
    def run_demo(self, *arguments):
        return self.run_program("demo", *arguments, timeout=840)

    def test_the_leak_is_found_with_evidence_and_the_project_stays(self):
        result = self.run_demo()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assert_progress(result.stdout)
        alarm = self.records("leakwatch-demo", "anomaly_detected")[0]
        self.assertGreaterEqual(alarm["media_time_s"], 30, "an alarm before the leak began")
        self.assertLessEqual(alarm["media_time_s"], 60)
        self.assertGreaterEqual(len(alarm["saved_paths"]), 5)
        for path in alarm["saved_paths"]:
            whole = "leakwatch-demo/" + path
            self.assertIn(whole, result.stdout)
            self.assertTrue(self.read(whole).startswith(b"\xff\xd8"), path)
        self.check_gapless("leakwatch-demo")
        page = re.search(r"on one page, for a browser:  (\S+\.html)", result.stdout)[1]
        self.assertIn(alarm["event_id"], self.read(page).decode())
        self.assertTrue(glob.glob(self.path("leakwatch-demo/data/normal/normal_*.jpg")))
        self.assertIn("can be used", self.succeed("config", "check", "--project", "leakwatch-demo"))
        self.check_second_demo()

    def assert_progress(self, text):
        steps = ["1/3  capture", "2/3  train", "model saved in", "3/3  monitor", "ALARM",
                 "The leak was found", "events.jsonl"]
        places = [text.find(step) for step in steps]
        self.assertEqual(places, sorted(places), text)
        self.assertGreaterEqual(places[0], 0, text)

    def check_second_demo(self):
        """In the same folder: refused at once, and nothing is touched."""
        before = self.contents("leakwatch-demo")
        self.fail_with(66, "leakwatch-demo/config/config.yaml exists already", "demo")
        self.assertEqual(self.contents("leakwatch-demo"), before)

    def contents(self, folder):
        return {name: (os.path.getsize(name), os.path.getmtime(name))
                for name in glob.glob(self.path(folder) + "/**", recursive=True)}

    def test_where_no_folder_can_be(self):
        self.write("file", b"")
        self.fail_with(66, "file", "demo", "file/rig")


if __name__ == "__main__":
    rig.main()
