#!/usr/bin/python3
"""leakwatch init and mode, as a chemist runs them."""

import json
import os
import stat

import program

FOLDERS = ["config", "data/anomalies", "data/normal", "logs", "model",
           "reports/daily_summary", "reports/health_check", "reports/reconstruction_viz",
           "reports/threshold_calibration", "state"]


class Init(program.ProgramTest):
    def test_makes_a_project_and_says_what_is_next(self):
        text = self.succeed("init", "rig")
        self.assertIn("Made the project folder rig", text)
        self.assertIn("cd rig", text)
        self.assertIn("config/config.yaml", text)
        self.assertIn("SLACK_WEBHOOK_URL", text)
        for folder in FOLDERS:
            self.assertTrue(os.path.isdir(self.path("rig/" + folder)), folder)
        self.assertEqual(self.read("rig/state/mode.txt"), b"OFF\n")
        pictures = stat.S_IMODE(os.stat(self.path("rig/data/normal")).st_mode)
        self.assertEqual(pictures, 0o700)
        self.assertIn("can be used", self.run_program("config", "check", cwd="rig").stdout)

    def test_without_argument_takes_the_current_folder(self):
        self.assertIn("Made the project folder here", self.succeed("init"))
        self.assertTrue(os.path.isfile(self.path("config/config.yaml")))

    def test_names_only_commands_that_exist(self):
        text = self.succeed("init")
        listed = self.succeed("help")
        for command in ("cameras", "capture", "train", "health", "monitor", "summary"):
            self.assertEqual(f"leakwatch {command}" in text, f"\n  {command} " in listed, command)

    def test_says_where_secrets_belong(self):
        text = self.succeed("init")
        for place in ("webhook_url_file", "smtp_password_file", "SLACK_WEBHOOK_URL",
                      "SMTP_PASSWORD"):
            self.assertIn(place, text)

    def test_twice_is_refused_and_changes_nothing(self):
        self.succeed("init", "rig")
        self.write("rig/config/config.yaml", "camera:\n  index: 2\n")
        self.fail_with(66, "rig/config/config.yaml exists already", "init", "rig")
        self.assertEqual(self.read("rig/config/config.yaml"), b"camera:\n  index: 2\n")

    def test_where_no_folder_can_be(self):
        self.write("file", "x")
        result = self.run_program("init", "file/rig")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("file", result.stderr)
        self.assertEqual(result.stdout, "")
        self.fail_with(64, "empty", "init", "")


class Mode(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("init")

    def test_shows_and_sets(self):
        self.assertEqual(self.succeed("mode"), "OFF\n")
        self.assertEqual(self.succeed("mode", "MONITOR"), "MONITOR\n")
        self.assertEqual(self.read("state/mode.txt"), b"MONITOR\n")
        self.assertEqual(self.succeed("mode"), "MONITOR\n")
        self.assertEqual(self.succeed("mode", "capture"), "CAPTURE\n")
        self.assertEqual(json.loads(self.succeed("mode", "--json")), {"mode": "CAPTURE"})

    def test_from_elsewhere(self):
        os.mkdir(self.path("elsewhere"))
        for arguments in (["--project", ".."], ["--project=.."]):
            self.assertEqual(self.succeed("mode", *arguments, cwd="elsewhere"), "OFF\n")
        self.assertEqual(self.succeed("mode", "--project", self.folder, "MONITOR", cwd="elsewhere"),
                         "MONITOR\n")

    def test_reads_what_editors_write(self):
        for contents in (b"\xef\xbb\xbfmonitor\r\n", "\ufeffMONITOR\r\n".encode("utf-16-le"),
                         "Monitor".encode("utf-16-be")):
            self.write("state/mode.txt", contents)
            self.assertEqual(self.succeed("mode"), "MONITOR\n")

    def test_rubbish_is_quoted(self):
        self.write("state/mode.txt", b"ARMED\x1b[31m")
        self.fail_with(78, 'state/mode.txt: the mode is "ARMED\\x1b[31m", allowed is one word',
                       "mode")

    def test_missing_file_and_its_remedy(self):
        os.remove(self.path("state/mode.txt"))
        self.fail_with(66, "leakwatch mode OFF", "mode")
        os.rmdir(self.path("state"))
        self.assertEqual(self.succeed("mode", "OFF"), "OFF\n")

    def test_wrong_words(self):
        self.fail_with(64, 'the mode is "ON", allowed is one word: CAPTURE, MONITOR or OFF', "mode",
                       "ON")
        self.fail_with(64, "too many arguments", "mode", "OFF", "OFF")
        self.assertEqual(self.succeed("mode"), "OFF\n")

    def test_another_mode_file(self):
        self.assertEqual(self.succeed("mode", "MONITOR", "--paths.state_mode_file=other/m.txt"),
                         "MONITOR\n")
        self.assertEqual(self.read("other/m.txt"), b"MONITOR\n")
        self.assertEqual(self.succeed("mode"), "OFF\n")


if __name__ == "__main__":
    program.main()
