"""A project, the test servers and the probe, for the tests of delivery.

Nothing here sleeps to wait for another process: servers say on a file when they listen, the probe
says on stdout what it did, and logs are read until what is looked for stands there or the time is
over.
"""

import atexit
import concurrent.futures
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SERVERS = os.path.join(HERE, "..", "servers")
sys.path.insert(0, SERVERS)

import certificates  # noqa: E402

PYTHON = "/usr/bin/python3"
SECRET_PATH = "services/T0SECRET/B0SECRET/tokenSECRETtoken"
PASSWORD = "pass-SECRET-word"


class Failure(Exception):
    """A check that did not hold."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def wait_for(what, look, timeout=20.0):
    """Calls `look` until it gives something true; returns that."""
    deadline = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        check(time.monotonic() < deadline, "waited %g s in vain for %s" % (timeout, what))
        time.sleep(0.01)


def read_lines(path):
    """The whole JSON lines of a file; a last line without its end is being written."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


class Server:
    """One of the programs in tests/servers."""

    def __init__(self, program, folder, name, *arguments):
        self.log_path = os.path.join(folder, name + ".log")
        self.script_path = os.path.join(folder, name + ".script")
        port_file = os.path.join(folder, name + ".port")
        if os.path.exists(port_file):
            os.remove(port_file)
        self.process = subprocess.Popen(
            [PYTHON, os.path.join(SERVERS, program), "--port-file", port_file,
             "--log", self.log_path, "--script", self.script_path, *arguments])
        wait_for(program, lambda: os.path.exists(port_file) or self.process.poll() is not None)
        check(self.process.poll() is None, program + " did not start")
        with open(port_file) as file:
            self.port = int(file.read())

    def behave(self, *lines):
        with open(self.script_path + ".new", "w") as file:
            file.write("\n".join(lines))
        os.replace(self.script_path + ".new", self.script_path)

    def requests(self):
        return read_lines(self.log_path)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Probe:
    """The probe at work; its lines are collected as they come."""

    def __init__(self, program, project, environment, *arguments):
        self.lines = []
        self.process = subprocess.Popen([program, project, *map(str, arguments)], env=environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.errors = b""
        self.readers = [threading.Thread(target=self.read_output),
                        threading.Thread(target=self.read_errors)]
        for reader in self.readers:
            reader.start()

    def read_output(self):
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))

    def read_errors(self):
        self.errors = self.process.stderr.read()

    def said(self, beginning):
        return [line for line in list(self.lines) if line.startswith(beginning)]

    def recorded(self):
        return [line.split()[1] for line in self.said("recorded ")]

    def finish(self, timeout=60):
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure("the probe did not end within %g s" % timeout)
        for reader in self.readers:
            reader.join()
        return status

    def stop(self):
        """Asks it to stop; gives the seconds it took."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.finish()
        return time.monotonic() - start


@functools.lru_cache(maxsize=None)
def make_certificates():
    """Once for all; gives the folder."""
    folder = tempfile.mkdtemp(prefix="leakwatch-certificates-")
    atexit.register(shutil.rmtree, folder)
    certificates.make(folder)
    return folder


class Bench:
    """A temporary folder with a project in it, and everything that runs on it."""

    def __init__(self, probe_program):
        self.probe_program = probe_program
        self.holder = tempfile.TemporaryDirectory(prefix="leakwatch-delivery-")
        self.folder = self.holder.name
        self.project = os.path.join(self.folder, "rig-3")
        os.makedirs(os.path.join(self.project, "config"))
        self.running = []
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.lower().endswith("_proxy")}
        make_certificates()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for thing in self.running:
            thing.process.kill()
            thing.process.wait()
        self.holder.cleanup()

    def certificate(self, name):
        return os.path.join(make_certificates(), name + ".pem")

    def slack(self, certificate="good", *arguments):
        server = Server("slack_server.py", self.folder, "slack",
                        "--certificate", self.certificate(certificate), *arguments)
        self.running.append(server)
        return server

    def heartbeat_server(self):
        server = Server("slack_server.py", self.folder, "heartbeat")
        self.running.append(server)
        return server

    def smtp(self, certificate="good", *arguments):
        server = Server("smtp_server.py", self.folder, "smtp",
                        "--certificate", self.certificate(certificate), *arguments)
        self.running.append(server)
        return server

    def configure(self, slack=None, smtp=None, path=None, host="localhost", extra="", **email):
        """Writes config.yaml; secrets go into the environment."""
        lines = ["notify:", "  slack:", "    enabled: " + ("true" if slack else "false")]
        if smtp:
            settings = {"smtp_host": host, "smtp_port": smtp.port, "from_addr": "rig@example.org",
                        "to_addrs": '["lab@example.org", "boss@example.org"]'}
            settings.update(email)
            lines += ["  email:", "    enabled: true"]
            lines += ["    %s: %s" % item for item in settings.items()]
        lines += ["delivery:", "  ca_file: " + self.certificate("ca"), "  timeout_seconds: 2",
                  "  retry_first_seconds: 0.2", "  retry_most_seconds: 1.0"]
        with open(os.path.join(self.project, "config", "config.yaml"), "w") as file:
            file.write("\n".join(lines) + "\n" + extra)
        if slack:
            self.environment["SLACK_WEBHOOK_URL"] = "https://%s:%d/%s" % (
                host, slack.port, path or SECRET_PATH)
        self.environment["SMTP_PASSWORD"] = PASSWORD

    def probe(self, *arguments):
        probe = Probe(self.probe_program, self.project, self.environment, *arguments)
        self.running.append(probe)
        return probe

    def attempts(self, channel=None):
        lines = read_lines(os.path.join(self.project, "logs", "delivery.jsonl"))
        return [line for line in lines if channel in (None, line["channel"])]

    def check_no_secrets(self):
        """In no file of the project but config.yaml, and in nothing that a probe said."""
        for folder, _, names in os.walk(self.project):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    contents = file.read()
                for secret in ("SECRET", PASSWORD):
                    check(name == "config.yaml" or secret.encode() not in contents,
                          "a secret stands in " + name)
        for thing in self.running:
            if isinstance(thing, Probe):
                said = "\n".join(thing.lines) + thing.errors.decode("utf-8", "replace")
                check("SECRET" not in said, "the probe told a secret: " + said)


AT_ONCE = 3  # scenarios mostly wait


def run_one(scenario, probe_program):
    start = time.monotonic()
    try:
        result = scenario(probe_program) or "ok"
    except Exception as exception:  # whatever it is, the others are run all the same
        result = "FAIL: %s: %s" % (type(exception).__name__, exception)
    print("%s: %s (%.1f s)" % (scenario.__name__, result, time.monotonic() - start), flush=True)
    return result.startswith("FAIL")


def run(scenarios):
    """Runs functions that take the probe's path; the status says whether one failed."""
    probe_program, wanted = sys.argv[1], sys.argv[2:]
    chosen = [scenario for scenario in scenarios if not wanted or scenario.__name__ in wanted]
    make_certificates()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        failed = sum(pool.map(lambda scenario: run_one(scenario, probe_program), chosen))
    print("%d of %d failed" % (failed, len(chosen)))
    sys.exit(1 if failed or not chosen else 0)
