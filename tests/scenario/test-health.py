#!/usr/bin/python3
"""leakwatch health as a process: each check in order and out of order, and test messages to servers on
loopback that take them, refuse them, hang, or have the wrong certificate."""

import fcntl
import glob
import json
import os
import shutil
import signal
import socket
import stat
import struct
import subprocess
import time
import zlib

import rig
import harness

CAMERA = "sim:normal?seed=3&fps=10&" + rig.SIZE  # live; quick


def striped_png(dark, light, width=64, height=48):
    """Stripes of two grey levels, four pixels wide."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    row = b"\0" + b"".join(bytes([light if x // 4 % 2 else dark] * 3) for x in range(width))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b""))


class HealthTest(rig.RigTest):
    def health(self, *more, project="rig", status=0, **options):
        """Runs it with --json; returns the results by their check."""
        result = self.run_program("health", "--project", project, "--json", *more, **options)
        self.assertEqual((result.returncode, result.stderr), (status, ""), result.stdout)
        self.document = json.loads(result.stdout)
        self.assertEqual(self.document["failed"] > 0, status == 1)
        checks = {check["check"]: check for check in self.document["checks"]}
        self.assertEqual(len(checks), len(self.document["checks"]))
        for state, member in (("OK", "ok"), ("WARN", "warnings"), ("FAIL", "failed"),
                              ("SKIP", "skipped")):
            count = sum(check["state"] == state for check in checks.values())
            self.assertEqual(self.document[member], count)
        return checks

    def check(self, result, state, seen="", remedy=""):
        self.assertEqual(result["state"], state, result)
        self.assertIn(seen, result["seen"])
        self.assertIn(remedy, result["remedy"])

    def only(self, *more, **options):
        """Without camera and model: for the checks of everything else."""
        return self.health("--skip-camera", "--skip-model", *more, **options)

    def settings(self, text, project="rig"):
        self.write(project + "/config/config.yaml", text)

    def failio(self, under, **settings):
        environment = {"LD_PRELOAD": os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests",
                                                  "fault", "failio.so"),
                       "FAILIO_UNDER": os.path.realpath(self.path(under))}
        environment.update({"FAILIO_" + key: str(value) for key, value in settings.items()})
        return environment


class WholeProject(HealthTest):
    def test_a_project_that_is_ready_has_no_failure(self):
        self.trained()
        checks = self.health("--source", CAMERA)
        for name in ("configuration", "folders", "disk space", "writing", "clock", "mode",
                     "records", "waiting alerts", "monitor", "camera", "region", "picture",
                     "model", "score"):
            self.check(checks[name], "OK")
        self.assertEqual(checks["camera"]["figures"]["width_px"], 320)
        self.assertAlmostEqual(checks["camera"]["figures"]["frames_per_second"], 10, delta=1)
        self.assertLess(checks["score"]["figures"]["score"],
                        checks["score"]["figures"]["threshold"])
        self.check(checks["model"], "OK", "made from 40 pictures")

    def test_lines_for_people_are_aligned_and_end_with_a_total(self):
        self.make_project()
        result = self.run_program("health", "--project", "rig", "--skip-camera")
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        lines = result.stdout.splitlines()
        self.assertTrue(lines[0].startswith("OK    configuration   rig/config/config.yaml can"))
        model = next(line for line in lines if line.startswith("FAIL  model           there is no"))
        self.assertTrue(lines[lines.index(model) + 1].startswith(" " * 22 + "-> capture normal"))
        self.assertRegex(lines[-2], r"^\d+ OK, 1 warning, 1 failed, \d+ skipped$")
        self.assertRegex(lines[-1], r"^report: rig/reports/health_check/health_\w+\.json$")
        self.assertNotIn("\033", result.stdout)
        self.assertLessEqual(max(map(len, lines)), 100)

    def test_colour_is_for_terminals_without_no_color(self):
        self.make_project()
        for setting, colored in (({}, True), ({"NO_COLOR": "1"}, False)):
            master, slave = os.openpty()
            self.run_program("health", "--project", "rig", "--skip-camera", stdout=slave,
                             environment=setting)
            os.close(slave)
            output = b""
            try:
                while part := os.read(master, 65536):
                    output += part
            except OSError:
                pass
            os.close(master)
            self.assertEqual(b"\033[32mOK\033[0m    folders" in output, colored)
            self.assertEqual(b"\033" in output, colored)

    def test_the_report_is_kept_and_recorded(self):
        self.make_project()
        self.only()
        [path] = glob.glob(self.path("rig/reports/health_check/health_*.json"))
        with open(path, encoding="utf-8") as file:
            self.assertEqual(json.load(file), self.document)
        with open(path.replace(".json", ".txt"), encoding="utf-8") as file:
            self.assertIn("OK    folders", file.read())
        [record] = self.records("rig", "health_check_complete")
        self.assertEqual(self.path("rig/" + record["detail"]), path)
        self.assertRegex(record["text"], r"^\d+ OK")
        self.assertFalse(record["notify"])

    def test_wrong_use_has_its_own_status(self):
        self.make_project()
        self.fail_with(64, "unknown flag --notfy", "health", "--project", "rig", "--notfy")
        self.fail_with(64, "camera.index", "health", "--project", "rig", "--camera.index=x")
        self.assertEqual(self.records("rig"), [])


class Configuration(HealthTest):
    def test_no_project_is_a_finding(self):
        checks = self.only(project="nowhere", status=1)
        self.check(checks["configuration"], "FAIL", "nowhere/config/config.yaml", "leakwatch init")
        self.check(checks["folders"], "SKIP", "needs the configuration")
        self.assertFalse(os.path.exists(self.path("nowhere")))
        lines = self.run_program("health", "--project", "nowhere").stdout.splitlines()
        self.assertEqual(lines[-1], "1 failed, 19 skipped, for want of a configuration")
        self.assertFalse([line for line in lines if line.startswith("SKIP")])

    def test_a_configuration_that_can_not_be_used_is_a_finding(self):
        self.make_project(config="camera: {index: many}\n")
        checks = self.only(status=1)
        self.check(checks["configuration"], "FAIL", "config.yaml:1:")
        self.check(checks["e-mail"], "SKIP", "needs the configuration")

    def test_warnings_are_counted_and_told(self):
        self.make_project(config=rig.CONFIG + "colour: blue\nwetness: 7\n")
        checks = self.only()
        self.check(checks["configuration"], "WARN", "2 warnings: ", "leakwatch config check")
        self.assertIn("wetness", checks["configuration"]["seen"])


class Disk(HealthTest):
    def setUp(self):
        super().setUp()
        self.make_project()

    def test_of_several_folders_the_worst_is_told_and_the_others_counted(self):
        for name in ("logs", "reports/daily_summary"):
            os.rmdir(self.path("rig/" + name))
        self.write("rig/reports/daily_summary", "x")
        os.chmod(self.path("rig/data/normal"), 0o750)
        checks = self.only(status=1)
        self.check(checks["folders"], "FAIL", "rig/reports/daily_summary is not a folder; 2 more")

    def test_a_missing_folder_is_named_and_not_made(self):
        os.rmdir(self.path("rig/data/anomalies"))
        checks = self.only()
        self.check(checks["folders"], "WARN", "rig/data/anomalies is missing", "mount it")
        self.assertFalse(os.path.exists(self.path("rig/data/anomalies")))

    def test_a_file_in_place_of_a_folder_fails(self):
        os.rmdir(self.path("rig/data/anomalies"))
        self.write("rig/data/anomalies", "x")
        self.check(self.only(status=1)["folders"], "FAIL", "rig/data/anomalies is not a folder")

    def test_pictures_that_others_can_see_are_a_warning(self):
        os.chmod(self.path("rig/data/normal"), 0o755)
        self.check(self.only()["folders"], "WARN", "may show people", "chmod 700 rig/data/normal")

    def test_a_disk_that_is_too_small(self):
        checks = self.only("--retention.keep_free_gb=1000000", status=1)
        self.check(checks["disk space"], "FAIL", "retention.keep_free_gb", "make room")
        self.check(self.only()["disk space"], "OK", "GB free")

    def test_how_long_the_room_lasts_is_measured(self):
        now = time.time()
        with open(self.path("rig/logs/events.jsonl"), "w", encoding="utf-8") as file:
            for i in range(100):
                stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000+00:00",
                                      time.gmtime(now - 86400 + i * 800))
                file.write('{"schema":1,"seq":%d,"ts":"%s","type":"heartbeat","pad":"%s"}\n'
                           % (i + 1, stamp, "x" * 20000))
        space = self.only()["disk space"]
        self.check(space, "OK", "2.01 MB a day")
        room = space["figures"]["free_bytes"] - 1e9
        self.assertAlmostEqual(space["figures"]["days_left"], room / 2.01e6, delta=0.02 * room / 2e6)

    def test_a_full_disk(self):
        environment = self.failio("rig/data/anomalies", CALLS="write", NTH=1, TIMES=100000,
                                  ERRNO="ENOSPC")
        checks = self.only(environment=environment, status=1)
        self.check(checks["writing"], "FAIL",
                   "rig/data/anomalies cannot be written to: No space left on device", "make room")
        self.assertEqual(os.listdir(self.path("rig/data/anomalies")), [])

    def test_a_disk_for_reading_only(self):
        environment = self.failio("rig/model", CALLS="open", NTH=1, TIMES=100000, ERRNO="EROFS")
        checks = self.only(environment=environment, status=1)
        self.check(checks["writing"], "FAIL", "rig/model cannot be written to", "for writing")

    def test_a_disk_that_loses_its_flush(self):
        environment = self.failio("rig/logs", CALLS="fsync", NTH=1, TIMES=1)
        checks = self.only(environment=environment, status=1)
        self.check(checks["writing"], "FAIL", "rig/logs cannot be written to")

    def test_a_report_that_can_not_be_written_is_a_failure_and_leaves_nothing(self):
        environment = self.failio("rig/reports", CALLS="write", NTH=1, TIMES=100000, ERRNO="ENOSPC")
        checks = self.only(environment=environment, status=1)
        self.check(checks["report"], "FAIL", "could not be written")
        self.assertEqual(os.listdir(self.path("rig/reports/health_check")), [])

    def test_a_record_that_finds_no_room_is_a_failure(self):
        # Each flush of the probe is past by then; what is left to append is the record.
        environment = self.failio("rig/logs", CALLS="write", NTH=2, TIMES=100000, ERRNO="ENOSPC")
        checks = self.only(environment=environment, status=1)
        self.check(checks["writing"], "OK")
        self.check(checks["record"], "FAIL")

    def test_nothing_of_the_write_test_is_left(self):
        self.only()
        for folder, _, names in os.walk(self.path("rig")):
            self.assertEqual([name for name in names if name.startswith(".")], [], folder)


class Clock(HealthTest):
    def clock(self, seconds, status=0):
        self.write("clock", str(seconds))
        environment = self.failio("rig", CLOCK=self.path("clock"))
        return self.only(environment=environment, status=status)["clock"]

    def test_a_clock_that_is_right_or_years_off(self):
        self.make_project()
        self.check(self.clock(0), "OK", "compare with your watch")
        self.check(self.clock(-30 * 365 * 86400, status=1), "FAIL", "as this computer believes",
                   "time server")
        self.check(self.clock(100 * 365 * 86400, status=1), "FAIL", "as this computer believes")

    def test_a_clock_that_was_set_back(self):
        self.make_project()
        self.only()  # leaves a record of now
        self.check(self.clock(-3600), "WARN", "60 min after that", "time server")
        self.check(self.clock(3600), "OK")


class Permissions(HealthTest):
    """For real: it runs as nobody where the tests run as root."""

    def call(self, *more):
        if os.getuid() == 0:
            for place, _, files in os.walk(self.folder):
                for name in [place] + [os.path.join(place, file) for file in files]:
                    os.chown(name, 65534, 65534)
        copy = shutil.copy(rig.program.LEAKWATCH, self.path("leakwatch"))
        result = subprocess.run(
            [copy, "health", "--project", "rig", "--skip-camera", "--skip-model", "--json", *more],
            cwd=self.folder, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True,
            check=False, **({"user": 65534, "group": 65534, "extra_groups": []}
                            if os.getuid() == 0 else {}))
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        return {check["check"]: check for check in json.loads(result.stdout)["checks"]}

    def forbid(self, name, mode):
        os.chmod(self.path(name), mode)
        self.addCleanup(os.chmod, self.path(name), 0o700)

    def test_a_folder_that_may_not_be_written_to(self):
        self.make_project()
        self.forbid("rig/data/anomalies", 0o500)
        checks = self.call()
        self.check(checks["folders"], "OK")
        self.check(checks["writing"], "FAIL", "rig/data/anomalies cannot be written to", "chmod u+w")

    def test_a_folder_that_may_not_be_looked_at(self):
        self.make_project()
        self.forbid("rig/data", 0)
        checks = self.call()
        self.check(checks["folders"], "FAIL", "rig/data/anomalies may not be looked at", "chmod u+x")
        self.check(checks["writing"], "FAIL", "rig/data/anomalies cannot be written to")

    def test_a_mode_file_and_records_that_may_not_be_read(self):
        self.make_project()
        self.only()
        self.forbid("rig/state", 0)
        self.forbid("rig/logs", 0)
        checks = self.call()
        self.check(checks["mode"], "FAIL", "mode.txt")
        self.check(checks["records"], "FAIL", "events.jsonl")
        self.check(checks["monitor"], "WARN", "cannot be seen", "account")


class Records(HealthTest):
    def setUp(self):
        super().setUp()
        self.make_project()

    def test_a_torn_line_is_put_aside_and_told(self):
        self.only()
        with open(self.path("rig/logs/events.jsonl"), "a", encoding="utf-8") as file:
            file.write('{"schema":1,"seq":2,"ts":"20')
        self.check(self.only()["records"], "WARN", "record 1 is the last; the line after it was torn")
        self.check(self.only()["records"], "OK", "record 2 is the last, and whole")
        self.check_gapless("rig")

    def test_damaged_lines_are_counted(self):
        self.only()
        with open(self.path("rig/logs/events.jsonl"), "a", encoding="utf-8") as file:
            file.write("rubbish\n" * 3)
        self.check(self.only()["records"], "WARN", "3 lines are damaged")

    def test_records_of_a_newer_program_fail(self):
        self.write("rig/logs/events.jsonl", '{"schema":2,"seq":1,"ts":"2026-01-01T00:00:00Z"}\n')
        checks = self.only(status=1)
        self.check(checks["records"], "FAIL", "schema 2")
        self.check(checks["record"], "WARN")

    def test_a_mode_file_that_is_missing_or_rubbish(self):
        self.write("rig/state/mode.txt", "WATCH\n")
        self.check(self.only(status=1)["mode"], "FAIL", "WATCH", "leakwatch mode")
        os.remove(self.path("rig/state/mode.txt"))
        self.check(self.only()["mode"], "WARN", "counts as OFF", "leakwatch mode OFF")


class Outbox(HealthTest):
    def queue(self, age_s):
        """An alert that no server took, as a failed monitor leaves it."""
        self.trained()
        os.remove(self.path("rig/model/threshold.json"))
        self.settings(rig.CONFIG.replace("notify: {slack: {enabled: false}}",
                                         "notify: {slack: {enabled: true}}\n"
                                         "delivery: {timeout_seconds: 1}"))
        self.succeed("mode", "MONITOR", "--project", "rig")
        self.environment = {"SLACK_WEBHOOK_URL": "http://127.0.0.1:9/SECRET"}
        if age_s:
            self.write("clock", str(-age_s))
            self.environment.update(self.failio("rig", CLOCK=self.path("clock")))
        result = self.run_program("monitor", "--project", "rig", "--source", rig.NORMAL,
                                  environment=self.environment)
        self.assertEqual(result.returncode, 66, result.stderr)
        self.succeed("mode", "OFF", "--project", "rig")

    def test_an_alert_that_waits_is_a_warning_at_first(self):
        self.queue(0)
        waiting = self.only()["waiting alerts"]
        self.check(waiting, "WARN", "1 alert has not reached people", "health --notify")
        self.assertLess(waiting["figures"]["age_s"], 60)

    def test_an_alert_that_waits_long_is_a_failure(self):
        self.queue(3 * 86400)
        self.check(self.only(status=1)["waiting alerts"], "FAIL", "for 3 days")

    def test_a_damaged_outbox_is_put_aside(self):
        self.make_project()
        self.write("rig/outbox.db", "rubbish" * 1000)
        self.check(self.only()["waiting alerts"], "WARN", "put aside")


class Monitor(HealthTest):
    def start(self, source, *more):
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", source, *more],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"})
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.assertIn("watching", process.stdout.readline())
        return process

    def wait_for_frame(self):
        deadline = time.monotonic() + 30
        while not self.records("rig", "frame_status"):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_armed_without_a_monitor_nobody_watches(self):
        self.trained()
        self.succeed("mode", "MONITOR", "--project", "rig")
        checks = self.only(status=1)
        self.check(checks["monitor"], "FAIL", "nobody watches", "leakwatch monitor")

    def test_a_running_monitor_keeps_its_camera(self):
        self.trained()
        self.succeed("mode", "MONITOR", "--project", "rig")
        process = self.start(CAMERA)
        self.wait_for_frame()
        checks = self.health("--skip-model")
        self.check(checks["monitor"], "OK", "its last frame is")
        self.check(checks["camera"], "SKIP", "the running monitor has it; its last frame is")
        self.check(checks["picture"], "SKIP")
        self.succeed("mode", "OFF", "--project", "rig")
        checks = self.health("--skip-model", "--camera.source=" + CAMERA)
        self.check(checks["monitor"], "OK", "disarmed: the mode is OFF")
        self.check(checks["camera"], "OK")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.check_gapless("rig")

    def test_a_monitor_without_frames_fails(self):
        self.trained()
        self.succeed("mode", "MONITOR", "--project", "rig")
        self.start("sim:normal?seed=3&fps=0.01&" + rig.SIZE)  # the next frame comes in 100 s
        self.wait_for_frame()
        time.sleep(1.2)
        checks = self.only("--monitor.camera_down_seconds=1", "--monitor.frame_interval_seconds=0.1",
                           status=1)
        self.check(checks["monitor"], "FAIL", "running, but its last frame is", "cable")

    def test_a_monitor_that_sees_nothing_fails(self):
        """Frames come, and are of no use."""
        self.make_project()
        self.succeed("mode", "MONITOR", "--project", "rig")
        now = time.time()
        records = [("startup", 70, {}),
                   ("fault", 60, {"fault": "camera_dark", "text": "it is too dark; switch on a light"}),
                   ("frame_status", 1, {"mode": "MONITOR", "state": "blind"})]

        def write(records):
            lines = []
            for number, (kind, age_s, members) in enumerate(records, 1):
                stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000+00:00", time.gmtime(now - age_s))
                lines.append(json.dumps(dict({"schema": 1, "seq": number, "ts": stamp, "type": kind},
                                             **members), separators=(",", ":")) + "\n")
            self.write("rig/logs/events.jsonl", "".join(lines))

        with open(self.path("rig/state/monitor.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            write(records)
            checks = self.only(status=1)
            self.check(checks["monitor"], "FAIL", "running, but nothing is watched: camera dark for",
                       "switch on a light")
            write(records + [("recovered", 0, {"fault": "camera_dark"}),
                             ("frame_status", 0, {"mode": "MONITOR", "state": "judged"})])
            self.check(self.only()["monitor"], "OK", "its last frame is")

    def test_a_replay_is_no_frame_of_the_camera(self):
        self.trained()
        self.succeed("monitor", "--project", "rig", "--source", rig.NORMAL + "&duration=5",
                     "--ignore-mode")
        self.assertTrue(self.records("rig", "frame_status"))
        self.succeed("mode", "MONITOR", "--project", "rig")
        process = self.start("sim:normal?seed=3&fps=0.01&onset=0&" + rig.SIZE)
        checks = self.only()
        self.check(checks["monitor"], "OK", "running; ")
        self.assertNotIn("year", checks["monitor"]["seen"])
        process.kill()

    def test_a_monitor_that_was_just_armed_may_begin(self):
        """Frames of yesterday say nothing about it."""
        self.trained()
        self.succeed("mode", "MONITOR", "--project", "rig")
        yesterday = time.strftime("%Y-%m-%dT%H:%M:%S.000+00:00", time.gmtime(time.time() - 80000))
        self.write("rig/logs/events.jsonl",
                   '{"schema":1,"seq":1,"ts":"%s","type":"frame_status"}\n' % yesterday)
        # A camera that is not there: no frame will come.
        self.start("63")
        self.check(self.only()["monitor"], "OK", "the first frame is still to come")
        time.sleep(1.2)
        checks = self.only("--monitor.camera_down_seconds=1", "--monitor.frame_interval_seconds=0.1",
                           status=1)
        self.check(checks["monitor"], "FAIL", "since it was armed")


class Camera(HealthTest):
    def setUp(self):
        super().setUp()
        self.make_project()

    def look(self, *more, status=0, **options):
        return self.health("--skip-model", *more, status=status, **options)

    def test_no_camera(self):
        checks = self.look("--camera.index=63", status=1)
        self.check(checks["camera"], "FAIL", "/dev/video63: no such camera", "leakwatch cameras")
        self.check(checks["picture"], "SKIP", "needs a picture")
        self.check(self.look("--source", "nothing.mp4", status=1)["camera"], "FAIL", "nothing.mp4")

    def test_a_region_outside_of_the_picture(self):
        wrong = ["--roi.enabled=true", "--roi.units=pixels", "--roi.x=300", "--roi.y=0",
                 "--roi.width=100", "--roi.height=100"]
        checks = self.look("--source", CAMERA, *wrong, status=1)
        self.check(checks["region"], "FAIL", "", "320x180 px")
        self.check(checks["picture"], "OK")
        checks = self.look("--source", CAMERA, *wrong, "--roi.x=10")
        self.check(checks["region"], "OK", "100x100 px from 10,0")

    def normal_picture(self):
        self.capture("rig", 1)
        os.makedirs(self.path("pictures"))
        [sample] = glob.glob(self.path("rig/data/normal/*.jpg"))
        return sample

    def test_a_frozen_picture(self):
        sample = self.normal_picture()
        for i in range(5):
            shutil.copy(sample, self.path("pictures/%d.jpg" % i))
        checks = self.look("--source", "pictures", status=1)
        self.check(checks["picture"], "FAIL", "frozen: 5 pictures in a row", "unplug")

    def test_a_dark_room_and_a_blinding_lamp(self):
        for levels, seen, remedy in (((4, 9), "nearly black", "lens"),
                                     ((240, 250), "nearly white", "lamp")):
            shutil.rmtree(self.path("pictures"), ignore_errors=True)
            os.makedirs(self.path("pictures"))
            for level in levels:
                self.write("pictures/%d.png" % level, striped_png(level, level))
            self.check(self.look("--source", "pictures")["picture"], "WARN", seen, remedy)

    def test_an_empty_folder(self):
        os.makedirs(self.path("pictures"))
        checks = self.look("--source", "pictures", status=1)
        self.check(checks["camera"], "FAIL", "pictures")

    def test_unreadable_pictures(self):
        os.makedirs(self.path("pictures"))
        self.write("pictures/1.jpg", "rubbish")
        self.check(self.look("--source", "pictures", status=1)["camera"], "FAIL", "pictures")

    def test_much_less_sharp_than_the_normals(self):
        self.write("rig/data/normal/normal_1.png", striped_png(50, 150))
        os.makedirs(self.path("pictures"))
        for i in range(2):
            self.write("pictures/%d.png" % i, striped_png(90 + i, 110))
        self.check(self.look("--source", "pictures")["picture"], "WARN", "much less sharp", "focus")
        for i in range(2):
            self.write("pictures/%d.png" % i, striped_png(50 + i, 150))
        self.check(self.look("--source", "pictures")["picture"], "OK", "as the normal pictures'")
        self.check(self.look("--source", CAMERA)["picture"], "OK", "not frozen")

    def test_a_camera_that_hangs_ends(self):
        began = time.monotonic()
        checks = self.look("--source", "sim:normal?fps=0.05&" + rig.SIZE, status=1)
        self.check(checks["camera"], "FAIL", "only 1 of 7 pictures came within 20 s")
        self.assertLess(time.monotonic() - began, 40)

    def test_the_snapshot_is_the_cameras_picture_for_its_owner(self):
        self.check(self.look("--source", CAMERA)["snapshot"], "SKIP")
        checks = self.look("--source", CAMERA, "--save-snapshot")
        path = self.path(checks["snapshot"]["seen"])
        self.assertEqual(self.read(path)[:2], b"\xff\xd8")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.check(self.only("--save-snapshot", status=1)["snapshot"], "FAIL", "no picture")

    def test_a_snapshot_on_a_full_disk(self):
        # The first write in there is the write test's.
        environment = self.failio("rig/reports", CALLS="write", NTH=2, TIMES=100000, ERRNO="ENOSPC")
        checks = self.look("--source", CAMERA, "--save-snapshot", environment=environment, status=1)
        self.check(checks["writing"], "OK")
        self.check(checks["snapshot"], "FAIL", "not saved")
        self.assertEqual(os.listdir(self.path("rig/reports/health_check")), [])

    def test_ctrl_c_ends_it_at_once(self):
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "health", "--project", "rig", "--skip-model", "--source",
             "sim:normal?fps=0.05&" + rig.SIZE], cwd=self.folder, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        for line in process.stdout:
            if " monitor " in line:
                break
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertIn("stopped", errors)
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(os.listdir(self.path("rig/reports/health_check")), [])


class Model(HealthTest):
    def setUp(self):
        super().setUp()
        self.trained()

    def test_no_model_and_a_model_that_was_asked_to_be_left_alone(self):
        shutil.rmtree(self.path("rig/model"))
        checks = self.health("--source", CAMERA, status=1)
        self.check(checks["model"], "FAIL", "there is no model", "leakwatch train")
        self.check(checks["score"], "SKIP", "needs a model")
        self.check(self.health("--source", CAMERA, "--skip-model")["model"], "SKIP", "--skip-model")

    def test_a_damaged_model(self):
        self.write("rig/model/threshold.json", '{"threshold": NaN}')
        self.check(self.health("--skip-camera", status=1)["model"], "FAIL", "threshold.json")

    def test_a_model_for_another_configuration(self):
        checks = self.health("--skip-camera", "--image.width=128", status=1)
        self.check(checks["model"], "FAIL", "image.width 64, but the configuration says 128",
                   "train again")

    def test_a_model_for_another_picture_size(self):
        checks = self.health("--source", "sim:normal?fps=10&size=640x360", status=1)
        self.check(checks["model"], "OK")
        self.check(checks["score"], "FAIL", "320x180")

    def test_a_scene_that_would_alarm(self):
        source = "sim:covered?seed=3&fps=10&onset=0&start=600&" + rig.SIZE
        score = self.health("--source", source)["score"]
        self.check(score, "WARN", "a monitor would alarm now", "look at the rig")
        figures = score["figures"]
        self.assertTrue(figures["score"] > figures["threshold"] or
                        figures["largest_blob_area"] >= figures["blob_area_threshold"])


class People(HealthTest):
    """Test messages to servers on loopback, through the channels that alarms use."""

    def setUp(self):
        super().setUp()
        self.make_project()
        self.certificates = harness.make_certificates()
        self.environment = {"SMTP_PASSWORD": harness.PASSWORD}

    def server(self, program, name, certificate="good", *more):
        path = os.path.join(self.certificates, certificate + ".pem")
        server = harness.Server(program, self.folder, name, "--certificate", path, *more)
        self.addCleanup(server.stop)
        return server

    def both_servers(self, certificate="good"):
        return (self.server("slack_server.py", "slack", certificate),
                self.server("smtp_server.py", "smtp", certificate, "--user", "leakwatch",
                            "--password", harness.PASSWORD))

    def configure(self, slack=None, smtp=None):
        lines = ["notify:", "  slack: {enabled: %s}" % ("true" if slack else "false")]
        if smtp:
            lines += ["  email: {enabled: true, smtp_host: localhost, smtp_port: %d, "
                      "smtp_user: leakwatch, from_addr: rig@example.org, "
                      "to_addrs: [lab@example.org]}" % smtp.port]
        lines += ["delivery:", "  ca_file: " + os.path.join(self.certificates, "ca.pem"),
                  "  timeout_seconds: 2"]
        self.settings("\n".join(lines) + "\n")
        if slack:
            self.environment["SLACK_WEBHOOK_URL"] = "https://localhost:%d/%s" % (
                slack.port, harness.SECRET_PATH)

    def notify(self, status=0):
        checks = self.only("--notify", environment=self.environment, status=status)
        everything = json.dumps(self.document)
        for secret in (harness.SECRET_PATH, harness.PASSWORD):
            self.assertNotIn(secret, everything)
        return checks

    def test_a_message_that_arrives(self):
        slack, smtp = self.both_servers()
        self.configure(slack, smtp)
        checks = self.notify()
        self.check(checks["Slack"], "OK", "test message delivered")
        self.assertEqual(checks["Slack"]["figures"]["status"], 200)
        self.check(checks["e-mail"], "OK", "test message delivered")
        self.check(checks["messages"], "OK", "slack, email")
        [request] = slack.requests()
        self.assertIn("TEST rig: this is only a test", json.loads(request["body"])["text"])
        [mail] = smtp.requests()
        self.assertIn("TEST rig", mail["subject"])

    def test_without_notify_nothing_is_sent_and_the_secrets_place_is_named(self):
        slack, smtp = self.both_servers()
        self.configure(slack, smtp)
        checks = self.only(environment=self.environment)
        self.check(checks["Slack"], "OK", "complete; secret from SLACK_WEBHOOK_URL")
        self.check(checks["e-mail"], "OK", "complete; secret from SMTP_PASSWORD")
        self.assertEqual(slack.requests() + smtp.requests(), [])

    def test_each_channel_has_its_own_outcome(self):
        slack, smtp = self.both_servers()
        self.configure(slack, smtp)
        slack.behave("500 oops")
        checks = self.notify(status=1)
        self.check(checks["Slack"], "FAIL", "not delivered: Slack answered 500 oops", "try again")
        self.assertEqual(checks["Slack"]["figures"]["status"], 500)
        self.check(checks["e-mail"], "OK", "delivered")

    def test_a_refused_webhook(self):
        slack = self.server("slack_server.py", "slack")
        self.configure(slack)
        slack.behave("403 invalid_token")
        self.check(self.notify(status=1)["Slack"], "FAIL", "403 invalid_token", "not get better")

    def test_a_server_that_hangs(self):
        slack = self.server("slack_server.py", "slack")
        self.configure(slack)
        slack.behave("hang")
        began = time.monotonic()
        self.check(self.notify(status=1)["Slack"], "FAIL", "not delivered")
        self.assertLess(time.monotonic() - began, 20)

    def test_ctrl_c_ends_the_wait_for_a_server(self):
        slack = self.server("slack_server.py", "slack")
        self.configure(slack)
        slack.behave("hang")
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "health", "--project", "rig", "--skip-camera", "--skip-model",
             "--notify", "--delivery.timeout_seconds=60"], cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], **self.environment})
        harness.wait_for("the request", slack.requests)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertLess(time.monotonic() - began, 10)

    def test_a_wrong_certificate_is_not_trusted(self):
        for certificate in ("wrong-name", "expired", "self-signed"):
            with self.subTest(certificate):
                slack, smtp = self.both_servers(certificate)
                self.configure(slack, smtp)
                checks = self.notify(status=1)
                self.check(checks["Slack"], "FAIL", "certificate")
                self.check(checks["e-mail"], "FAIL", "certificate")
                self.assertEqual(slack.requests() + smtp.requests(), [])
                slack.stop()
                smtp.stop()

    def test_a_closed_port(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            self.configure(type("Server", (), {"port": closed.getsockname()[1]}))
            self.check(self.notify(status=1)["Slack"], "FAIL", "not delivered", "try again")

    def test_nobody_to_tell(self):
        self.configure()
        checks = self.notify()
        self.check(checks["messages"], "WARN", "no test message was sent", "notify.slack")
        self.check(checks["Slack"], "SKIP", "switched off")
        self.check(checks["e-mail"], "SKIP", "switched off")

    def test_slack_of_a_new_project_is_a_warning_and_an_incomplete_mail_a_failure(self):
        self.settings("notify: {email: {enabled: true, smtp_host: localhost, smtp_user: me, "
                      "from_addr: rig@example.org, to_addrs: [lab@example.org]}}\n")
        checks = self.only(status=1)
        self.check(checks["Slack"], "WARN", "no webhook",
                   "notify.slack.webhook_url_file, set SLACK_WEBHOOK_URL")
        self.check(checks["e-mail"], "FAIL", "no password", "SMTP_PASSWORD")

    def test_a_file_of_authorities_that_can_not_be_used(self):
        self.settings("notify: {slack: {enabled: false}}\ndelivery: {ca_file: nowhere.pem}\n")
        self.check(self.only(status=1)["certificates"], "FAIL", "nowhere.pem", "delivery.ca_file")
        self.write("rig/nowhere.pem", "rubbish")
        self.check(self.only(status=1)["certificates"], "FAIL", "holds no certificate")

    def test_the_ping_that_a_dead_computer_does_not_send(self):
        self.check(self.only()["heartbeat ping"], "SKIP", "dead computer", "delivery.heartbeat_url")
        self.environment["LEAKWATCH_HEARTBEAT_URL"] = "https://example.org/SECRET"
        checks = self.only(environment=self.environment)
        self.check(checks["heartbeat ping"], "OK", "every 5 min")
        self.assertNotIn("SECRET", json.dumps(self.document))


if __name__ == "__main__":
    rig.main()
