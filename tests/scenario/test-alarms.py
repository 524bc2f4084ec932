#!/usr/bin/python3
"""`alarms` and `ack` beside the real monitor: who is reminded, who is not, and what is left when the
monitor ends."""

import fcntl
import glob
import json
import os
import signal
import subprocess
import sys
import time

import rig

# A hand on the lens for the first minute; without a duration it is live.
COVERED = rig.COVERED.replace("fps=2", "fps=10").replace("onset=10", "onset=0")


class AlarmsTest(rig.RigTest):
    def start(self, source):
        self.trained()
        self.succeed("mode", "MONITOR", "--project", "rig")
        self.process = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", source,
             "--monitor.alert_cooldown_seconds=1", "--monitor.frame_interval_seconds=0.2"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.process.communicate)
        self.addCleanup(self.process.kill)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=30)

    def wait_for(self, kind, count, seconds=40, **members):
        deadline = time.monotonic() + seconds
        while len(self.found(kind, **members)) < count:
            self.assertLess(time.monotonic(), deadline, "no %s in %d s" % (kind, seconds))
            time.sleep(0.05)
        return self.found(kind, **members)[0]

    def found(self, kind, **members):
        return [record for record in self.records("rig", kind)
                if all(record.get(name) == value for name, value in members.items())]

    def alarms(self, *more):
        return json.loads(self.succeed("alarms", "--json", "--project", "rig", *more))

    def ack(self, *words):
        return self.succeed("ack", *words, "--project", "rig")

    def failio(self, under, **settings):
        library = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        settings = {"FAILIO_" + name: str(value) for name, value in settings.items()}
        return dict(settings, LD_PRELOAD=library,
                    FAILIO_UNDER=os.path.realpath(self.path("rig/" + under)))


