#!/usr/bin/python3
"""USER_GUIDE.md, followed by someone who does what it says: every line of its ```sh blocks is typed, in order,
in one project, with a simulated rig for the camera.

What the guide asks of hands and editors is done in `HANDS`: plug in the camera, lay a cloth into the
tray, paste the webhook. A monitor keeps running, as in the guide's first terminal, until it says
Ctrl+C.
"""

import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys

import rig
import harness

REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
GUIDE = os.path.join(REPOSITORY, "USER_GUIDE.md")

# A short day in which all is well; long enough for 60 pictures at 1.5 s, made as fast as it goes.
DAY = "sim:normal?seed=3&fps=2&duration=90&" + rig.SIZE
# Alive: what a camera would show now.
LIVE = "sim:normal?seed=3&fps=10&" + rig.SIZE
CLOTH = "sim:covered?seed=3&fps=4&onset=3&" + rig.SIZE

SETTINGS = """\
camera: {source: "%s"}
image: {width: 64, height: 64}
training: {batch_size: 8, epochs: 4, threads: 2, augment: {enabled: false}}
monitor: {frame_interval_seconds: 0.5}
notify: {slack: {enabled: false}}
"""

# The first command of a block: these are not run, and why.
NOT_RUN = {
    "script/build": "it made the program under test",
}


def blocks():
    """[(heading, [line, …])…] of the guide's commands."""
    with open(GUIDE, encoding="utf-8") as file:
        text = file.read()
    found, heading, commands = [], "", None
    for line in text.splitlines():
        if commands is not None:
            if line.startswith("```"):
                found.append((heading, commands))
                commands = None
            elif line.strip():
                commands.append(line)
        elif line.startswith("#"):
            heading = line.lstrip("# ")
        elif line == "```sh":
            commands = []
    return found


