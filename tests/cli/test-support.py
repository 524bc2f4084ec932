#!/usr/bin/python3
"""`support`: what the archive holds, what it must never hold, and that it works when things are broken."""

import datetime
import glob
import io
import json
import os
import stat
import zipfile

import program

# One of each kind, with letters that JSON, YAML and addresses write differently.
ENVIRONMENT = {"SMTP_PASSWORD": "env/Pa\"ss w\u00f6rd\\1",
               "LEAKWATCH_HEARTBEAT_URL": "https://127.0.0.1:1/ping/env-ping-uuid"}
CONFIG = """\
camera: {source: "rtsp://operator:camera-Pass1@192.0.2.7/live?token=query-token-9"}
notify:
  slack: {enabled: true, webhook_url_file: config/hook.txt}
  email: {enabled: true, smtp_host: mail.example.org, smtp_user: anna, from_addr: a@example.org,
          to_addrs: [b@example.org], smtp_password: overridden-in-yaml}
delivery:
  heartbeat_url: https://127.0.0.1:1/ping/yaml-ping-uuid
"""
SECRETS = ["env/Pa", "w\u00f6rd", "w\\u00f6rd", "w%C3%B6rd", "env-ping-uuid", "camera-Pass1",
           "query-token-9", "overridden-in-yaml", "yaml-ping-uuid", "FileHookSecret", "SlackPath",
           "OtherCamPass"]


class SupportTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("init", "rig")
        self.write("rig/config/config.yaml", CONFIG)
        self.write("rig/config/hook.txt", "https://127.0.0.1:1/services/T/B/FileHookSecret\n")
        os.chmod(self.path("rig/config/hook.txt"), 0o600)
        os.chmod(self.path("rig/config/config.yaml"), 0o600)

    def records(self, *records):
        lines = []
        for number, record in enumerate(records, 1):
            whole = {"schema": 1, "seq": number, "ts": "2026-01-31T08:00:00.000+01:00"}
            lines.append(json.dumps(dict(whole, **record), separators=(",", ":"),
                                    ensure_ascii=number % 2 == 0) + "\n")
        self.write("rig/logs/events.jsonl", "".join(lines))

    def support(self, *words, environment=ENVIRONMENT):
        result = self.run_program("support", "--project", "rig", "--output", "out.zip", *words,
                                  environment=environment)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        archive = zipfile.ZipFile(io.BytesIO(self.read("out.zip")))
        self.assertIsNone(archive.testzip())
        self.said = result.stdout
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