class Live(AlarmsTest):
    def test_reminders_end_and_the_watching_does_not(self):
        self.start(COVERED)
        event_id = self.wait_for("anomaly_detected", 1)["event_id"]
        self.wait_for("alarm_update", 2, update="reminder")
        listing = self.alarms()
        self.assertEqual((listing["watching"], listing["not_acknowledged"]), (True, 1))
        alarm = listing["alarms"][0]
        self.assertEqual((alarm["event_id"], alarm["state"], alarm["acknowledged"]),
                         (event_id, "open", False))
        self.assertGreater(alarm["score"], alarm["threshold"])
        self.assertTrue(alarm["evidence"] and all(file["exists"] for file in alarm["evidence"]))
        os.remove(self.path("rig/" + alarm["evidence"][0]["path"]))
        text = self.succeed("alarms", "--project", "rig")
        self.assertIn("a monitor is running\n1 open alarm not acknowledged\n", text)
        self.assertIn(alarm["evidence"][0]["path"] + "  (removed)\n", text)

        self.assertIn("no more reminders", self.ack(event_id[:9]))
        time.sleep(1.0)  # twice the pace at which the monitor looks
        reminders, frames = len(self.found("alarm_update")), len(self.found("frame_status"))
        self.assertIn("already acknowledged", self.ack())
        alarm = self.alarms()["alarms"][0]
        self.assertEqual((alarm["state"], alarm["acknowledged"]), ("open", True))
        self.wait_for("frame_status", frames + 15)  # the cooldown passes three times
        self.assertEqual(len(self.found("alarm_update")), reminders)
        self.assertEqual(self.found("alarm_closed"), [])
        self.wait_for("alarm_closed", 1, 90)
        self.assertEqual(self.alarms()["alarms"], [])
        self.fail_with(66, "is over: the picture became normal again", "ack", event_id,
                       "--project", "rig")
        self.stop()
        acknowledged = self.found("alarm_acknowledged")
        self.assertEqual([(r["event_id"], r["notify"]) for r in acknowledged], [(event_id, False)])
        self.check_gapless("rig")

    def test_an_acknowledgement_that_was_killed_half_way_is_completed_by_the_next(self):
        self.start(COVERED)
        event_id = self.wait_for("anomaly_detected", 1)["event_id"]
        killed = self.run_program("ack", "--project", "rig", environment=self.failio(
            "state", CALLS="rename", NTH=1, ACTION="kill"))
        self.assertEqual(killed.returncode, -signal.SIGKILL)
        self.assertEqual(len(self.found("alarm_acknowledged")), 1)
        self.assertFalse(os.path.exists(self.path("rig/state/acknowledged.txt")))
        seen = len(self.found("alarm_update"))
        self.wait_for("alarm_update", seen + 2)  # nobody has told the monitor
        self.assertIn("already acknowledged", self.ack(event_id))
        time.sleep(1.0)
        seen = len(self.found("alarm_update"))
        self.wait_for("frame_status", len(self.found("frame_status")) + 12)
        self.assertEqual(len(self.found("alarm_update")), seen)
        self.assertEqual(len(self.found("alarm_acknowledged")), 1)

    def test_an_alarm_outlives_a_monitor_that_is_killed(self):
        self.start(COVERED)
        event_id = self.wait_for("anomaly_detected", 1)["event_id"]
        self.stop(signal.SIGKILL)
        listing = self.alarms()
        self.assertEqual((listing["monitor_running"], listing["alarms"][0]["state"]),
                         (False, "left_open"))
        text = self.succeed("alarms", "--project", "rig")
        self.assertIn("NO MONITOR IS RUNNING", text)
        self.assertIn(event_id + ": open when the monitor stopped", text)
        text = self.succeed("summary", "--project", "rig")
        self.assertIn("No monitor is running now", text)
        self.assertIn("1 open when the monitor ended", text)
        self.assertIn("the monitor that saw it has stopped", self.ack())
        self.assertEqual(self.alarms()["alarms"], [])
        self.assertEqual([a["event_id"] for a in self.alarms("--all")["alarms"]], [event_id])
        self.assertIn("nothing to acknowledge", self.ack())
        self.assertIn("already acknowledged", self.ack(event_id))

    def test_looking_keeps_no_monitor_from_starting(self):
        self.trained()
        look = subprocess.Popen(["sh", "-c", "while :; do '%s' alarms --project rig; done"
                                 % rig.program.LEAKWATCH],
                                cwd=self.folder, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
        self.addCleanup(look.wait)
        self.addCleanup(look.kill)
        for _ in range(5):
            self.monitor("rig", rig.NORMAL + "&duration=2")
        self.assertEqual(len(self.found("startup")), 5)


class Records(AlarmsTest):
    """What needs no monitor: records as one would have left them."""

    def write_records(self, *records, name="rig"):
        self.make_project(name)
        lines = []
        for number, record in enumerate(records, 1):
            whole = {"schema": 1, "seq": number, "ts": "2026-01-31T08:00:00.000+01:00"}
            lines.append(json.dumps(dict(whole, **record), separators=(",", ":")) + "\n")
        self.write(name + "/logs/events.jsonl", "".join(lines))

    STARTUP = {"type": "startup", "tells_people": True}

    def opening(self, event_id):
        return {"type": "anomaly_detected", "event_id": event_id, "score": 2.0, "threshold": 1.0,
                "saved_paths": ["data/anomalies/gone.jpg"]}

    def test_a_replay_nags_nobody(self):
        self.trained()
        self.monitor("rig", rig.COVERED + "&duration=30")
        event_id = self.found("anomaly_detected")[0]["event_id"]
        self.assertEqual(self.alarms()["alarms"], [])
        alarm = self.alarms("--all")["alarms"][0]
        self.assertEqual((alarm["event_id"], alarm["replay"], alarm["opened_at"][:10]),
                         (event_id, True, "2000-01-01"))
        before = len(self.records("rig"))
        self.assertIn("nothing to acknowledge", self.ack())
        self.fail_with(66, "was seen in a recording", "ack", event_id, "--project", "rig")
        self.assertEqual(len(self.records("rig")), before)

    def test_which_alarm_is_meant_must_be_clear(self):
        self.write_records(self.STARTUP, self.opening("1700000000000-1"), self.STARTUP,
                           self.opening("1700000000001-1"), self.STARTUP,
                           self.opening("1700000000001-12"))
        self.fail_with(64, "2 open alarms begin with \"1700000000001\"", "ack", "1700000000001",
                       "--project", "rig")
        self.fail_with(66, "there is no alarm \"5\"", "ack", "5", "--project", "rig")
        self.fail_with(66, "there is no alarm \"\"", "ack", "", "--project", "rig")
        self.fail_with(66, "there is no alarm", "ack", "../../x" * 100, "--project", "rig")
        self.assertIn("1700000000001-1 is acknowledged", self.ack("1700000000001-1"))
        self.assertIn("1700000000001-12 is acknowledged", self.ack("1700000000001-12"))
        self.assertIn("1700000000000-1 is acknowledged", self.ack())
        ids = [line.split()[0] for line in self.read("rig/state/acknowledged.txt").split(b"\n")
               if line]
        self.assertEqual(ids, [b"1700000000001-1", b"1700000000001-12", b"1700000000000-1"])

    def test_a_change_of_the_scene_is_no_alarm(self):
        self.write_records(self.STARTUP, {"type": "scene_changed", "event_id": "1700000000000-1"})
        self.assertEqual(self.alarms("--all")["alarms"], [])
        self.fail_with(66, "is a change of the scene and no alarm", "ack", "1700000000000-1",
                       "--project", "rig")
        self.fail_with(66, "there is no alarm", "ack", "1700000000000-2", "--project", "rig")

    def test_a_monitor_that_sees_nothing_is_told_first(self):
        fault = {"type": "fault", "fault": "camera_moved",
                 "text": "nothing is watched: the camera looks elsewhere than in training"}
        self.write_records(self.STARTUP, fault)
        self.succeed("mode", "MONITOR", "--project", "rig")
        self.assertIsNone(self.alarms()["camera_fault"])  # nobody runs: that is worse
        with open(self.path("rig/state/monitor.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            listing = self.alarms()
            self.assertEqual((listing["watching"], listing["camera_fault"]),
                             (False, "camera_moved"))
            text = self.succeed("alarms", "--project", "rig")
            self.assertTrue(text.startswith(
                "a monitor is running, but NOTHING IS WATCHED: camera moved since 2026-01-31 "), text)
            self.assertIn("the camera looks elsewhere", text)
            self.write_records(self.STARTUP, fault, {"type": "recovered", "fault": "camera_moved"},
                               name="well")
            os.rename(self.path("well/logs/events.jsonl"), self.path("rig/logs/events.jsonl"))
            listing = self.alarms()
            self.assertEqual((listing["watching"], listing["camera_fault"]), (True, None))

    def test_two_people_at_once_leave_one_record(self):
        self.write_records(self.STARTUP, self.opening("1700000000000-1"))
        both = [subprocess.Popen([rig.program.LEAKWATCH, "ack", "1", "--project", "rig"],
                                 cwd=self.folder, stdout=subprocess.PIPE, text=True)
                for _ in range(2)]
        said = sorted(process.communicate(timeout=30)[0] for process in both)
        self.assertIn("already acknowledged", said[1])
        self.assertEqual(len(self.found("alarm_acknowledged")), 1)

    def test_a_full_disk_is_said_and_the_alarm_stays(self):
        self.write_records(self.STARTUP, self.opening("1700000000000-1"))
        before = self.read("rig/logs/events.jsonl")
        self.fail_with(74, "alarm 1700000000000-1 is not acknowledged: ", "ack", "--project", "rig",
                       environment=self.failio("logs", CALLS="write", NTH=1, ERRNO="ENOSPC"))
        self.assertEqual(self.read("rig/logs/events.jsonl"), before)
        self.assertEqual(self.alarms()["not_acknowledged"], 1)
        self.fail_with(74, "acknowledge it once more", "ack", "--project", "rig",
                       environment=self.failio("state", CALLS="write", NTH=1, ERRNO="ENOSPC"))
        self.assertEqual(glob.glob(self.path("rig/state/.*")), [])
        self.assertIn("already acknowledged", self.ack("1"))
        self.assertTrue(self.read("rig/state/acknowledged.txt").startswith(b"1700000000000-1 "))

    def test_records_that_can_not_be_read_are_said(self):
        self.write_records(self.STARTUP)
        self.write("rig/logs/events.jsonl", '{"schema":2,"seq":1,"ts":"x","type":"startup"}\n')
        for command in ("alarms", "ack"):
            self.fail_with(65, "install the newer leakwatch", command, "--project", "rig")
        os.remove(self.path("rig/logs/events.jsonl"))
        os.mkdir(self.path("rig/logs/events.jsonl"))
        for command in ("alarms", "ack"):
            result = self.run_program(command, "--project", "rig")
            self.assertIn("events.jsonl", result.stderr)
            self.assertNotEqual(result.returncode, 0)

    def test_damage_is_counted_and_the_mode_is_told(self):
        self.write_records(self.STARTUP, self.opening("1700000000000-1"))
        with open(self.path("rig/logs/events.jsonl"), "a") as file:
            file.write("{torn\n")
        result = self.run_program("alarms", "--json", "--project", "rig")
        self.assertIn("1 damaged line was passed over", result.stderr.replace(
            " of rig/logs/events.jsonl", ""))
        listing = json.loads(result.stdout)
        self.assertEqual((listing["damaged_lines"], listing["mode"], listing["not_acknowledged"]),
                         (1, "OFF", 1))
        self.fail_with(64, "alarms", "alarms", "more", "--project", "rig")

    def test_a_long_journal_needs_little_memory(self):
        self.write_records(self.STARTUP, self.opening("1700000000000-1"))
        frame = '{"schema":1,"seq":%d,"ts":"2026-01-31T08:00:00.000+01:00","type":"frame_status"' \
            + ',"score":1.5' + ',"media_time_s":1.5' * 20 + "}\n"
        with open(self.path("rig/logs/events.jsonl"), "a") as file:
            file.writelines(frame % number for number in range(3, 200000))
        process = subprocess.Popen([rig.program.LEAKWATCH, "alarms", "--project", "rig"],
                                   cwd=self.folder, stdout=subprocess.DEVNULL)
        usage = os.wait4(process.pid, 0)[2]
        process.returncode = 0
        self.assertGreater(os.path.getsize(self.path("rig/logs/events.jsonl")), 60e6)
        self.assertLess(usage.ru_maxrss, 50000 if sys.platform == "linux" else 0)


if __name__ == "__main__":
    rig.main()
