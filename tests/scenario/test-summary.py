#!/usr/bin/python3
"""The summary of a day, by the real program: after a real replay, and of logs as life leaves them."""

import datetime
import glob
import json
import os
import re
import shutil
import subprocess
import zoneinfo

import rig

BERLIN = {"TZ": "Europe/Berlin"}
REPORTS = "rig/reports/daily_summary"
ENDINGS = ["html", "json", "md", "png", "svg"]


def record(number, ts, kind, **members):
    return json.dumps(dict({"schema": 1, "seq": number, "ts": ts, "type": kind}, **members),
                      separators=(",", ":")) + "\n"


class SummaryTest(rig.RigTest):
    def summary(self, *more, **environment):
        return self.succeed("summary", "--project", "rig", *more,
                            environment=dict(BERLIN, **environment))

    def refused(self, status, message, *more, **environment):
        self.fail_with(status, message, "summary", "--project", "rig", *more,
                       environment=dict(BERLIN, **environment))

    def files(self):
        return sorted(os.listdir(self.path(REPORTS)))

    def report(self, date, ending="json"):
        text = self.read("%s/summary_%s.%s" % (REPORTS, date, ending))
        return json.loads(text) if ending == "json" else text.decode()


class Replay(SummaryTest):
    DATE = "2026-02-03"

    def setUp(self):
        super().setUp()
        self.trained()
        result = self.monitor("rig", rig.COVERED + "&duration=40", "--start",
                              self.DATE + "T04:00:00+01:00")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_replay_is_told_on_the_day_of_its_stamps(self):
        said = self.summary("--date", self.DATE)
        self.assertIn("Tuesday, 3 February 2026\n1 alarm, 1 open when the recording ended. "
                      "Scored 39 s of recordings.", said)
        self.assertIn("All of this is from recordings", said)
        self.assertEqual(self.files(), ["summary_%s.%s" % (self.DATE, end) for end in ENDINGS])
        summary = self.report(self.DATE)
        self.assertTrue(summary["recording"])
        self.assertEqual(summary["frames"]["scored"], len(self.records("rig", "frame_status")))
        self.assertEqual(summary["frames"]["anomalous"],
                         sum(r["is_anomaly"] for r in self.records("rig", "frame_status")))
        [alarm] = summary["alarms"]["list"]
        opened = self.records("rig", "anomaly_detected")[0]
        self.assertEqual(alarm["event_id"], opened["event_id"])
        self.assertEqual(alarm["score"], opened["score"])
        self.assertTrue(alarm["opened"].startswith("2026-02-03T04:00:"), alarm)
        self.assertEqual(alarm["opened"][-6:], "+01:00")
        page = self.report(self.DATE, "html")
        self.assertEqual(page.count("src=\"data:image/jpeg;base64,"), 1)
        self.assertNotIn("<script", page)
        self.assertIsNone(re.search(r"(src|href)=\"(?!data:)", page))
        for name in self.files():
            self.assertEqual(os.stat(self.path(REPORTS + "/" + name)).st_mode & 0o777, 0o600)

    def test_its_record_names_the_page(self):
        self.summary("--date", self.DATE)
        [made] = self.records("rig", "daily_summary_complete")
        self.assertEqual(made["detail"], "reports/daily_summary/summary_%s.html" % self.DATE)
        self.assertIn(self.DATE + ": 1 alarm", made["text"])
        self.assertFalse(made["notify"])
        self.check_gapless("rig")

    def test_json_is_all_that_stdout_has(self):
        said = self.summary("--date", self.DATE, "--json")
        self.assertEqual(json.loads(said), self.report(self.DATE))

    def test_pictures_that_were_removed_are_said(self):
        shutil.rmtree(self.path("rig/data/anomalies"))
        self.summary("--date", self.DATE)
        page = self.report(self.DATE, "html")
        self.assertNotIn("<img", page)
        self.assertIn("the picture is not there any more", page)

    def test_today_is_not_disturbed(self):
        said = self.summary()
        self.assertIn("Nothing was recorded on this day, and nothing was watched.", said)
        self.assertIn(", so far (until ", said)

    def test_the_same_day_in_another_zone(self):
        """04:00 in Berlin is the evening of the day before in Los Angeles."""
        self.summary("--date", "2026-02-02", TZ="America/Los_Angeles")
        self.assertEqual(self.report("2026-02-02")["alarms"]["count"], 1)