class Secrets(SupportTest):
    def test_no_secret_is_in_it_wherever_it_stood(self):
        everything = " and ".join([*ENVIRONMENT.values(), "overridden-in-yaml",
                                   "https://127.0.0.1:1/ping/yaml-ping-uuid",
                                   "https://127.0.0.1:1/services/T/B/FileHookSecret",
                                   "camera-Pass1", "query-token-9",
                                   "https://hooks.slack.com/services/T1/B2/SlackPath",
                                   "rtsp://me:OtherCamPass@192.0.2.9/"])
        self.records({"type": "startup_warning", "text": everything},
                     {"type": "notify_error", "text": everything, "channel": "slack"},
                     {"type": "anomaly_detected", "event_id": "1-1", "saved_paths": [everything]})
        self.write("rig/logs/delivery.jsonl", json.dumps({"text": everything}) + "\n" + everything)
        self.write("rig/logs/events.jsonl.torn", everything)
        self.write("rig/model/stats.json", json.dumps({"text": everything}))
        self.write("rig/model/threshold.json", everything)
        self.write("rig/model/autoencoder.onnx", everything)
        self.write("rig/data/normal/overridden-in-yaml.jpg", "x")
        self.write("rig/state/mode.txt", "camera-Pass1")
        held = self.support()
        for name in ("events.jsonl", "delivery.jsonl", "torn.txt", "stats.json", "threshold.json",
                     "alarms.txt", "files.txt", "config.yaml", "system.txt", "problems.txt"):
            self.assertIn(name, held)
            if name not in ("problems.txt", "alarms.txt"):
                self.assertIn(b"***", held[name], name)
        raw = self.read("out.zip") + b"\n".join(held.values()) + self.said.encode()
        for secret in SECRETS:
            self.assertFalse(secret.lower().encode() in raw.lower(), secret)
        self.assertIn(b"notify_error", held["events.jsonl"])

    def test_a_configuration_that_can_not_be_loaded_is_told_without_its_secrets(self):
        self.write("rig/config/config.yaml", CONFIG + "  smtp_password: [twice\n")
        self.records({"type": "startup_error", "text": "overridden-in-yaml FileHookSecret"})
        held = self.support()
        self.assertIn(b"config.yaml: rig/config/config.yaml:", held["problems.txt"])
        self.assertNotIn("config.yaml", held)
        self.assertNotIn(b"overridden-in-yaml", b"".join(held.values()))
        self.assertNotIn(b"FileHookSecret", b"".join(held.values()))

    def test_secrets_on_the_next_line_and_behind_a_wrong_key(self):
        self.write("rig/config/config.yaml", CONFIG + "  smtp_password:\n      next-line-secret\n"
                   "  webhook_url: >-\n      folded-line-secret\n"
                   "  password: wrong-key-secret\n  bot_token: 'token-secret'\n")
        secrets = ["next-line-secret", "folded-line-secret", "wrong-key-secret", "token-secret"]
        self.records({"type": "startup_error", "text": " ".join(secrets)})
        held = b"".join(self.support().values())
        for secret in secrets:
            self.assertNotIn(secret.encode(), held)

    def test_what_helps_is_there(self):
        self.write("rig/config/config.yaml", "monitor: {consecutive_anomalies: 7}\n")
        held = self.support("--json", environment={})
        said = json.loads(self.said)
        self.assertEqual({entry["name"] for entry in said["entries"]}, set(held))
        self.assertEqual((said["pictures"], said["problems"]), (0, 0))
        self.assertEqual(said["bytes"], os.path.getsize(self.path("out.zip")))
        for entry in said["entries"]:
            self.assertEqual(entry["bytes"], len(held[entry["name"]]))
            if entry["name"] != "README.txt":
                self.assertIn(entry["what"].encode(), held["README.txt"])
        self.assertIn(b"consecutive_anomalies: 7", held["config.yaml"])
        self.assertIn(b"mode: OFF", held["system.txt"])
        self.assertIn(b"monitor: not running", held["system.txt"])
        self.assertIn(b"there is no model yet", held["model.txt"])
        self.assertRegex(held["files.txt"], rb"\d+  config.yaml\n")


class Bounds(SupportTest):
    def test_logs_are_cut_at_a_line_and_continue_the_rotated_one(self):
        line = '{"schema":1,"seq":%d,"ts":"2026-01-31T08:00:00.000+01:00","type":"frame_status"}\n'
        self.write("rig/logs/events.jsonl", "".join(line % n for n in range(90000, 190000)))
        held = self.support()["events.jsonl"]
        self.assertLess(len(held), 5000001)
        numbers = [json.loads(text)["seq"] for text in held.splitlines()]
        self.assertEqual((numbers[-1], len(numbers)), (189999, numbers[-1] - numbers[0] + 1))
        os.remove(self.path("out.zip"))
        os.rename(self.path("rig/logs/events.jsonl"),
                  self.path("rig/logs/events-000000090000.jsonl"))
        self.write("rig/logs/events.jsonl", line % 190000)
        numbers = [json.loads(text)["seq"] for text in self.support()["events.jsonl"].splitlines()]
        self.assertEqual((numbers[-1], len(numbers)), (190000, numbers[-1] - numbers[0] + 1))

    def test_a_hostile_project_is_described_all_the_same(self):
        for name in ("logs/events.jsonl", "logs/delivery.jsonl", "model/stats.json"):
            os.mkdir(self.path("rig/" + name))
        os.mkfifo(self.path("rig/model/threshold.json"))
        os.mkfifo(self.path("rig/logs/events.jsonl.torn"))
        self.write("rig/model/autoencoder.onnx", os.urandom(1000))
        self.write("rig/data/normal/\x1b[2J\n.jpg", "x")
        for number in range(300):
            self.write("rig/data/anomalies/anomaly_%03d.jpg" % number, "")
        held = self.support()
        for name in ("events.jsonl", "delivery.jsonl", "stats.json", "threshold.json", "torn.txt",
                     "model.txt"):
            self.assertIn(name.encode() + b": ", held["problems.txt"])
            self.assertNotIn(name, held)
        self.assertNotIn(b"\x1b", held["files.txt"])
        self.assertIn(b"300 names, the last 100 of them:", held["files.txt"])


