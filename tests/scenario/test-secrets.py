#!/usr/bin/python3
"""No secret leaves the environment or config.yaml: not by what the program says, not in a file."""

import os
import stat

import rig

SECRETS = {"SLACK_WEBHOOK_URL": "https://127.0.0.1:1/services/SECRET-hook",
           "SMTP_PASSWORD": "SECRET-password",
           "LEAKWATCH_HEARTBEAT_URL": "https://127.0.0.1:1/SECRET-ping"}
# Nothing listens at port 1: every delivery fails, and failures are what talks.
MAIL = """\
notify:
  slack: {enabled: true}
  email: {enabled: true, smtp_host: 127.0.0.1, smtp_port: 1, smtp_user: rig,
          from_addr: rig@example.org, to_addrs: [lab@example.org]}
delivery: {timeout_seconds: 1}
"""


class Secrets(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.trained()
        config = rig.CONFIG.replace("notify: {slack: {enabled: false}}\n", MAIL)
        self.assertIn("smtp_host", config)
        self.write("rig/config/config.yaml", config)

    def call(self, *arguments, environment=None):
        result = self.run_program(*arguments, "--project", "rig",
                                  environment=SECRETS if environment is None else environment)
        self.assertNotIn("SECRET", result.stdout + result.stderr)
        return result

    def assert_files_are_clean(self):
        seen = set()
        for folder, _, names in os.walk(self.path("rig")):
            for name in names:
                path = os.path.join(folder, name)
                seen.add(name)
                if name != "config.yaml":
                    self.assertNotIn(b"SECRET", self.read(path), path)
        return seen

    def test_a_monitor_whose_alerts_all_fail(self):
        result = self.call("monitor", "--ignore-mode", "--notify", "--source",
                           rig.COVERED + "&duration=20")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("could not be delivered", result.stderr)
        files = self.assert_files_are_clean()
        self.assertLessEqual({"events.jsonl", "delivery.jsonl", "outbox.db"}, files)
        self.assertIn(b"slack", self.read("rig/logs/delivery.jsonl"))

    def test_a_training_that_tells(self):
        result = self.call("train", "--training.epochs=1")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_files_are_clean()

    def test_configuration_shows_stars(self):
        for arguments in (("config", "show"), ("config", "show", "--json"), ("config", "check")):
            self.assertEqual(self.call(*arguments).returncode, 0)
        self.assertIn("***", self.call("config", "show").stdout)

    def test_errors_do_not_quote_them(self):
        stream = "rtsp://viewer:SECRET-stream@camera.example/1"
        result = self.call("monitor", "--ignore-mode", "--source", stream)
        self.assertEqual(result.returncode, 64)
        self.assertIn("rtsp://viewer:***@camera.example/1", result.stderr)
        for name, value in (("SLACK_WEBHOOK_URL", "SECRET no url"),
                            ("SLACK_WEBHOOK_URL", "http://SECRET.example/hook"),
                            ("SMTP_PASSWORD", "SECRET\nline"),
                            ("LEAKWATCH_HEARTBEAT_URL", "ftp://SECRET")):
            with self.subTest(name + "=" + value):
                result = self.call("monitor", "--ignore-mode", "--notify", "--source",
                                   rig.NORMAL + "&duration=3",
                                   environment=dict(SECRETS, **{name: value}))
                self.assertNotEqual(result.stderr, "")
        self.assert_files_are_clean()

    def test_new_files_are_not_for_others(self):
        self.test_a_monitor_whose_alerts_all_fail()
        for name in os.listdir(self.path("rig/data/anomalies")):
            mode = stat.S_IMODE(os.stat(self.path("rig/data/anomalies/" + name)).st_mode)
            self.assertEqual(mode & 0o077, 0, name)


if __name__ == "__main__":
    rig.main()
