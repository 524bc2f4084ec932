#!/usr/bin/python3
"""The real delivery modules against servers that behave well and badly.

    test_delivery.py PROBE [SCENARIO…]
"""

import json
import os
import sqlite3
import time

import check_delivery
from harness import PASSWORD, Bench, Failure, check, run, wait_for

SKIPPED = "SKIPPED: "


def everything_arrives(probe_program):
    with Bench(probe_program) as bench:
        slack, smtp = bench.slack(), bench.smtp()
        bench.configure(slack=slack, smtp=smtp)
        probe = bench.probe("alarms", 5, 1, 10000)
        check(probe.finish() == 0, "not all was delivered: %s" % probe.lines)
        report = check_delivery.check(bench.project, probe.recorded(), slack.log_path, smtp.log_path)
        check(not report.problems, "; ".join(report.problems))
        check(report.deliveries == {"slack": 5, "smtp": 5}, "twice delivered: %s" % report)
        for channel in ("slack", "email"):
            attempts = bench.attempts(channel)
            check([attempt["outcome"] for attempt in attempts] == ["delivered"] * 5, str(attempts))
            check([attempt["record_seq"] for attempt in attempts] == [1, 5, 9, 13, 17], str(attempts))
            check({"ts", "event_id", "attempt", "status", "reason", "duration_ms"}
                  <= set(attempts[0]), str(attempts[0]))
        payload = json.loads(slack.requests()[0]["body"])
        check(payload["text"].startswith("LEAK? rig-3: something new at 415,310"), payload["text"])
        check(not probe.said("failing"), "a false alarm: %s" % probe.lines)
        bench.check_no_secrets()


def a_mail_is_complete(probe_program):
    with Bench(probe_program) as bench:
        smtp = bench.smtp("good", "--user", "rig", "--password", PASSWORD)
        bench.configure(smtp=smtp, smtp_user="rig", from_addr='"Rig <rig@example.org>"')
        pictures = os.path.join(bench.project, "data", "anomalies")
        os.makedirs(pictures)
        for name, size in (("compare_a.jpg", 70000), ("anomaly_a.jpg", 30000), ("anomaly_b.jpg", 6 << 20)):
            with open(os.path.join(pictures, name), "wb") as file:
                file.write(b"\xff\xd8" + b"." * (size - 2))
        with open(os.path.join(bench.folder, "anomaly_outside.jpg"), "wb") as file:
            file.write(b"not for mails")
        os.symlink("../../../anomaly_outside.jpg", os.path.join(pictures, "anomaly_link.jpg"))
        names = ["anomaly_a.jpg", "anomaly_gone.jpg", "anomaly_b.jpg", "anomaly_link.jpg",
                 "reconstruction_a.jpg", "compare_a.jpg", "anomaly_.txt"]
        paths = ["data/anomalies/" + name for name in names] + ["../anomaly_outside.jpg", "/etc/anomaly_x.jpg"]
        probe = bench.probe("alarms", 1, 0, 10000, *paths)
        check(probe.finish() == 0, "not delivered: %s" % probe.lines)
        (mail,) = smtp.requests()
        event_id = probe.recorded()[0]
        check(mail["encrypted"] and mail["user"] == "rig", "encrypted %(encrypted)s, user %(user)s" % mail)
        check(mail["receivers"] == ["lab@example.org", "boss@example.org"], str(mail["receivers"]))
        check(mail["sender"] == "rig@example.org", mail["sender"])
        check(mail["subject"].startswith("LEAK? rig-3: something new"), mail["subject"])
        check(mail["message_id"] == "<leakwatch.%s.1@example.org>" % event_id, mail["message_id"])
        headers = dict(mail["headers"])
        check(headers["To"] == "lab@example.org, boss@example.org", headers["To"])
        check(headers["Date"].endswith("+0000"), headers["Date"])
        check(mail["longest_line"] <= 998, "a line of %(longest_line)d bytes" % mail)
        check([(part["name"], part["size"]) for part in mail["parts"]] ==
              [(None, mail["parts"][0]["size"]), ("compare_a.jpg", 70000), ("anomaly_a.jpg", 30000)],
              str(mail["parts"]))
        check(all(part["disposition"] == "inline" for part in mail["parts"][1:]), str(mail["parts"]))
        text = mail["parts"][0]["text"]
        for line in ("Not attached: anomaly_gone.jpg: it is missing",
                     "Not attached: anomaly_b.jpg: it is too large or cannot be read",
                     "Not attached: anomaly_link.jpg: it lies outside the project",
                     "Not attached: anomaly_outside.jpg: it lies outside the project",
                     "Event: " + event_id):
            check(line in text, "the mail does not say '%s': %s" % (line, text))
        bench.check_no_secrets()


