#!/usr/bin/python3
"""Old evidence and full disks: the real monitor on a small disk of its own (a tmpfs, in a mount
namespace), and, where nothing may be mounted, on one that tests/fault/failio makes up."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import rig
import harness

MEGABYTE = 1000 * 1000
OWN_DISK = "LEAKWATCH_TEST_OWN_DISK"

COVERED = rig.COVERED.replace("onset=10", "onset=3").replace("fps=2", "fps=10")

SETTINGS = rig.CONFIG.replace("frame_interval_seconds: 1.0", "frame_interval_seconds: 0.1").replace(
    "notify: {slack: {enabled: false}}",
    "notify: {slack: {enabled: true}}\n"
    "delivery: {timeout_seconds: 2, retry_first_seconds: 0.2, retry_most_seconds: 1}\n"
    "retention: {keep_free_gb: 0.03}\n")

class RetentionTest(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.lower().endswith("_proxy")}

    def start(self, source=rig.NORMAL, *more):
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", source, *more],
            cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, errors)
        return output + errors

    def wait_for(self, look, seconds=40):
        deadline = time.monotonic() + seconds
        while not look():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def failio(self, **settings):
        self.environment["LD_PRELOAD"] = os.path.join(
            os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        self.environment["FAILIO_UNDER"] = os.path.realpath(self.path("rig"))
        for key, value in settings.items():
            self.environment["FAILIO_" + key] = str(value)

    def folder_of_evidence(self):
        return self.path("rig/data/anomalies")

    def evidence(self, prefix=""):
        return sorted(name for name in os.listdir(self.folder_of_evidence())
                      if name.startswith(prefix))

    def make_old(self, count, size=50000):
        """Sets of three pictures, one of each day; and files of other people."""
        stamps = ["2025%02d%02d_120000_000" % (1 + i // 28, 1 + i % 28) for i in range(count)]
        for stamp in stamps:
            for name in ("anomaly_%s.jpg", "compare_%s.jpg", "context_pre_%s_1.jpg"):
                self.write("rig/data/anomalies/" + name % stamp, b"x" * size)
        self.write("rig/data/anomalies/notes.txt", "the leak of January")
        self.write("rig/data/anomalies/my_anomaly_20250101_120000_000.jpg", "kept")
        return stamps

    def whole_sets(self, stamps):
        names = self.evidence()
        counts = [sum(stamp in name and not name.startswith("my_") for name in names)
                  for stamp in stamps]
        self.assertEqual(set(counts) - {0, 3}, set(), counts)
        return [stamp for stamp, count in zip(stamps, counts) if count]

    def check_others(self):
        self.assertEqual(self.read("rig/data/anomalies/notes.txt"), b"the leak of January")
        self.assertEqual(self.read("rig/data/anomalies/my_anomaly_20250101_120000_000.jpg"),
                         b"kept")


class MadeDisk(RetentionTest):
    """failio says how much is free."""

    def setUp(self):
        super().setUp()
        self.trained()
        self.write("rig/config/config.yaml", SETTINGS.replace("{enabled: true}}", "{enabled: false}}", 1))

    def test_the_oldest_sets_go_at_the_start_and_the_records_stay(self):
        stamps = self.make_old(60)
        self.write("free", str(30 * MEGABYTE - 1500000))
        self.failio(FREE=self.path("free"))
        self.write("rig/logs/events-000000000001.jsonl", "")
        process = self.start()
        self.wait_for(lambda: self.records("rig", "evidence_removed"))
        self.stop(process)
        left = self.whole_sets(stamps)
        self.assertEqual(left, stamps[len(stamps) - len(left):])
        removed = self.records("rig", "evidence_removed")
        self.assertEqual(len(removed), 1)
        self.assertIn("removed %d old sets" % (60 - len(left)), removed[0]["text"])
        # 1.5 MB and the margin of 1.5 MB, in sets of at least 150 kB
        self.assertGreaterEqual(60 - len(left), 15)
        self.assertLessEqual(60 - len(left), 20)
        self.assertTrue(os.path.exists(self.path("rig/logs/events-000000000001.jsonl")))
        self.check_others()

    def test_age(self):
        stamps = self.make_old(30)
        for name in self.evidence():
            os.utime(self.path("rig/data/anomalies/" + name), (1736000000, 1736000000))
        recent = "compare_%s.jpg" % time.strftime("%Y%m%d_%H%M%S_000")
        self.write("rig/data/anomalies/" + recent, "recent")
        process = self.start(rig.NORMAL, "--retention.evidence_days=30",
                             "--retention.keep_free_gb=0")
        self.wait_for(lambda: self.records("rig", "evidence_removed"))
        self.stop(process)
        self.assertEqual(self.whole_sets(stamps), [])
        self.assertIn(recent, self.evidence())
        self.assertIn("30 older than 30 days", self.records("rig", "evidence_removed")[0]["text"])
        self.check_others()

    def test_killed_at_any_removal_the_next_start_goes_on(self):
        """Sixteen sets stay; whatever was removed half is finished, and nothing else is lost."""
        stamps = self.make_old(26)
        self.write("free", str(MEGABYTE))
        kills = 0
        for nth in (1, 2, 3, 4, 5, 1, 2):
            self.failio(FREE=self.path("free"), CALLS="unlink", NTH=nth,
                        ACTION="kill" if nth % 2 else "kill-after",
                        UNDER=os.path.realpath(self.folder_of_evidence()))
            process = self.start()
            process.communicate(timeout=30)
            self.assertEqual(process.returncode, -signal.SIGKILL)
            kills += 1
        self.assertLess(len(self.evidence("anomaly_")), 26)
        self.failio(FREE=self.path("free"), NTH=0)
        process = self.start()
        self.wait_for(lambda: self.records("rig", "evidence_removed"))
        self.stop(process)
        self.assertEqual(self.whole_sets(stamps), stamps[10:])
        self.check_gapless("rig")
        self.assertEqual(len(self.records("rig", "shutdown")), 1)
        self.check_others()

    def test_a_replay_removes_nothing_and_writes_the_same_records(self):
        stamps = self.make_old(20)
        shutil.copytree(self.path("rig"), self.path("first/rig"))
        shutil.copytree(self.path("rig"), self.path("second/rig"))
        source = COVERED + "&duration=8"
        self.assertEqual(self.monitor("rig", source, cwd="first").returncode, 0)
        self.write("free", "0")
        self.failio(FREE=self.path("free"))
        result = self.monitor("rig", source, cwd="second", environment={
            name: value for name, value in self.environment.items()
            if name.startswith("FAILIO") or name == "LD_PRELOAD"})
        self.assertEqual(result.returncode, 0, result.stderr)
        first = self.read("first/rig/logs/events.jsonl")
        self.assertIn(b"anomaly_detected", first)
        self.assertEqual(first, self.read("second/rig/logs/events.jsonl"))
        for stamp in stamps:
            self.assertTrue(os.path.exists(
                self.path("second/rig/data/anomalies/anomaly_%s.jpg" % stamp)))


class FullDisk:
    """A disk that something else fills, told once; all goes on when there is space again."""

    def prepare(self):
        self.trained_here()
        self.write("rig/config/config.yaml", SETTINGS)
        self.slack = harness.Server("slack_server.py", self.folder, "slack")
        self.addCleanup(self.slack.stop)
        self.environment["SLACK_WEBHOOK_URL"] = "http://127.0.0.1:%d/SECRET" % self.slack.port
        self.succeed("mode", "MONITOR", "--project", "rig")

    def heard(self, part):
        texts = [json.loads(request["body"])["text"] for request in self.slack.requests()
                 if request["accepted"]]
        return [text for text in texts if part in text]

    def test_a_full_disk_is_told_and_everything_resumes(self):
        self.prepare()
        self.make_old(3)
        process = self.start(COVERED)
        self.assertIn("watching", process.stdout.readline())
        self.fill()
        self.wait_for(lambda: self.heard("FAULT rig: disk"))
        self.wait_for(lambda: self.heard("LEAK?"))  # from memory: nothing can be written
        time.sleep(2)  # room for what must not come: more faults, and pictures
        before = len(self.evidence("anomaly_"))
        self.assertEqual(before, 3)
        self.empty()
        self.wait_for(lambda: self.records("rig", "recovered"))
        self.wait_for(lambda: len(self.records("rig", "recovered")) ==
                      len(self.records("rig", "fault")))
        self.wait_for(lambda: self.heard("OK: rig: disk"))
        self.wait_for(lambda: self.records("rig", "anomaly_detected"))
        self.stop(process)
        faults = self.records("rig", "fault")
        self.assertEqual({fault["fault"] for fault in faults}, {"disk"})
        self.assertEqual(len(self.records("rig", "recovered")), len(faults))
        self.assertEqual(len({fault["text"] for fault in faults}), len(faults))
        self.check_gapless("rig")
        statuses = [record["frame"] for record in self.records("rig", "frame_status")]
        self.assertEqual(statuses, sorted(set(statuses)))
        # the next alarm has pictures again
        before = len(self.evidence("anomaly_"))
        process = self.start(COVERED)
        self.wait_for(lambda: len(self.evidence("anomaly_")) > before)
        self.stop(process)
        alarm = self.records("rig", "anomaly_detected")[-1]
        for path in alarm["saved_paths"]:
            self.assertTrue(os.path.exists(self.path("rig/" + path)), path)
        self.check_others()


    def watch_from_full(self):
        """The disk is full before the start: it watches, tells both, and loses no record."""
        earlier = len(self.records("rig"))
        self.fill()
        process = self.start(COVERED)
        self.wait_for(lambda: self.heard("FAULT rig: disk"))
        self.wait_for(lambda: self.heard("LEAK?"))
        for fault in self.heard("FAULT rig: disk"):
            self.assertRegex(fault, "move or delete other fi")
        self.assertEqual(len(self.heard("FAULT")), len(set(self.heard("FAULT"))))
        self.empty()
        self.wait_for(lambda: self.heard("OK: rig: disk"))
        self.wait_for(lambda: self.records("rig", "anomaly_detected"))
        self.wait_for(lambda: len(self.records("rig", "recovered")) ==
                      len(self.records("rig", "fault")))
        self.stop(process)
        self.check_gapless("rig")
        begin = [record["type"] for record in self.records("rig")[earlier:] if
                 record["type"] not in ("fault", "recovered")]
        self.assertEqual(begin[0], "startup")
        frames = [record["frame"] for record in self.records("rig")[earlier:]
                  if record["type"] == "frame_status"]
        self.assertEqual(frames, sorted(set(frames)))
        self.assertEqual(self.records("rig", "records_lost"), [])
        for recovered in self.records("rig", "recovered"):
            self.assertGreater(recovered["fault_duration_s"], 1, recovered)

    def test_full_before_the_first_start(self):
        self.prepare()
        self.watch_from_full()
        self.assertTrue(os.path.exists(self.path("rig/outbox.db")))

    def test_full_before_a_later_start(self):
        self.prepare()
        process = self.start()
        self.assertIn("watching", process.stdout.readline())
        self.wait_for(lambda: self.records("rig", "frame_status"))
        self.stop(process)
        self.watch_from_full()


class MadeFullDisk(FullDisk, RetentionTest):
    def trained_here(self):
        self.trained()
        self.failio(FREE=self.path("free"), FULL_WHILE=self.path("free"))

    def fill(self):
        self.write("free", "0")

    def empty(self):
        os.remove(self.path("free"))


class NoMoreFiles(FullDisk, RetentionTest):
    """A disk where not even a lock file can be made: no watching, and that is told."""

    test_a_full_disk_is_told_and_everything_resumes = None
    test_full_before_the_first_start = None
    test_full_before_a_later_start = None

    def trained_here(self):
        self.trained()

    def test_a_monitor_that_can_not_start_says_so_from_memory(self):
        self.prepare()
        for name in ("state/monitor.lock", "state/delivery.lock", "outbox.db"):
            if os.path.exists(self.path("rig/" + name)):  # of the training
                os.remove(self.path("rig/" + name))
        self.failio(CALLS="open,write", NTH=1, TIMES=1000000, ERRNO="ENOSPC")
        process = self.start()
        _, errors = process.communicate(timeout=40)
        self.assertEqual(process.returncode, 74, errors)
        self.assertIn("No space left on device", errors)
        told = self.heard("the monitor cannot watch")
        self.assertEqual(len(told), 1, told)
        self.assertIn("No space left on device", told[0])


@rig.program.unittest.skipUnless(OWN_DISK in os.environ, "SKIPPED: nothing may be mounted here")
class RealDisk(RetentionTest):
    def mount(self, megabytes):
        os.makedirs(self.path("rig"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % megabytes, "tmpfs",
                        self.path("rig")], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.path("rig")], check=True)

    def free(self):
        status = os.statvfs(self.path("rig"))
        return status.f_bavail * status.f_frsize

    def trained_here(self):
        self.trained("model")
        self.mount(110)
        shutil.copytree(self.path("model"), self.path("rig"), dirs_exist_ok=True)


class RealFullDisk(FullDisk, RealDisk):
    def fill(self):
        with open(self.path("rig/ballast"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 12))
            except OSError:
                pass

    def empty(self):
        os.remove(self.path("rig/ballast"))


class Flapping(RealDisk):
    SOURCE = rig.NORMAL.replace("fps=2", "fps=10")

    def put_threshold_in_the_middle(self):
        """Half of the frames are above the median of what is to come, half below."""
        self.assertEqual(self.monitor("model", self.SOURCE + "&duration=30").returncode, 0)
        scores = sorted(record["score"] for record in self.records("model", "frame_status"))
        document = json.loads(self.read("model/model/threshold.json"))
        document["threshold"] = scores[len(scores) // 2]
        self.write("model/model/threshold.json", json.dumps(document))
        for folder in ("logs", "data/anomalies"):
            shutil.rmtree(self.path("model/" + folder))
            os.makedirs(self.path("model/" + folder))

    def test_a_score_that_flaps_around_its_threshold_fills_no_disk(self):
        self.trained("model")
        self.write("model/config/config.yaml", SETTINGS.replace(
            "consecutive_anomalies: 3", "consecutive_anomalies: 1, alert_cooldown_seconds: 0, "
            "save_context: {enabled: true, pre_frames: 4, post_frames: 4}").replace(
                "{slack: {enabled: true}}", "{slack: {enabled: false}}"))
        self.put_threshold_in_the_middle()
        self.mount(110)
        shutil.copytree(self.path("model"), self.path("rig"), dirs_exist_ok=True)
        self.succeed("mode", "MONITOR", "--project", "rig")
        stamps = self.make_old(40)
        while self.free() > 32 * MEGABYTE:  # room for little more than what must stay free
            self.write("rig/ballast-%d" % self.free(), bytes(500000))
        process = self.start(self.SOURCE)
        least = self.free()

        def enough():
            nonlocal least
            least = min(least, self.free())
            return len(self.records("rig", "evidence_removed")) >= 2 and \
                len(self.records("rig", "anomaly_detected")) >= 15

        self.wait_for(enough, 240)
        output = self.stop(process)
        self.assertEqual(self.records("rig", "fault"), [], output)
        self.assertGreater(least, 28 * MEGABYTE)  # a set is written before room is made for the next
        self.assertLess(len(self.whole_sets(stamps)), 40)
        newest = [record for record in self.records("rig") if record.get("saved_paths")][-1]
        for path in newest["saved_paths"]:
            self.assertTrue(os.path.exists(self.path("rig/" + path)), path)
        self.check_gapless("rig")
        self.check_others()


def main():
    """Again in a mount namespace of its own, where that is allowed; root needs no user namespace."""
    command = ["unshare", "--mount", sys.executable, *sys.argv]
    if os.getuid() != 0:
        command[1:1] = ["--user", "--map-root-user"]
    probe = command[:command.index(sys.executable)] + [
        "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /tmp && umount /tmp"]
    if OWN_DISK not in os.environ and shutil.which("unshare") and \
            subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        os.environ[OWN_DISK] = "1"
        os.execvp(command[0], command)
    rig.main()


if __name__ == "__main__":
    main()
