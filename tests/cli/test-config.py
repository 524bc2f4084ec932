#!/usr/bin/python3
"""leakwatch config show, check, docs, schema."""

import json
import os
import shutil

import program

REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
REFERENCE = os.path.join(REPOSITORY, "tests", "data", "reference-config.yaml")


class Config(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("init")

    def configure(self, text):
        self.write("config/config.yaml", text)

    def test_brought_configuration_is_enough_for_a_project(self):
        os.mkdir(self.path("old"))
        os.mkdir(self.path("old/config"))
        shutil.copy(REFERENCE, self.path("old/config/config.yaml"))
        result = self.run_program("config", "check", cwd="old")
        self.assertEqual((result.returncode, result.stdout), (0, "config/config.yaml can be used\n"))
        self.assertIn("no webhook", result.stderr)
        self.assertIn("notify.slack.webhook_url_file", result.stderr)

    def test_check_is_quiet_when_all_is_well(self):
        environment = {"SLACK_WEBHOOK_URL": "https://hooks.example/T"}
        self.assertEqual(self.succeed("config", "check", environment=environment),
                         "config/config.yaml can be used\n")

    def test_check_names_line_and_column(self):
        self.configure("camera:\n  fps: fast\n")
        self.fail_with(78, "config/config.yaml:2:8: camera.fps is fast, allowed is a number from "
                       "0.1 to 240 frames/s", "config", "check")

    def test_unknown_names_warn_and_do_not_stop(self):
        self.configure("camera:\n  indx: 1\nnotify: {slack: {enabled: false}}\n")
        result = self.run_program("config", "check")
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stderr, "leakwatch: warning: config/config.yaml:2: unknown option "
                         "camera.indx is ignored; did you mean camera.index?\n")

    def test_show_has_values_origins_and_no_secrets(self):
        self.configure("camera:\n  index: 2\n  source: rtsp://cam:s3cr3t@host/1\n")
        environment = {"SMTP_PASSWORD": "s3cr3t", "SLACK_WEBHOOK_URL": "https://h/s3cr3t"}
        text = self.succeed("config", "show", "--camera.fps=12", environment=environment)
        self.assertIn("  index: 2  # config/config.yaml:2\n", text)
        self.assertIn("  fps: 12  # command line\n", text)
        self.assertIn("  width: 1280  # default\n", text)
        self.assertIn('"***"  # environment variable SMTP_PASSWORD\n', text)
        self.assertIn("rtsp://cam:***@host/1", text)
        self.assertNotIn("s3cr3t", text)
        values = self.succeed("config", "show", "--json", environment=environment)
        self.assertNotIn("s3cr3t", values)
        self.assertEqual(json.loads(values)["camera"]["index"], 2)

    def test_secret_in_the_file_warns_at_each_start(self):
        self.configure("notify: {slack: {webhook_url: 'https://h/s3cr3t'}}\n")
        for _ in range(2):
            result = self.run_program("mode")
            self.assertEqual((result.returncode, result.stdout), (0, "OFF\n"))
            self.assertIn("warning: config/config.yaml:1: notify.slack.webhook_url is a secret",
                          result.stderr)
            self.assertNotIn("s3cr3t", result.stderr)

    def test_open_secret_file_is_refused(self):
        self.configure("notify: {slack: {webhook_url_file: hook}}\n")
        self.write("hook", "https://h/s3cr3t\n")
        os.chmod(self.path("hook"), 0o644)
        self.fail_with(78, "chmod 600 hook", "config", "check")
        os.chmod(self.path("hook"), 0o600)
        self.assertEqual(self.succeed("config", "check"), "config/config.yaml can be used\n")

    def test_hostile_files_are_refused_cleanly(self):
        self.configure("a: &a [x, x]\nb: [*a, *a]\n")
        self.fail_with(78, ":1:4: an anchor (&name) is not used", "mode")
        self.configure("a: " + "[" * 100000)
        result = self.run_program("mode")
        self.assertEqual((result.returncode, result.stdout), (78, ""))
        self.assertIn(":1:19: nested deeper than the allowed 16 levels", result.stderr)
        self.configure(b"a: caf\xe9\n")
        self.fail_with(78, ":1:7: byte 0xe9 is not UTF-8", "mode")
        self.configure("schema: 7\n")
        self.fail_with(78, "layout version 7, written for a newer leakwatch", "mode")
        os.truncate(self.path("config/config.yaml"), 100 << 20)
        self.fail_with(78, "config/config.yaml", "mode")

    def test_overrides_are_checked(self):
        self.fail_with(64, "--camera.index: camera.index is 99, allowed is a whole number from 0 to "
                       "63", "config", "show", "--camera.index=99")
        self.fail_with(64, "unknown option --camera.indx; did you mean --camera.index?", "config",
                       "show", "--camera.indx", "1")
        self.fail_with(64, "--camera.index needs a value", "config", "show", "--camera.index")

    def test_docs_and_schema_need_no_project_and_are_committed(self):
        os.mkdir(self.path("empty"))
        for command, name in (("docs", "configuration.md"), ("schema", "config.schema.json")):
            with open(os.path.join(REPOSITORY, "docs", name), encoding="utf-8") as file:
                self.assertEqual(self.succeed("config", command, cwd="empty"), file.read())

    def test_full_disk_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = self.run_program("config", "docs", stdout=full)
        self.assertEqual(result.returncode, 74)
        self.assertIn("cannot write", result.stderr)


if __name__ == "__main__":
    program.main()