class Logs(SummaryTest):
    def setUp(self):
        super().setUp()
        self.make_project()

    def write_log(self, text, name="events.jsonl"):
        os.makedirs(self.path("rig/logs"), exist_ok=True)
        self.write("rig/logs/" + name, text)

    def write_night(self):
        """A frame a second for the night in which summer time ended; the camera was down once."""
        zone = zoneinfo.ZoneInfo("Europe/Berlin")
        begin = datetime.datetime(2026, 10, 24, 23, 0, tzinfo=zone).timestamp()
        lines = []
        for second in range(0, 10 * 3600):
            at = begin + second
            stamp = datetime.datetime.fromtimestamp(at, zone).isoformat(timespec="milliseconds")
            if second == 0:
                lines.append(("startup", stamp, second, {"mode": "MONITOR", "tells_people": True}))
            if second == 3 * 3600 + 30:
                lines.append(("fault", stamp, second, {"fault": "camera_down", "text": "no picture"}))
            if not 3 * 3600 < second < 4 * 3600:
                lines.append(("frame_status", stamp, second,
                              {"mode": "MONITOR", "score": 0.01, "threshold": 0.02,
                               "is_anomaly": False, "frame_interval_seconds": 1.0}))
        lines.append(("shutdown", stamp, second, {"text": "stopped by request"}))
        self.write_log("".join(record(n + 1, stamp, kind, **members, mono_ms=1000 * second)
                               for n, (kind, stamp, second, members) in enumerate(lines)))

    def test_the_night_in_which_summer_time_ended(self):
        self.write_night()
        said = self.summary("--date", "2026-10-25")
        self.assertIn("No alarm. Watched 8 h of the 25 h of this day; armed but without pictures for 1 h.", said)
        self.assertIn("02:00:00 +02:00 to 02:00:00 +01:00 (1 h): armed, but no frames: the camera was down",
                      said)
        self.assertIn("to 24:00:00", said)
        summary = self.report("2026-10-25")
        self.assertEqual(summary["day_hours"], 25)
        self.assertEqual([gap["cause"] for gap in summary["watch"]["gaps"]],
                         ["camera_down", "not_running"])

    def test_rotated_files_are_read(self):
        self.write_night()
        with open(self.path("rig/logs/events.jsonl"), encoding="utf-8") as file:
            lines = file.readlines()
        whole = self.summary("--date", "2026-10-25", "--json")
        for name in glob.glob(self.path("rig/logs/*")):
            os.remove(name)
        self.write_log("".join(lines[:9000]), "events-%012d.jsonl" % 1)
        self.write_log("".join(lines[9000:20000]), "events-%012d.jsonl" % 9001)
        self.write_log("".join(lines[20000:]))
        split = self.summary("--date", "2026-10-25", "--json")
        without = lambda text: {k: v for k, v in json.loads(text).items() if k != "made"}
        self.assertEqual(without(split), without(whole))

    def test_without_records_nothing_is_made(self):
        self.refused(66, "logs/events.jsonl holds no records")
        self.assertEqual(self.files(), [])
        self.write_log("")
        self.refused(66, "logs/events.jsonl holds no records", "--date", "2026-01-31")
        self.assertEqual(self.files(), [])

    def test_a_day_without_records_is_told_as_such(self):
        self.write_night()
        said = self.summary("--date", "2026-10-20")
        self.assertIn("Nothing was recorded on this day, and nothing was watched.", said)
        self.assertIn("00:00:00 to 24:00:00 (24 h): no records", said)
        self.assertEqual(self.report("2026-10-20")["records"]["count"], 0)

    def test_wrong_dates(self):
        self.write_night()
        for date in ("2026-02-30", "yesterday", " ", "2026-1-1", "20260131", "2026-01-31T08:00:00"):
            self.refused(64, "is no day of the calendar; write it like 2026-01-31", "--date", date)
        self.refused(64, "2999-01-01 has not begun here; today is", "--date", "2999-01-01")
        self.refused(64, "left out 2011-12-30", "--date", "2011-12-30", TZ="Pacific/Apia")
        self.assertEqual(self.files(), [])

    def test_hostile_records(self):
        script = "<script>alert(1)</script>\u202e\x1b[2J'\"&" + "x" * 3000
        day = "2026-01-31T08:00:%02d.000+01:00"
        lines = [record(1, day % 0, "startup", mode=script, text=script, tells_people=True),
                 record(2, day % 1, "fault", fault=script, text=script, channel=script),
                 record(3, day % 2, "anomaly_detected", event_id=script, score=1e308, threshold=-1,
                        boxes=[{"x": "a"}] * 50, saved_paths=["/etc/passwd", script],
                        area_px=1e300, area_fraction=7),
                 record(4, day % 3, "anomaly_detected", event_id="1-1",
                        saved_paths=["../../../../../../etc/passwd"]),
                 record(5, day % 4, script), record(6, script, "shutdown"),
                 record(7, day % 5, "frame_status", score=1e308, threshold=True),
                 record(8, day % 6, "frame_status", score=1e308),
                 "[" * 20000 + "\n", "{\"schema\":1,\"seq\":9,\"ts\":\n", "x" * 100000 + "\n"]
        self.write_log("".join(lines))
        self.write_log(record(1, day % 0, "delivery", channel=script, outcome="retry", reason=script),
                       "delivery.jsonl")
        said = self.summary("--date", "2026-01-31")
        self.assertNotIn("\x1b", said)
        page = self.report("2026-01-31", "html")
        self.assertNotIn("<script", page)
        self.assertNotIn("root:", page)
        self.assertIn("outside of the project", page)
        self.assertLess(len(page), 200000)
        self.assertEqual(self.report("2026-01-31")["records"]["damaged_lines"], 3)
        self.assertEqual(self.report("2026-01-31")["records"]["without_time"], 1)

    def test_a_newer_log_is_refused(self):
        self.write_log('{"schema":9,"seq":1,"ts":"2026-01-31T08:00:00Z","type":"startup"}\n')
        self.refused(65, "has records of schema 9", "--date", "2026-01-31")

    def test_a_log_that_is_a_folder(self):
        os.makedirs(self.path("rig/logs/events.jsonl"))
        self.refused(66, "events.jsonl", "--date", "2026-01-31")

    def test_memory_does_not_grow_with_the_log(self):
        lines = 150000
        with open(self.path("rig/logs/events.jsonl"), "w", encoding="utf-8") as file:
            start = datetime.datetime(2026, 1, 30, 12, 0, tzinfo=datetime.timezone.utc)
            for n in range(lines):
                at = (start + datetime.timedelta(seconds=n)).isoformat(timespec="milliseconds")
                file.write(record(n + 1, at, "frame_status", mode="MONITOR", score=0.01,
                                  threshold=0.02, is_anomaly=False, frame_interval_seconds=1.0,
                                  note="x" * 200))
        size = os.path.getsize(self.path("rig/logs/events.jsonl"))
        self.assertGreater(size, 45e6)
        process = subprocess.Popen([rig.program.LEAKWATCH, "summary", "--project", "rig", "--date",
                                    "2026-01-31"], cwd=self.folder, env=dict(os.environ, **BERLIN),
                                   stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(self.report("2026-01-31")["frames"]["scored"], 86400)
        self.assertLess(usage.ru_maxrss * 1024, size)


class Messages(SummaryTest):
    def test_alerts_that_wait_are_counted(self):
        """A monitor without a model wants to tell somebody, and nobody answers."""
        self.make_project(config=rig.CONFIG.replace(
            "notify: {slack: {enabled: false}}",
            "notify: {slack: {enabled: true}}\n"
            "delivery: {timeout_seconds: 2, retry_first_seconds: 2, retry_most_seconds: 5}"))
        result = self.run_program("monitor", "--project", "rig", "--source", "/dev/video63",
                                  environment={"SLACK_WEBHOOK_URL": "http://127.0.0.1:1/SECRET"})
        self.assertNotEqual(result.returncode, 0)
        [failure] = self.records("rig", "startup_error")
        date = failure["ts"][:10]
        said = self.succeed("summary", "--project", "rig", "--date", date,
                            environment={"SLACK_WEBHOOK_URL": "http://127.0.0.1:1/SECRET"})
        self.assertRegex(said, r"slack: 0 delivered, [1-9]\d* to retry, 0 refused\n"
                               r"  still waiting to be delivered: 1\n")
        summary = self.report(date)
        self.assertEqual(summary["delivery"]["waiting_now"], 1)
        [channel] = summary["delivery"]["channels"]
        self.assertEqual(channel["channel"], "slack")
        self.assertNotEqual(channel["last_failure"], "")
        self.assertEqual([notice["type"] for notice in summary["notices"]["list"]],
                         ["startup_error"])
        for name in self.files():
            self.assertNotIn(b"SECRET", self.read(REPORTS + "/" + name))


class Disk(SummaryTest):
    """A disk that is full, at each write in turn."""

    def setUp(self):
        super().setUp()
        self.make_project()
        self.write("rig/logs/events.jsonl",
                   record(1, "2026-01-31T08:00:00.000+01:00", "startup", mode="MONITOR"))

    def failio(self, under, **settings):
        library = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        settings = {"FAILIO_" + name: str(value) for name, value in settings.items()}
        return dict(settings, LD_PRELOAD=library, FAILIO_ERRNO="ENOSPC",
                    FAILIO_UNDER=os.path.realpath(self.path(under)))

    def everything(self):
        return {name: self.read(REPORTS + "/" + name) for name in os.listdir(self.path(REPORTS))}

    def test_a_full_disk_leaves_no_part_of_a_summary(self):
        for nth in range(1, 6):
            self.refused(74, "No space left on device", "--date", "2026-01-31",
                         **self.failio(REPORTS, CALLS="write", NTH=nth))
            self.assertEqual(self.everything(), {})

    def test_an_earlier_summary_stands_as_it_was(self):
        self.summary("--date", "2026-01-31")
        before = self.everything()
        self.assertEqual(len(before), 5)
        for nth in range(1, 6):
            self.refused(74, "No space left on device", "--date", "2026-01-31",
                         **self.failio(REPORTS, CALLS="write", NTH=nth))
            self.assertEqual(self.everything(), before)

    def test_a_kill_leaves_nothing_that_the_next_run_does_not_remove(self):
        for nth in (1, 3, 9):
            result = self.run_program("summary", "--project", "rig", "--date", "2026-01-31",
                                      environment=dict(BERLIN, **self.failio(
                                          REPORTS, NTH=nth, ACTION="kill")))
            self.assertEqual(result.returncode, -9)
        self.summary("--date", "2026-01-31")
        self.assertEqual(self.files(), ["summary_2026-01-31." + end for end in ENDINGS])

    def test_a_full_disk_for_the_record_is_said(self):
        self.refused(74, "the summary is written, its record is not", "--date", "2026-01-31",
                     **self.failio("rig/logs", CALLS="write", NTH=1, TIMES=100))
        self.assertEqual(len(self.everything()), 5)

    def test_a_read_only_folder(self):
        if os.geteuid() == 0:
            environment = self.failio(REPORTS, CALLS="open", NTH=1, TIMES=100)
            environment["FAILIO_ERRNO"] = "EACCES"
        else:
            environment = {}
            os.chmod(self.path(REPORTS), 0o500)
            self.addCleanup(os.chmod, self.path(REPORTS), 0o700)
        self.refused(66, "Permission denied", "--date", "2026-01-31", **environment)
        self.assertEqual(self.everything(), {})


if __name__ == "__main__":
    rig.main()