def wrong_certificates_send_nothing(probe_program):
    for name in ("expired", "wrong-name", "self-signed"):
        with Bench(probe_program) as bench:
            slack, smtp = bench.slack(name), bench.smtp(name)
            bench.configure(slack=slack, smtp=smtp, smtp_user="rig")
            probe = bench.probe("alarms", 1, 0, 1500)
            check(probe.finish() == 75, "%s: it was delivered" % name)
            check(slack.requests() == [] and smtp.requests() == [], "%s: something was sent" % name)
            for channel in ("slack", "email"):
                attempts = bench.attempts(channel)
                check(attempts and all(attempt["outcome"] == "rejected" and
                                       "certificate" in attempt["reason"] for attempt in attempts),
                      "%s: %s" % (name, attempts))
            check(len(probe.said("failing slack")) == 1, "told not once: %s" % probe.lines)
            bench.check_no_secrets()


def the_trusted_certificates_are_needed(probe_program):
    with Bench(probe_program) as bench:
        slack, smtp = bench.slack(), bench.smtp()
        bench.configure(slack=slack, smtp=smtp)
        path = os.path.join(bench.project, "config", "config.yaml")
        with open(path) as file:
            text = file.read()
        for ca_file in ('""', "config/config.yaml"):  # the system's; and one that holds none
            with open(path, "w") as file:
                file.write(text.replace(bench.certificate("ca"), ca_file))
            probe = bench.probe("alarms", 1, 0, 700)
            check(probe.finish() == 75, "it was delivered")
        check(slack.requests() == [] and smtp.requests() == [], "something was sent")
        with open(path, "w") as file:
            file.write(text)
        check(bench.probe("drain", 10000).finish() == 0, "not delivered once it is trusted")


def slack_does_not_stop_mail_nor_mail_slack(probe_program):
    with Bench(probe_program) as bench:
        slack, smtp = bench.slack(), bench.smtp()
        bench.configure(slack=slack, smtp=smtp)
        slack.behave("always 500")
        probe = bench.probe("alarms", 3, 0, 1500)
        check(probe.finish() == 75, "Slack's alerts are gone")
        check(len(smtp.requests()) == 3, "%d mails" % len(smtp.requests()))
        slack.behave()
        smtp.behave("always MAIL 451 later")
        probe = bench.probe("alarms", 2, 0, 3000)
        check(probe.finish() == 75, "the mails are gone")
        accepted = [request for request in slack.requests() if request["accepted"]]
        check(len(accepted) == 5, "%d Slack messages" % len(accepted))
        smtp.behave()
        check(bench.probe("drain", 10000).finish() == 0, "mails left")
        check(len(smtp.requests()) == 5, "%d mails" % len(smtp.requests()))


def a_hanging_server_delays_no_other(probe_program):
    with Bench(probe_program) as bench:
        slack, smtp = bench.slack(), bench.smtp()
        bench.configure(slack=slack, smtp=smtp)
        slack.behave("hang")
        probe = bench.probe("alarms", 1, 0, 15000)
        check(probe.finish() == 0, "not delivered: %s" % probe.lines)
        first, second = slack.requests()
        (mail,) = smtp.requests()
        check(mail["time"] - first["time"] < 1.5, "the mail waited for Slack")
        check(1.5 < second["time"] - first["time"] < 5, "tried again after %g s"
              % (second["time"] - first["time"]))
        attempts = bench.attempts("slack")
        check([attempt["outcome"] for attempt in attempts] == ["retry", "delivered"], str(attempts))
        check("did not answer within 2 s" in attempts[0]["reason"], attempts[0]["reason"])
        check(attempts[0]["duration_ms"] >= 1900, str(attempts[0]))
        check(probe.said("failing slack") and probe.said("working slack"), str(probe.lines))