class Guide(rig.RigTest):
    def setUp(self):
        super().setUp()
        self.place = self.path("leakwatch")  # the folder that somebody gave
        os.makedirs(self.path("leakwatch/build"))
        os.makedirs(self.path("home"))
        os.symlink(rig.program.LEAKWATCH, self.path("leakwatch/build/leakwatch"))
        self.monitor_process = None
        self.monitor_output = None
        self.addCleanup(self.end_monitor)
        self.ran = []
        self.environment = {"PATH": self.path("home/.local/bin") + ":" + os.environ["PATH"],
                            "HOME": self.path("home"), "LC_ALL": "C"}

    # ---- what is typed

    def type(self, line):
        """One line; `cd` is remembered, the monitor goes on."""
        command = re.sub(r"\s+#.*$", "", line)
        self.ran.append(command)
        if command.startswith("cd "):
            self.place = os.path.join(self.place, command[3:])
            self.assertTrue(os.path.isdir(self.place), command)
        elif command == "leakwatch monitor":
            self.start_monitor()
        else:
            result = subprocess.run(["bash", "-c", command], cwd=self.place, env=self.environment,
                                    stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                    timeout=600, check=False)
            self.assertEqual(result.returncode, 0, "%s\n%s\n%s" % (command, result.stdout,
                                                                  result.stderr))
            return result
        return None

    def start_monitor(self):
        if self.monitor_process:
            return  # "if it is not running already"
        self.monitor_output = open(self.path("monitor.txt"), "w+", encoding="utf-8")
        self.monitor_process = subprocess.Popen(["leakwatch", "monitor"], cwd=self.place,
                                                env=self.environment, stdin=subprocess.DEVNULL,
                                                stdout=self.monitor_output,
                                                stderr=subprocess.STDOUT, text=True)
        self.wait_for_monitor("watching")

    def wait_for_monitor(self, words):
        def look():
            with open(self.path("monitor.txt"), encoding="utf-8") as file:
                return words in file.read()
        harness.wait_for("the monitor to say " + words, look, timeout=120)

    def end_monitor(self):
        if not self.monitor_process:
            return
        self.monitor_process.send_signal(signal.SIGINT)
        self.monitor_process.wait(timeout=60)
        self.monitor_output.close()
        self.monitor_process = None

    # ---- what hands do

    def point_camera_at(self, source):
        self.write("leakwatch/my-rig/config/config.yaml", SETTINGS % source)

    def restart_monitor_with(self, source):
        """Something else is in front of the camera: a simulated one is another source."""
        self.end_monitor()
        self.point_camera_at(source)
        self.start_monitor()

    def set_up_messages(self):
        certificates = harness.make_certificates()
        self.slack = harness.Server("slack_server.py", self.folder, "slack", "--certificate",
                                    os.path.join(certificates, "good.pem"))
        self.addCleanup(self.slack.stop)
        with open(os.path.join(self.place, "config/slack-webhook.txt"), "w",
                  encoding="utf-8") as file:
            file.write("https://localhost:%d/%s\n" % (self.slack.port, harness.SECRET_PATH))
        messages = ("notify: {slack: {enabled: true, webhook_url_file: "
                    "config/slack-webhook.txt}}\ndelivery: {ca_file: %s}\n"
                    % os.path.join(certificates, "ca.pem"))
        self.write("leakwatch/my-rig/config/config.yaml",
                   SETTINGS.replace("notify: {slack: {enabled: false}}\n", messages) % LIVE)

    # Before the block that stands below this heading: (number of the block there, what is done).
    HANDS = {
        ("1. Make a project", 1): lambda self: self.point_camera_at(LIVE),
        ("3. Take normal pictures", 0): lambda self: self.point_camera_at(DAY),
        ("5. Look at what it has learned", 1): lambda self: self.point_camera_at(LIVE),
        ("7. A test alarm", 0): lambda self: (self.restart_monitor_with(CLOTH),
                                              self.wait_for_monitor("ALARM")),
        ("Who is told", 0): lambda self: self.end_monitor(),
        ("Who is told", 1): lambda self: self.set_up_messages(),
        ("After the rig was changed", 0): lambda self: (self.end_monitor(),
                                                        self.point_camera_at(DAY)),
        ("After the rig was changed", 1): lambda self: self.end_monitor(),
    }

    def test_every_command_in_its_order(self):
        places = {}
        for heading, lines in blocks():
            number = places.get(heading, 0)
            places[heading] = number + 1
            hands = self.HANDS.get((heading, number))
            if hands:
                hands(self)
            for line in lines:
                if line in NOT_RUN:
                    self.assertTrue(os.access(os.path.join(REPOSITORY, line), os.X_OK))
                    continue
                result = self.type(line)
                self.look(line, result)
        for key in self.HANDS:
            self.assertGreater(places.get(key[0], 0), key[1], key)
        self.assertGreaterEqual(len([line for line in self.ran if line.startswith("leakwatch")]),
                                25)
        self.check_outcome()

    def look(self, line, result):
        """Is there what the guide says of it?"""
        if line == "leakwatch alarms":
            self.assertRegex(result.stdout, r"(?m)^\d+-\d+: |no open alarm")
        elif line.startswith("leakwatch mode ") and self.monitor_process:
            # Nobody types as fast as this test: the monitor is to see each of two modes.
            self.wait_for_monitor("  mode " + line.split()[2])
        elif line.startswith("leakwatch health"):
            self.assertNotIn("FAIL", result.stdout)
        elif line.startswith("leakwatch capture --count"):
            self.assertGreaterEqual(len(glob.glob(self.place + "/data/normal/*.jpg")), 40)
        elif line.startswith("leakwatch visualize"):
            self.assertTrue(glob.glob(self.place + "/reports/reconstruction_viz/**/*.*",
                                      recursive=True))
        elif line.startswith("leakwatch calibrate"):
            self.assertTrue(glob.glob(self.place + "/reports/threshold_calibration/**/*.png",
                                      recursive=True))
        elif line == "leakwatch summary":
            self.assertTrue(glob.glob(self.place + "/reports/daily_summary/**/*.html",
                                      recursive=True))

    def check_outcome(self):
        self.end_monitor()
        project = "leakwatch/my-rig"
        kinds = {record["type"] for record in self.records(project)}
        for kind in ("captured_frame", "training_complete", "startup", "anomaly_detected",
                     "alarm_acknowledged", "snapshot_saved", "mode_change", "shutdown",
                     "health_check_complete", "reconstruction_viz_complete",
                     "threshold_calibration_complete", "daily_summary_complete"):
            self.assertIn(kind, kinds)
        self.check_gapless(project)
        self.assertIn("leakwatch completion bash", self.read("home/.bashrc").decode())
        texts = [json.loads(request["body"])["text"] for request in self.slack.requests()]
        self.assertTrue(any(text.startswith("TEST") for text in texts), texts)
        self.assertGreaterEqual(len(glob.glob(self.path(project + "/data/normal-until-*/*.jpg"))), 40)


if __name__ == "__main__":
    if not shutil.which("bash"):
        print("SKIPPED: no bash to type in")
        sys.exit(77)
    rig.main()
