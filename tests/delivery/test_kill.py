#!/usr/bin/python3
"""kill -9 at random moments, again and again: every alarm whose flush was acknowledged is recorded
exactly once and delivered at least once, by each channel, and the numbers have no gap.

    test_kill.py PROBE [KILLS [SEED]]
"""

import random
import sys

import check_delivery
from harness import Bench, Failure, check


def kill_loop(bench, kills, chance, slack, smtp):
    """Gives the ids that were acknowledged."""
    acknowledged = []
    for number in range(kills):
        if number % 10 == 0:  # the servers are not always well either
            slack.behave(*chance.choice(((), ("500",), ("429 1",), ("reset", "500"))))
            smtp.behave(*chance.choice(((), ("DATA 451 later",), ("drop",))))
        probe = bench.probe("alarms", 0, chance.choice((0, 1, 5)), 1000)
        try:
            probe.process.wait(chance.uniform(0.0, 0.15))
        except Exception:  # TimeoutExpired: it is alive, as it should be
            probe.process.kill()
        status = probe.finish()
        check(status == -9, "the probe ended by itself with %d: %s" % (status, probe.errors))
        acknowledged += probe.recorded()
        bench.running.remove(probe)
    return acknowledged


def drain(bench):
    for _ in range(40):
        probe = bench.probe("drain", 10000)
        if probe.finish(30) == 0:
            return
    raise Failure("the outbox did not become empty")


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(10 ** 6)
    print("%d kills, seed %d" % (kills, seed), flush=True)
    with Bench(sys.argv[1]) as bench:
        slack, smtp = bench.slack(), bench.smtp()
        bench.configure(slack=slack, smtp=smtp, extra="records:\n  rotate_mb: 0.02\n")
        try:
            acknowledged = kill_loop(bench, kills, random.Random(seed), slack, smtp)
            slack.behave()
            smtp.behave()
            drain(bench)
            bench.check_no_secrets()
            check(len(acknowledged) > kills // 4, "only %d alarms were recorded" % len(acknowledged))
        except Failure as failure:
            print("FAIL: %s" % failure)
            sys.exit(1)
        report = check_delivery.check(bench.project, acknowledged, slack.log_path, smtp.log_path)
        for problem in report.problems:
            print("FAIL: " + problem)
        print("%d alarms acknowledged; %s" % (len(acknowledged), report))
        rotated = len(check_delivery.journal_files(bench.project, "events")) - 1
        print("%d rotated files" % rotated)
        sys.exit(1 if report.problems else 0)


if __name__ == "__main__":
    main()
