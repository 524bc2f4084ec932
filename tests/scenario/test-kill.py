#!/usr/bin/python3
"""kill -9 of the real monitor at random moments, again and again, while it alarms and delivers to real
servers: every alarm that was recorded is recorded exactly once and delivered at least once by each
channel, the numbers have no gap, and after each kill the project can be used at once. Half of the runs
have a cooldown that outlasts them: what it held back must be told by the next start.

    test-kill.py LEAKWATCH [KILLS [SEED]]
"""

import os
import random
import shutil
import subprocess
import sys
import time

import rig  # noqa: F401  puts the folders of the modules below on the path

import check_delivery
from harness import Bench, Failure, check

SETTINGS = """\
image: {width: 64, height: 64}
capture: {interval_seconds: 1.0}
training: {batch_size: 8, epochs: 3, threads: 2, augment: {enabled: false}}
monitor: {frame_interval_seconds: 0.05, consecutive_anomalies: 1, alert_cooldown_seconds: 0}
records: {rotate_mb: 0.05}
"""


class MonitorBench(Bench):
    def __init__(self, leakwatch):
        super().__init__(leakwatch)
        self.leakwatch = leakwatch
        self.starts = 0

    def call(self, *arguments):
        result = subprocess.run([self.leakwatch, *arguments, "--project", self.project],
                                env=self.environment, capture_output=True, text=True, check=False)
        check(result.returncode == 0, "%s: %s" % (" ".join(arguments), result.stderr))

    def prepare(self):
        """A model, and a clip in which every other frame is dark."""
        normals = os.path.join(self.project, "data", "normal")
        self.call("capture", "--source", rig.NORMAL + "&duration=30", "--ignore-mode")
        self.call("train")
        bright = [os.path.join(normals, name) for name in sorted(os.listdir(normals))]
        dark_project = os.path.join(self.folder, "dark")
        subprocess.run([self.leakwatch, "init", dark_project], check=True, capture_output=True)
        subprocess.run([self.leakwatch, "capture", "--project", dark_project, "--ignore-mode",
                        "--source", rig.COVERED.replace("onset=10", "onset=0") + "&duration=20",
                        "--interval", "1", "--count", "10"], check=True, capture_output=True)
        darks = os.path.join(dark_project, "data", "normal")
        dark = [os.path.join(darks, name) for name in sorted(os.listdir(darks))][5:]
        self.clip = os.path.join(self.folder, "clip")
        os.makedirs(self.clip)
        for i in range(400):
            shutil.copy((bright if i % 2 == 0 else dark)[i % 5],
                        os.path.join(self.clip, "%04d.jpg" % i))

    def start(self, clip, *more):
        """Each run has a start of its own, so that event ids differ."""
        self.starts += 1
        moment = "2026-01-%02dT%02d:%02d:00Z" % (1 + self.starts // 1440,
                                                 self.starts // 60 % 24, self.starts % 60)
        process = subprocess.Popen(
            [self.leakwatch, "monitor", "--project", self.project, "--source", clip,
             "--ignore-mode", "--notify", "--start", moment, *more],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return process


def acknowledged(output):
    """What the monitor says of an alarm, it says after the record is on disk."""
    return [line.split("ALARM ")[1].split(":")[0] for line in output.split("\n")[:-1]
            if "  ALARM " in line]


def seconds_to_first_alarm(bench):
    started = time.monotonic()
    process = bench.start(bench.clip, "--realtime")
    for line in process.stdout:
        if "  ALARM " in line:
            break
    seconds = time.monotonic() - started
    process.kill()
    output, _ = process.communicate()
    return seconds, acknowledged(line + output)


def kill_loop(bench, kills, chance, slack, smtp):
    """Half of the kills fall into the start, half into the work. How long a start takes is looked
    at again and again: others may work on this machine."""
    ids = []
    killed = 0
    while killed < kills:
        if killed % 20 == 0:
            start_s, seen = seconds_to_first_alarm(bench)
            ids += seen
        if killed % 10 == 0:  # the servers are not always well either
            slack.behave(*chance.choice(((), ("500",), ("429 1",), ("reset", "500"))))
            smtp.behave(*chance.choice(((), ("DATA 451 later",), ("drop",))))
        cooldown = chance.choice((0, 300))
        process = bench.start(bench.clip, "--realtime",
                              "--monitor.alert_cooldown_seconds=%d" % cooldown)
        time.sleep(chance.uniform(0.0, 2.0 * start_s))  # waits for nothing: the moment of the kill
        process.kill()
        output, errors = process.communicate()
        check(process.returncode == -9, "the monitor ended by itself with %d: %s"
              % (process.returncode, errors))
        ids += acknowledged(output)
        killed += 1
    return ids


def drain(bench):
    one = os.path.join(bench.folder, "one")
    os.makedirs(one)
    shutil.copy(os.path.join(bench.clip, "0000.jpg"), one)
    for _ in range(30):
        process = bench.start(one)
        _, errors = process.communicate(timeout=60)
        check(process.returncode == 0, errors)
        if "could not be delivered" not in errors:
            return
    raise Failure("the outbox did not become empty")


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(10 ** 6)
    print("%d kills, seed %d" % (kills, seed), flush=True)
    with MonitorBench(os.path.abspath(sys.argv[1])) as bench:
        slack, smtp = bench.slack(), bench.smtp()
        bench.configure(slack=slack, smtp=smtp, extra=SETTINGS)
        try:
            bench.prepare()
            ids = kill_loop(bench, kills, random.Random(seed), slack, smtp)
            slack.behave()
            smtp.behave()
            drain(bench)
            bench.check_no_secrets()
            check(len(ids) >= kills // 2, "only %d alarms in %d runs" % (len(ids), kills))
        except Failure as failure:
            print("FAIL: %s" % failure)
            sys.exit(1)
        report = check_delivery.check(bench.project, ids, slack.log_path, smtp.log_path)
        received = set(check_delivery.slack_ids(slack.log_path))
        report.problems += ["%s was never told" % lost for lost in ids if lost not in received]
        for problem in report.problems:
            print("FAIL: " + problem)
        print("%d alarms acknowledged; %s" % (len(ids), report))
        sys.exit(1 if report.problems else 0)


if __name__ == "__main__":
    main()
