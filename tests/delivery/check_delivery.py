#!/usr/bin/python3
"""Was every alarm recorded exactly once and delivered at least once?

    check_delivery.py PROJECT [--acknowledged FILE] [--slack-log FILE] [--smtp-log FILE]

Reads what a project and the test servers' logs say after everything has ended. `--acknowledged`
holds one event id a line: alarms whose flush was acknowledged. As a module: `check(...)` gives a
Report whose `problems` must be empty.
"""

import argparse
import collections
import glob
import json
import os
import re
import sqlite3
import sys

EVENT_ID = re.compile(r"\b\d{13}-\d+\b")


class Report:
    def __init__(self):
        self.problems = []
        self.records = self.alerts = 0
        self.deliveries = {}  # server → messages it received
        self.repaired = 0     # torn lines that were cut off

    def __str__(self):
        return "%d records, %d alerts, %s, %d torn lines cut off, %d problems" % (
            self.records, self.alerts,
            ", ".join("%d by %s" % (count, name) for name, count in self.deliveries.items()),
            self.repaired, len(self.problems))


def journal_files(project, name):
    logs = os.path.join(project, "logs")
    rotated = sorted(glob.glob(os.path.join(logs, name + "-" + "[0-9]" * 12 + ".jsonl")))
    return rotated + [os.path.join(logs, name + ".jsonl")]


def read_journal(project, name, report):
    """All records, in order; every line must be whole and the numbers without a gap."""
    records, expected = [], 1
    for path in journal_files(project, name):
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                place = "%s:%d" % (os.path.basename(path), number)
                try:
                    record = json.loads(line)
                except ValueError:
                    report.problems.append(place + ": not a record: " + line[:80])
                    continue
                if not line.endswith("\n"):
                    report.problems.append(place + ": torn")
                if record.get("seq") != expected:
                    report.problems.append("%s: seq %s where %d was due"
                                           % (place, record.get("seq"), expected))
                expected = record.get("seq", expected) + 1
                records.append(record)
    return records


def count_torn(project):
    path = os.path.join(project, "logs", "events.jsonl.torn")
    if not os.path.exists(path):
        return 0
    with open(path, "rb") as file:
        return sum(1 for line in file if line.strip())


def read_log(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def slack_ids(path):
    """Event ids of the messages that the webhook server took with 200."""
    ids = []
    for request in read_log(path):
        if request["accepted"]:
            ids += sorted(set(EVENT_ID.findall(request["body"])))
    return ids


def smtp_ids(path):
    ids = []
    for mail in read_log(path):
        ids += sorted(set(EVENT_ID.findall(mail["message_id"])))
    return ids


def check_server(name, received, alert_ids, report):
    report.deliveries[name] = len(received)
    known = set(alert_ids)
    for event_id in sorted(known - set(received)):
        report.problems.append("%s never received %s" % (name, event_id))
    for event_id in sorted(set(received) - known):
        report.problems.append("%s received %s, which is in no record" % (name, event_id))


def check_outbox(project, report):
    path = os.path.join(project, "outbox.db")
    if not os.path.exists(path):
        report.problems.append("there is no outbox.db")
        return
    database = sqlite3.connect(path)
    (waiting,) = database.execute(
        "SELECT count(*) FROM alert WHERE delivered_utc_ms IS NULL").fetchone()
    database.close()
    if waiting:
        report.problems.append("%d alerts still wait in the outbox" % waiting)


def check(project, acknowledged=(), slack_log=None, smtp_log=None):
    report = Report()
    records = read_journal(project, "events", report)
    alerts = [record for record in records if record.get("notify")]
    report.records, report.alerts, report.repaired = len(records), len(alerts), count_torn(project)
    openings = collections.Counter(record["event_id"] for record in records
                                   if record["type"] == "anomaly_detected")
    for event_id, count in openings.items():
        if count != 1:
            report.problems.append("%s is recorded %d times" % (event_id, count))
    for event_id in acknowledged:
        if event_id not in openings:
            report.problems.append("%s was acknowledged and is not recorded" % event_id)
    alert_ids = [record["event_id"] for record in alerts if "event_id" in record]
    if slack_log:
        check_server("slack", slack_ids(slack_log), alert_ids, report)
    if smtp_log:
        check_server("smtp", smtp_ids(smtp_log), alert_ids, report)
    check_outbox(project, report)
    return report


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project")
    parser.add_argument("--acknowledged")
    parser.add_argument("--slack-log")
    parser.add_argument("--smtp-log")
    options = parser.parse_args()
    acknowledged = []
    if options.acknowledged:
        with open(options.acknowledged) as file:
            acknowledged = file.read().split()
    report = check(options.project, acknowledged, options.slack_log, options.smtp_log)
    for problem in report.problems:
        print(problem)
    print(report)
    sys.exit(1 if report.problems else 0)


if __name__ == "__main__":
    main()