class Pictures(SupportTest):
    def setUp(self):
        super().setUp()
        self.write("rig/config/config.yaml", "camera: {index: 0}\n")
        self.succeed("capture", "--project", "rig", "--ignore-mode", "--source",
                     "sim:normal?fps=1&duration=1&size=160x90", "--interval", "0",
                     environment=ENVIRONMENT)
        with open(glob.glob(self.path("rig/data/normal/*.jpg"))[0], "rb") as file:
            self.jpeg = file.read()

    def evidence(self, *paths, days=0):
        now = datetime.datetime.now().astimezone() - datetime.timedelta(days=days)
        return {"type": "anomaly_detected", "event_id": "1-1", "saved_paths": list(paths),
                "ts": now.isoformat(timespec="milliseconds")}

    def test_only_when_asked_and_only_evidence(self):
        for name in ("new.jpg", "o\u00dfd.jpg", "old.jpg"):
            self.write("rig/data/anomalies/" + name, self.jpeg)
        self.write("rig/data/anomalies/text.jpg", "no picture")
        self.write("elsewhere.jpg", self.jpeg)
        os.symlink(self.path("elsewhere.jpg"), self.path("rig/data/anomalies/link.jpg"))
        self.write("rig/config/private.jpg", self.jpeg)
        self.records(self.evidence("data/anomalies/old.jpg", days=4),
                     self.evidence("data/anomalies/o\u00dfd.jpg", "data/anomalies/gone.jpg",
                                   "data/anomalies/text.jpg", "data/anomalies/link.jpg",
                                   "data/anomalies/../../config/private.jpg", "../elsewhere.jpg",
                                   self.path("elsewhere.jpg"), "config/hook.txt", "x" * 5000, ""),
                     self.evidence("data/anomalies/new.jpg"))
        self.assertEqual([name for name in self.support() if "pictures" in name], [])
        self.assertIn("no pictures\n", self.said)
        os.remove(self.path("out.zip"))
        held = self.support("--with-pictures")
        pictures = {name: held[name] for name in held if name.startswith("pictures/")}
        self.assertEqual(sorted(pictures), ["pictures/001_new.jpg", "pictures/010_o__d.jpg"])
        self.assertEqual(set(pictures.values()), {self.jpeg})
        self.assertIn("2 pictures of alarms of the last 3 days; they may show people", self.said)
        self.assertIn("8 more are gone, or there was no room for them", self.said)

    def test_there_is_a_bound(self):
        names = ["data/anomalies/a%03d.jpg" % number for number in range(250)]
        for name in names:
            self.write("rig/" + name, self.jpeg)
        self.records(*(self.evidence(name) for name in names))
        held = self.support("--with-pictures", "--json")
        said = json.loads(self.said)
        self.assertEqual((said["pictures"], said["pictures_left_out"]), (200, 50))
        self.assertIn("pictures/001_a249.jpg", held)
        self.assertEqual(len([name for name in held if name.startswith("pictures/")]), 200)


class File(SupportTest):
    def test_its_name_is_its_time_and_it_is_private(self):
        said = self.succeed("support", "--project", "rig", environment=ENVIRONMENT)
        made = glob.glob(self.path("rig/leakwatch-support-*.zip"))
        self.assertEqual(len(made), 1)
        self.assertIn("made rig/" + os.path.basename(made[0]), said)
        self.assertEqual(stat.S_IMODE(os.stat(made[0]).st_mode), 0o600)
        self.succeed("support", cwd="rig", environment=ENVIRONMENT)
        self.assertEqual(len(glob.glob(self.path("rig/leakwatch-support-*.zip"))), 2)

    def test_nothing_is_replaced_and_nothing_half(self):
        self.write("out.zip", "mine")
        self.fail_with(66, "out.zip exists already; name another file with --output", "support",
                       "--project", "rig", "--output", "out.zip", environment=ENVIRONMENT)
        self.assertEqual(self.read("out.zip"), b"mine")
        self.fail_with(66, "exists already", "support", "--project", "rig", "--output", "rig",
                       environment=ENVIRONMENT)
        self.fail_with(66, "no/folder", "support", "--project", "rig", "--output",
                       "no/folder/out.zip", environment=ENVIRONMENT)
        self.fail_with(66, "make a project folder with `leakwatch init DIR`", "support")
        self.fail_with(64, "takes no arguments", "support", "more", "--project", "rig")


if __name__ == "__main__":
    program.main()