def a_hanging_mail_server_too(probe_program):
    with Bench(probe_program) as bench:
        smtp = bench.smtp()
        bench.configure(smtp=smtp)
        smtp.behave("hang", "drop")
        probe = bench.probe("alarms", 1, 0, 15000)
        check(probe.finish() == 0, "not delivered: %s" % probe.lines)
        outcomes = [attempt["outcome"] for attempt in bench.attempts("email")]
        check(outcomes == ["retry", "retry", "delivered"], str(outcomes))


def retry_after(behaviour, seconds):
    def scenario(probe_program):
        with Bench(probe_program) as bench:
            slack = bench.slack()
            bench.configure(slack=slack)
            slack.behave(behaviour)
            probe = bench.probe("alarms", 2, 0, 15000)
            check(probe.finish() == 0, "not delivered: %s" % probe.lines)
            first, second, _ = slack.requests()
            waited = second["time"] - first["time"]
            check(seconds <= waited < seconds + 2.5, "waited %.2f s" % waited)
            attempts = bench.attempts("slack")
            check(attempts[0]["status"] == 429 and attempts[0]["outcome"] == "retry", str(attempts))
    return scenario


retry_after_in_seconds = retry_after("429 2", 1.95)
retry_after_in_seconds.__name__ = "retry_after_in_seconds"
retry_after_as_a_date = retry_after("429-date 3", 1.8)  # dates have whole seconds
retry_after_as_a_date.__name__ = "retry_after_as_a_date"


def what_passes_is_tried_again(probe_program):
    with Bench(probe_program) as bench:
        slack = bench.slack()
        bench.configure(slack=slack)
        slack.behave("500", "reset", "big", "503", "408")
        probe = bench.probe("alarms", 1, 0, 20000)
        check(probe.finish() == 0, "not delivered: %s" % probe.lines)
        attempts = bench.attempts("slack")
        check([attempt["outcome"] for attempt in attempts] == ["retry"] * 5 + ["delivered"], str(attempts))
        check([attempt["attempt"] for attempt in attempts] == [1, 2, 3, 4, 5, 6], str(attempts))
        check(attempts[0]["status"] == 500, str(attempts[0]))
        times = [request["time"] for request in slack.requests()]
        check(times[1] - times[0] >= 0.17 and times[2] - times[1] >= 0.35 and
              times[3] - times[2] >= 0.7, "no back-off: %s" % times)
        check(times[5] - times[4] < 1.6, "the longest wait is not kept: %s" % times)


def what_is_rejected_is_kept(probe_program):
    with Bench(probe_program) as bench:
        slack = bench.slack()
        bench.configure(slack=slack)
        slack.behave("400 invalid_payload", "404 no_service", "410 The address is /SECRET/", "301",
                     "redirect https://localhost:%d/elsewhere" % slack.port)
        probe = bench.probe("alarms", 1, 0, 20000)
        check(probe.finish() == 0, "not delivered in the end: %s" % probe.lines)
        attempts = bench.attempts("slack")
        check([attempt["outcome"] for attempt in attempts] == ["rejected"] * 5 + ["delivered"],
              str(attempts))
        reasons = [attempt["reason"] for attempt in attempts]
        check(reasons[0] == "Slack answered 400 invalid_payload", reasons[0])
        check(reasons[2] == "Slack answered 410", reasons[2])
        check("not followed" in reasons[4], reasons[4])
        check(not [1 for request in slack.requests() if request["path"] == "/elsewhere"],
              "a redirect was followed")
        times = [request["time"] for request in slack.requests()]
        check(all(later - earlier >= 0.85 for earlier, later in zip(times, times[1:])),
              "not at the longest interval: %s" % times)
        bench.check_no_secrets()


def one_bad_alert_holds_up_no_other(probe_program):
    with Bench(probe_program) as bench:
        slack = bench.slack()
        bench.configure(slack=slack)
        slack.behave("400 invalid_payload", "ok", "ok")
        probe = bench.probe("alarms", 3, 0, 700)
        probe.finish()
        accepted = [request for request in slack.requests() if request["accepted"]]
        check(len(accepted) >= 2, "%d accepted" % len(accepted))


def smtp_answers(probe_program):
    with Bench(probe_program) as bench:
        smtp = bench.smtp()
        bench.configure(smtp=smtp)
        smtp.behave("DATA 451 try later", "DATA 554 looks like spam", "MAIL 451 busy",
                    "RCPT 450 greylisted", "RCPT 550 unknown")
        probe = bench.probe("alarms", 1, 0, 20000)
        check(probe.finish() == 0, "not delivered: %s" % probe.lines)
        attempts = bench.attempts("email")
        seen = [(attempt["outcome"], attempt["status"]) for attempt in attempts]
        check(seen == [("retry", 451), ("rejected", 554), ("retry", 451), ("retry", 450),
                       ("rejected", 550), ("delivered", 250)], str(attempts))
        check("looks like spam" in attempts[1]["reason"], attempts[1]["reason"])


