#!/usr/bin/python3
"""Who hears what, and when: the real monitor with servers on loopback, on disks that refuse."""

import json
import os
import signal
import sqlite3
import subprocess
import time

import rig
import harness

COVERED = rig.COVERED.replace("onset=10", "onset=3")


class ToldTest(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.lower().endswith("_proxy")}
        self.trained()
        self.write("rig/config/config.yaml", rig.CONFIG.replace(
            "notify: {slack: {enabled: false}}",
            "notify: {slack: {enabled: true}}\n"
            "delivery: {timeout_seconds: 2, retry_first_seconds: 0.2, retry_most_seconds: 1}"))
        self.slack = self.server("slack")
        self.environment["SLACK_WEBHOOK_URL"] = "http://127.0.0.1:%d/SECRET" % self.slack.port

    def server(self, name):
        server = harness.Server("slack_server.py", self.folder, name)
        self.addCleanup(server.stop)
        return server

    def failio(self, under, **settings):
        library = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        self.environment["LD_PRELOAD"] = library
        self.environment["FAILIO_UNDER"] = os.path.join(os.path.realpath(self.path("rig")), under)
        for key, value in settings.items():
            self.environment["FAILIO_" + key] = str(value)

    def start(self, source, *more):
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", source, *more],
            cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def stop(self, process, status=0):
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, status, errors)
        return output + errors

    def heard(self, part=""):
        texts = [json.loads(request["body"])["text"] for request in self.slack.requests()
                 if request["accepted"]]
        return [text for text in texts if part in text]

    def wait_for(self, look, seconds=20):
        deadline = time.monotonic() + seconds
        while not look():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)


class Outbox(ToldTest):
    def refuse_outbox(self):
        """From now on nothing can be put into it, although it can be read."""
        database = sqlite3.connect(self.path("rig/outbox.db"))
        database.execute("CREATE TRIGGER full BEFORE INSERT ON alert"
                         " BEGIN SELECT RAISE(ABORT, 'made to fail'); END")
        database.commit()
        return database

    def test_an_outbox_that_refuses_holds_up_no_alarm(self):
        self.succeed("mode", "MONITOR", "--project", "rig")
        process = self.start(COVERED)
        self.assertIn("watching", process.stdout.readline())
        database = self.refuse_outbox()
        self.wait_for(lambda: self.heard("LEAK?"))
        self.wait_for(lambda: self.heard("FAULT rig: disk"))
        database.execute("DROP TRIGGER full")
        database.commit()
        database.close()
        self.wait_for(lambda: self.heard("OK: rig: disk"))
        self.stop(process)
        faults = [record["fault"] for record in self.records("rig", "fault")]
        self.assertEqual(faults, ["disk"])
        self.assertEqual(len(self.records("rig", "recovered")), 1)
        self.check_gapless("rig")


class Mail(ToldTest):
    def test_mails_of_one_alarm_are_a_thread_of_different_mails(self):
        """A mail server drops a second mail with the Message-ID of the first."""
        smtp = harness.Server("smtp_server.py", self.folder, "smtp")
        self.addCleanup(smtp.stop)
        self.write("rig/config/config.yaml", rig.CONFIG.replace(
            "notify: {slack: {enabled: false}}",
            "notify: {slack: {enabled: false}, email: {enabled: true, smtp_host: 127.0.0.1, "
            "smtp_port: %d, use_tls: false, from_addr: rig@example.org, "
            "to_addrs: [lab@example.org]}}" % smtp.port))
        process = self.start(COVERED + "&duration=25", "--ignore-mode", "--notify",
                             "--monitor.alert_cooldown_seconds=5")
        _, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, errors), (0, ""))
        mails = [dict(mail["headers"]) for mail in smtp.requests() if "LEAK?" in mail["subject"]]
        self.assertGreaterEqual(len(mails), 3)
        self.assertEqual(len({mail["Message-ID"] for mail in mails}), len(mails))
        self.assertEqual(len({mail["References"] for mail in mails}), 1)


class Failures(ToldTest):
    def test_a_monitor_that_can_not_start_on_a_full_disk_is_heard_of_all_the_same(self):
        self.succeed("mode", "MONITOR", "--project", "rig")
        os.remove(self.path("rig/model/threshold.json"))
        self.failio("logs", CALLS="write", NTH=1, TIMES=100000, ERRNO="ENOSPC")
        process = self.start(rig.NORMAL)
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 66, errors)
        self.assertEqual(len(self.heard("threshold.json")), 1)
        self.assertIn("could not be recorded", errors)

    def test_a_replay_that_fails_bothers_nobody(self):
        self.succeed("mode", "MONITOR", "--project", "rig")
        os.remove(self.path("rig/model/threshold.json"))
        process = self.start(rig.NORMAL + "&duration=5")
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 66, errors)
        self.assertEqual(self.slack.requests(), [])

    def test_a_monitor_that_can_not_start_is_recorded_and_told_once(self):
        self.succeed("mode", "MONITOR", "--project", "rig")
        os.remove(self.path("rig/model/threshold.json"))
        process = self.start(rig.NORMAL)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 66)
        self.assertEqual(len(self.heard("threshold.json")), 1)
        self.assertEqual(len(self.records("rig", "startup_error")), 1)


class Heartbeat(ToldTest):
    def test_it_pings_only_while_frames_are_really_scored(self):
        pinged = self.server("heartbeat")
        self.environment["LEAKWATCH_HEARTBEAT_URL"] = "http://127.0.0.1:%d/SECRET" % pinged.port
        self.succeed("mode", "MONITOR", "--project", "rig")
        process = self.start(rig.NORMAL, "--delivery.heartbeat_minutes=0.01")
        self.wait_for(lambda: len(pinged.requests()) >= 2)
        self.succeed("mode", "OFF", "--project", "rig")
        self.wait_for(lambda: self.records("rig", "mode_change"))
        time.sleep(1.5)  # what was scored before may still be told
        count = len(pinged.requests())
        time.sleep(2.5)  # room for the pings that must not come
        self.assertEqual(len(pinged.requests()), count)
        self.succeed("mode", "MONITOR", "--project", "rig")
        self.wait_for(lambda: len(pinged.requests()) > count)
        self.assertNotIn("SECRET", self.stop(process))
        self.assertNotIn("SECRET", json.dumps(self.records("rig")))


if __name__ == "__main__":
    rig.main()
