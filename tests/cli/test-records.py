"""Records from a hostile hand, through every command that reads them: nothing may reach the
terminal but letters, nothing may crash, and JSON stays JSON.
"""

import datetime
import json
import os
import unicodedata

import program

ESCAPES = "\x1b]0;title\x07\x1b[2J \u009b31m \u202egnp \u2028 \ufeff \x7f"
HUGE = 1e308


def steering(text):
    """What controls a terminal or turns the direction of the words around it."""
    return {hex(ord(c)) for c in text
            if c != "\n" and unicodedata.category(c) in ("Cc", "Zl", "Zp")
            or ord(c) in (0xFEFF, 0x202E)}


class HostileRecords(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.run_program("init", "p").returncode, 0)
        os.makedirs(self.path("p/logs"), exist_ok=True)
        self.now = datetime.datetime.now().astimezone()
        self.lines = []

    def record(self, kind, seconds_ago=60, **members):
        stamp = self.now - datetime.timedelta(seconds=seconds_ago)
        record = {"schema": 1, "seq": len(self.lines) + 1,
                  "ts": stamp.isoformat(timespec="milliseconds"), "type": kind,
                  "notify": False, "mono_ms": 9223372036854775807 - seconds_ago}
        record.update(members)
        self.lines.append(json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode())

    def write_log(self):
        self.record("startup", 600, mode="MONITOR", tells_people=True, text=ESCAPES)
        self.record("anomaly_detected", 500, event_id="1795376652323-1", score=HUGE,
                    threshold=1e-308, peak_score=HUGE, area_px=HUGE, area_fraction=HUGE,
                    age_seconds=HUGE,
                    boxes=[{"x": HUGE, "y": -HUGE, "w": 2**63 - 1, "h": -5}] * 300,
                    saved_paths=["../../etc/passwd", "/etc/passwd", ESCAPES + "\n# head|.png", 5])
        self.record("anomaly_detected", 400, event_id="../../<script>" + ESCAPES, score=[], boxes=7)
        self.record("fault", 300, fault="camera_down", channel=ESCAPES, text=ESCAPES)
        self.record("notify_error", 299, channel=ESCAPES, text=ESCAPES)
        self.record("frame_status", 298, mode="MONITOR", score=HUGE, threshold=-HUGE,
                    frame_interval_seconds=HUGE)
        self.record("records_lost", 297, lost=2**63 - 1)
        self.record(ESCAPES, 296)
        self.lines += [b"x" * 70000, b"\0\0{}", b"\xff\xfe", b"[]", b"{" * 5000]
        self.write("p/logs/events.jsonl", b"\n".join(self.lines) + b'\n{"torn')
        attempt = {"schema": 1, "seq": 1, "ts": self.now.isoformat(timespec="milliseconds"),
                   "channel": ESCAPES, "outcome": "retry", "reason": ESCAPES}
        self.write("p/logs/delivery.jsonl", json.dumps(attempt) + "\n")

    def check_harmless(self, *arguments, status=0):
        result = self.run_program(*arguments, "--project", "p")
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(steering(result.stdout + result.stderr), set(), arguments)
        self.assertNotIn("AddressSanitizer", result.stderr)
        self.assertNotIn("runtime error", result.stderr)
        return result.stdout

    def test_no_command_lets_them_steer_the_terminal(self):
        self.write_log()
        alarms = self.check_harmless("alarms", "--all")
        self.assertIn("1795376652323-1", alarms)
        self.assertLess(len(alarms), 2000)
        self.check_harmless("summary")
        self.check_harmless("support", "--with-pictures")
        self.check_harmless("ack", ESCAPES, status=66)
        self.check_harmless("ack")

    def test_json_is_escaped_and_says_the_same(self):
        self.write_log()
        alarms = json.loads(self.check_harmless("alarms", "--all", "--json"))
        self.assertIn(ESCAPES + "\n# head|.png",
                      [picture["path"] for picture in alarms["alarms"][0]["evidence"]])
        self.assertEqual(alarms["damaged_lines"], 5)
        summary = json.loads(self.check_harmless("summary", "--json"))
        self.assertEqual(summary["alarms"]["count"], 2)

    def test_the_pages_of_a_day_hold_only_letters(self):
        self.write_log()
        self.check_harmless("summary")
        folder = self.path("p/reports/daily_summary")
        texts = [name for name in os.listdir(folder) if not name.endswith(".png")]
        self.assertEqual(len(texts), 4)
        for name in texts:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            self.assertEqual(steering(text), set(), name)
            self.assertNotIn("\n# head", text)

    def test_names_of_pictures_do_not_steer_it_either(self):
        os.makedirs(self.path("p/data/normal"), exist_ok=True)
        self.write("p/data/normal/" + "a\x1b[2J\u009bb.png", "no picture")
        self.write(b"p/data/normal/K\xfcvette.png".decode("utf-8", "surrogateescape"), "no picture")
        result = self.run_program("crop", "--roi", "0,0,0.5,0.5", "--roi.units=relative",
                                  "--project", "p")
        self.assertEqual(result.returncode, 65, result.stderr)
        self.assertEqual(steering(result.stderr), set())
        self.assertIn("K?vette.png", result.stderr)


program.main()