def one_refused_receiver_stops_no_other(probe_program):
    with Bench(probe_program) as bench:
        smtp = bench.smtp("good", "--refuse", "boss@example.org=550 no such boss")
        bench.configure(smtp=smtp)
        probe = bench.probe("alarms", 1, 0, 10000)
        check(probe.finish() == 0, "not delivered: %s" % probe.lines)
        (mail,) = smtp.requests()
        check(mail["receivers"] == ["lab@example.org"], str(mail["receivers"]))
        (attempt,) = bench.attempts("email")
        check("1 receiver was refused" in attempt["reason"] and "no such boss" in attempt["reason"],
              attempt["reason"])


def a_wrong_password_is_rejected(probe_program):
    with Bench(probe_program) as bench:
        smtp = bench.smtp("good", "--user", "rig", "--password", "another")
        bench.configure(smtp=smtp, smtp_user="rig")
        probe = bench.probe("alarms", 1, 0, 1500)
        check(probe.finish() == 75, "delivered with a wrong password")
        attempts = bench.attempts("email")
        check(attempts and all(attempt["outcome"] == "rejected" for attempt in attempts), str(attempts))
        check("user name or password" in attempts[0]["reason"], attempts[0]["reason"])
        bench.check_no_secrets()


def without_encryption_nothing_is_sent(probe_program):
    with Bench(probe_program) as bench:
        smtp = bench.smtp("good", "--tls", "none")
        bench.configure(smtp=smtp)
        probe = bench.probe("alarms", 1, 0, 1500)
        check(probe.finish() == 75, "sent without encryption")
        attempts = bench.attempts("email")
        check(attempts and attempts[0]["outcome"] == "rejected" and
              "no encryption" in attempts[0]["reason"], str(attempts))
        bench.configure(smtp=smtp, use_tls="false")
        check(bench.probe("drain", 10000).finish() == 0, "use_tls: false to loopback does not work")
        check(smtp.requests()[0]["encrypted"] is False, "encrypted?")
        bench.configure(smtp=smtp, use_tls="false", host="mail.example.org")
        probe = bench.probe("drain", 1000)
        check(probe.finish() == 1 and b"use_tls" in probe.errors, str(probe.errors))


def implicit_tls_on_port_465(probe_program):
    with Bench(probe_program) as bench:
        try:
            smtp = bench.smtp("good", "--tls", "implicit", "--port", "465",
                              "--user", "rig", "--password", PASSWORD)
        except Failure:
            return SKIPPED + "port 465 is taken, or not for this user"
        bench.configure(smtp=smtp, smtp_user="rig")
        probe = bench.probe("alarms", 1, 0, 10000)
        check(probe.finish() == 0, "not delivered: %s" % probe.lines)
        check(smtp.requests()[0]["encrypted"], "not encrypted")


def plain_http_only_to_loopback(probe_program):
    with Bench(probe_program) as bench:
        bench.configure(slack=bench.slack())
        for url in ("http://hooks.example.org/SECRET", "http://127.0.0.1.example.org/SECRET",
                    "ftp://localhost/SECRET", "file:///etc/passwd", "nonsense SECRET"):
            bench.environment["SLACK_WEBHOOK_URL"] = url
            probe = bench.probe("drain", 500)
            check(probe.finish() == 1 and b"SLACK_WEBHOOK_URL" in probe.errors,
                  "%s: %s %s" % (url, probe.lines, probe.errors))
        bench.check_no_secrets()


def no_network_at_all(probe_program):
    with Bench(probe_program) as bench:
        slack, smtp = bench.slack(), bench.smtp()
        bench.configure(slack=slack, smtp=smtp)
        slack.stop()
        smtp.stop()
        probe = bench.probe("alarms", 2, 0, 1000)
        check(probe.finish() == 75, "delivered to nobody")
        check(len(probe.said("failing")) == 2, "told not once per channel: %s" % probe.lines)
        reasons = {attempt["reason"] for attempt in bench.attempts()}
        check(all("cannot be reached" in reason for reason in reasons), str(reasons))
        again, mails = bench.slack("good", "--port", str(slack.port)), bench.smtp("good", "--port", str(smtp.port))
        check(bench.probe("drain", 10000).finish() == 0, "not delivered when the network is back")
        report = check_delivery.check(bench.project, probe.recorded(), again.log_path, mails.log_path)
        check(not report.problems, "; ".join(report.problems))


