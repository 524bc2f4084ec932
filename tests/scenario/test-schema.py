#!/usr/bin/python3
"""Files of another layout version: read, or refused with a sentence that says which side is newer;
never misread, never overwritten."""

import json
import os
import re
import sqlite3

import rig

REPLAY = rig.NORMAL + "&duration=3"


class Schema(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.trained()

    def edit(self, name, change):
        before = self.read(name)
        after = change(before)
        self.assertNotEqual(before, after)
        self.write(name, after)
        return after

    def refuse(self, status, name, *messages):
        """Refused with that sentence, and the file is as it was."""
        before = self.read(name)
        result = self.monitor("rig", REPLAY)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        for message in messages:
            self.assertIn(message, result.stderr)
        self.assertEqual(self.read(name), before)

    def test_configuration(self):
        name = "rig/config/config.yaml"
        good = self.read(name)
        for version, message in (("2", "written for a newer leakwatch"), ("0", "schema is 0"),
                                 ("one", "schema is one")):
            with self.subTest(version):
                self.write(name, good + b"schema: " + version.encode() + b"\n")
                self.refuse(78, name, name, message)

    def test_records_of_a_newer_program(self):
        name = "rig/logs/events.jsonl"
        self.write(name, '{"schema":2,"seq":1,"ts":"2030-01-01T00:00:00Z","type":"startup"}\n')
        self.refuse(65, name, name, "records of schema 2, this program knows up to 1")

    def test_records_of_the_existing_tool_are_continued(self):
        name = "rig/logs/events.jsonl"
        old = '{"ts": "2024-01-01T00:00:00+01:00", "type": "startup", "mode": "MONITOR"}\n'
        self.write(name, old)
        self.assertEqual(self.monitor("rig", REPLAY).returncode, 0)
        lines = self.read(name).decode().splitlines(keepends=True)
        self.assertEqual(lines[0], old)
        numbers = [json.loads(line)["seq"] for line in lines[1:]]
        self.assertGreater(len(numbers), 3)
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))

    def test_model_files(self):
        for name in ("threshold.json", "stats.json"):
            for version, message in ((b"0", "an older leakwatch"), (b"2", "a newer leakwatch")):
                with self.subTest(name + version.decode()):
                    path = "rig/model/" + name
                    good = self.read(path)
                    self.edit(path, lambda text: re.sub(rb'"schema": \d+', b'"schema": ' + version,
                                                        text))
                    self.refuse(65, path, name, message)
                    self.write(path, good)

    def test_network(self):
        """leakwatch.format_version is a protobuf string of one byte: its value can be changed in
        place."""
        name = "rig/model/autoencoder.onnx"
        self.edit(name, lambda contents: re.sub(
            rb"(leakwatch\.format_version\x12\x01)1", rb"\g<1>2", contents))
        self.refuse(65, name, "autoencoder.onnx", "a newer leakwatch (model format 2")

    def outbox(self, version):
        path = self.path("rig/outbox.db")
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = %d" % version)
        connection.commit()
        connection.close()

    def notify(self):
        """Nothing listens there: alerts are queued and stay."""
        return self.run_program(
            "monitor", "--project", "rig", "--source", rig.COVERED + "&duration=20",
            "--ignore-mode", "--notify", "--notify.slack.enabled=true",
            "--delivery.timeout_seconds=1",
            environment={"SLACK_WEBHOOK_URL": "https://127.0.0.1:1/hook"})

    def test_outbox(self):
        self.assertEqual(self.notify().returncode, 0)
        self.outbox(2)
        before = self.read("rig/outbox.db")
        result = self.notify()
        self.assertEqual(result.returncode, 65, result.stderr)
        self.assertIn("the outbox has schema 2, this program knows up to 1", result.stderr)
        self.assertEqual(self.read("rig/outbox.db"), before)
        # Of no version that there ever was: put aside, and filled again from the records.
        self.outbox(0)
        result = self.notify()
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len([name for name in os.listdir(self.path("rig"))
                              if name.startswith("outbox.db.damaged-")]), 1)


if __name__ == "__main__":
    rig.main()