def a_stop_ends_a_transfer_within_a_second(probe_program):
    with Bench(probe_program) as bench:
        slack, smtp = bench.slack(), bench.smtp()
        bench.configure(slack=slack, smtp=smtp)
        path = os.path.join(bench.project, "config", "config.yaml")
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace("timeout_seconds: 2", "timeout_seconds: 60"))
        slack.behave("hang")
        smtp.behave("hang")
        probe = bench.probe("alarms", 1, 0, 60000)
        wait_for("the request", lambda: slack.requests())
        time.sleep(0.3)  # let the mail reach its server too; nothing depends on it
        took = probe.stop()
        check(took < 2.0, "stopping took %.1f s" % took)
        check(int(probe.said("stopped ")[0].split()[1]) < 1500, str(probe.lines))
        outcomes = {attempt["outcome"] for attempt in bench.attempts()}
        check(outcomes == {"interrupted"}, str(outcomes))
        check(bench.probe("drain", 10000).finish() == 0, "not delivered after the restart")


def one_process_delivers_at_a_time(probe_program):
    with Bench(probe_program) as bench:
        slack = bench.slack()
        bench.configure(slack=slack)
        holder = bench.probe("hold", 60000)
        wait_for("the lock", lambda: holder.said("holding"))
        probe = bench.probe("alarms", 1, 0, 30000)
        wait_for("the record", probe.recorded)
        once = bench.probe("once", 5000)
        check(once.finish() == 75 and once.said("not empty"), "drained in spite of the lock")
        check(slack.requests() == [], "delivered in spite of the lock")
        holder.process.kill()  # however it ends, the lock is free then
        check(probe.finish() == 0, "not delivered when the lock was free")
        check(len(slack.requests()) == 1, str(slack.requests()))


def a_drain_for_short_lived_commands(probe_program):
    with Bench(probe_program) as bench:
        slack = bench.slack()
        bench.configure(slack=slack)
        slack.behave("500", "500")
        check(bench.probe("alarms", 2, 0, 0).finish() == 75, "no time, and yet delivered")
        start = time.monotonic()
        while bench.probe("once", 5000).finish() != 0:
            check(time.monotonic() - start < 20, "the drain never ended")
        check(len([1 for request in slack.requests() if request["accepted"]]) == 2, "not two")


def alerts_of_others_are_found(probe_program):
    with Bench(probe_program) as bench:
        slack = bench.slack()
        bench.configure(slack=slack)
        watcher = bench.probe("frames", 60000)  # delivers, and is told of nothing
        wait_for("the delivery lock", lambda: os.path.exists(
            os.path.join(bench.project, "state", "delivery.lock")))
        check(bench.probe("alarms", 1, 0, 10000).finish() == 0, "nobody delivered")
        check(len(slack.requests()) == 1, str(slack.requests()))
        watcher.stop()


def urgent_alerts_need_no_disk(probe_program):
    with Bench(probe_program) as bench:
        slack, smtp = bench.slack(), bench.smtp()
        bench.configure(slack=slack, smtp=smtp)
        slack.behave("500")
        probe = bench.probe("urgent", 60000)
        wait_for("Slack", lambda: [1 for request in slack.requests() if request["accepted"]])
        wait_for("the mail", smtp.requests)
        wait_for("the log", lambda: len(bench.attempts()) == 3)
        probe.stop()
        check(len(slack.requests()) == 2 and len(smtp.requests()) == 1, "sent too often")
        check([attempt["outcome"] for attempt in bench.attempts("slack")] == ["retry", "delivered"],
              str(bench.attempts()))


def a_damaged_outbox_is_filled_again(probe_program):
    with Bench(probe_program) as bench:
        slack = bench.slack()
        bench.configure(slack=slack)
        slack.behave("always 500")
        probe = bench.probe("alarms", 3, 0, 300)
        check(probe.finish() == 75, "delivered")
        with open(os.path.join(bench.project, "outbox.db"), "r+b") as file:
            file.write(b"garbage garbage garbage")
        slack.behave()
        again = bench.probe("drain", 10000)
        check(again.finish() == 0 and again.said("rebuilt"), str(again.lines))
        report = check_delivery.check(bench.project, probe.recorded(), slack.log_path)
        check(not report.problems, "; ".join(report.problems))


def an_outbox_that_cannot_be_written_does_not_send_twice(probe_program):
    with Bench(probe_program) as bench:
        slack = bench.slack()
        bench.configure(slack=slack)
        check(bench.probe("alarms", 1, 0, 0).finish() == 75, "no time, and yet delivered")
        database = sqlite3.connect(os.path.join(bench.project, "outbox.db"))
        database.execute("CREATE TRIGGER full BEFORE UPDATE OF delivered_utc_ms ON alert"
                         " BEGIN SELECT RAISE(ABORT, 'made to fail'); END")
        database.commit()
        probe = bench.probe("drain", 30000)
        wait_for("the outbox's failure", lambda: probe.said("failing slack"))
        wait_for("some more looks", lambda: len(bench.attempts("slack")) >= 1)
        time.sleep(1.0)  # room for the second copy that must not come
        check(len(slack.requests()) == 1, "sent %d times" % len(slack.requests()))
        database.execute("DROP TRIGGER full")
        database.commit()
        database.close()
        check(probe.finish() == 0, "not marked when that was possible again")
        check(len(slack.requests()) == 1, "sent %d times" % len(slack.requests()))
        check(probe.said("working slack"), str(probe.lines))


def the_heartbeat_needs_frames(probe_program):
    with Bench(probe_program) as bench:
        server = bench.heartbeat_server()
        bench.configure(extra="  heartbeat_minutes: 0.01\n")
        bench.environment["LEAKWATCH_HEARTBEAT_URL"] = "http://127.0.0.1:%d/ping/SECRET" % server.port
        server.behave("ok", "500", "ok", "ok")
        probe = bench.probe("frames", 60000)
        wait_for("pings", lambda: len(server.requests()) >= 4)
        wait_for("both news", lambda: probe.said("failing heartbeat") and probe.said("working heartbeat"))
        probe.stop()
        check(all(request["method"] == "GET" for request in server.requests()), "not a GET")
        count = len(server.requests())
        # The same, but the number of frames stands still after the first ping.
        still = bench.probe("drain", 4000)
        still.finish()
        idle = bench.probe("urgent", 4000)
        idle.finish()
        check(len(server.requests()) <= count + 2, "pings without frames")
        bench.check_no_secrets()


def a_name_with_umlauts_reaches_the_subject(probe_program):
    with Bench(probe_program) as bench:
        smtp = bench.smtp()
        renamed = os.path.join(bench.folder, "Zelle Süd\r\nBcc: all@example.org")
        os.rename(bench.project, renamed)
        bench.project = renamed
        bench.configure(smtp=smtp)
        check(bench.probe("alarms", 1, 0, 10000).finish() == 0, "not delivered")
        (mail,) = smtp.requests()
        check(mail["subject"].startswith("LEAK? Zelle Süd  Bcc: all@example.org: something new"),
              mail["subject"])
        check("Bcc" not in dict(mail["headers"]), "a header was smuggled in")


if __name__ == "__main__":
    run([everything_arrives, a_mail_is_complete, wrong_certificates_send_nothing,
         the_trusted_certificates_are_needed, slack_does_not_stop_mail_nor_mail_slack,
         a_hanging_server_delays_no_other, a_hanging_mail_server_too, retry_after_in_seconds,
         retry_after_as_a_date, what_passes_is_tried_again, what_is_rejected_is_kept,
         one_bad_alert_holds_up_no_other, smtp_answers, one_refused_receiver_stops_no_other,
         a_wrong_password_is_rejected, without_encryption_nothing_is_sent, implicit_tls_on_port_465,
         plain_http_only_to_loopback, no_network_at_all, a_stop_ends_a_transfer_within_a_second,
         one_process_delivers_at_a_time, a_drain_for_short_lived_commands,
         alerts_of_others_are_found, urgent_alerts_need_no_disk, a_damaged_outbox_is_filled_again,
         an_outbox_that_cannot_be_written_does_not_send_twice, the_heartbeat_needs_frames,
         a_name_with_umlauts_reaches_the_subject])
