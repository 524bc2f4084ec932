#!/usr/bin/python3
"""The sets of bench/spills, made by the real program: killed and taken up again they are the same bytes as
made at one go, whatever the number of threads; each case is whole; wrong uses and missing clips are told.

    test-spills.py SPILLS
"""
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time


def check(condition, message):
    if not condition:
        sys.exit("FAILED: " + message)


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(root, name), folder)
                  for root, _, names in os.walk(folder) for name in names)


def digests_of(folder):
    digests = {}
    for path in files_of(folder):
        with open(os.path.join(folder, path), "rb") as file:
            digests[path] = hashlib.sha256(file.read()).hexdigest()
    return digests


class Bench:
    def __init__(self, spills, folder):
        self.spills, self.folder = spills, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, name, *options):
        return [self.spills, "make", "--set", "tiny", "--split", "design", self.path(name), *options]

    def call(self, command, status=0):
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        check(result.returncode == status,
              "%s ended with %d, not %d: %s" % (command, result.returncode, status, result.stderr))
        return result

    def kill_at(self, name, frames):
        """Starts a run and kills it as soon as so many pictures are there; False when it came to its end."""
        process = subprocess.Popen(self.make(name, "--jobs", "2"), stderr=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL)
        while process.poll() is None:
            if sum(path.endswith(".jpg") for path in files_of(self.path(name))) >= frames:
                process.kill()
                process.wait()
                return process.returncode == -9
            time.sleep(0.002)
        check(process.returncode == 0, "a run that was not killed failed")
        return False


def test_kills(bench):
    """Killed at many moments; what is complete is never touched again."""
    chance = random.Random(7)
    frames = kills = 0
    while True:
        frames += chance.randrange(4, 40)
        if not bench.kill_at("killed", frames):
            break
        kills += 1
    check(kills >= 3, "only %d kills" % kills)
    last = bench.call(bench.make("killed"))
    check(": 0 folders made" in last.stdout, "a complete set was made again: " + last.stdout)
    whole, killed = digests_of(bench.path("whole")), digests_of(bench.path("killed"))
    check(whole == killed, "after %d kills these differ: %s"
          % (kills, sorted(set(whole.items()) ^ set(killed.items()))[:5]))
    print("ok   %d kills leave the same %d files" % (kills, len(whole)))


def test_threads(bench):
    bench.call(bench.make("one", "--jobs", "1"))
    check(digests_of(bench.path("one")) == digests_of(bench.path("whole")), "--jobs changes the bytes")
    print("ok   one thread makes the same bytes")


def test_cases(bench):
    """What case.json says is what is there."""
    cases = leaks = 0
    for path in files_of(bench.path("whole")):
        if os.path.basename(path) != "case.json":
            continue
        folder = os.path.join(bench.path("whole"), os.path.dirname(path))
        with open(os.path.join(folder, "case.json"), encoding="utf-8") as file:
            case = json.load(file)
        frames = [name for name in files_of(folder) if name.endswith(".jpg")]
        check(frames == ["%06d.jpg" % i for i in range(len(case["area"]))], path + ": frames and areas")
        masks = [name for name in files_of(folder) if name.startswith("mask/")]
        check(masks == ["mask/%06d.png" % i for i, area in enumerate(case["area"]) if area > 0],
              path + ": masks and areas")
        check((case["onset"] is None) == case["kind"].startswith(("quiet", "fault")), path + ": onset")
        if case["onset"] is not None:
            leaks += 1
            check(not any(case["area"][:case["onset"]]) and any(case["area"]), path + ": areas and onset")
            check(case["contrast"] > 0, path + ": contrast")
        cases += 1
    check(cases >= 10 and leaks >= 3, "%d cases, %d leaks" % (cases, leaks))
    check(os.path.isdir(os.path.join(bench.path("whole"), "rig0", "normal")), "no normals")
    print("ok   %d cases are as their case.json says" % cases)


def test_wrong_uses(bench):
    for arguments in (["make", "--set", "tiny", "--split", "design"], ["list", "--set", "tiny"],
                      ["list", "--set", "large", "--split", "design"], ["paint"], [],
                      ["list", "--set", "tiny", "--split", "both"],
                      ["make", "--set", "tiny", "--split", "design", "a", "b"],
                      ["make", "--set", "tiny", "--split", "design", "a", "--jobs", "0"],
                      ["list", "--set", "tiny", "--split", "design", "--scene"]):
        check("usage:" in bench.call([bench.spills, *arguments], 64).stderr, "no usage for %s" % arguments)
    result = bench.call(bench.make("none", "--scene", "rig77"), 64)
    check("rig77" in result.stderr, result.stderr)
    with open(bench.path("split.txt"), "w", encoding="utf-8") as file:
        file.write("design seeds 1 99\nfinal seeds 100 999\ndesign rig 0\nfinal rig 0\n")
    result = bench.call([bench.spills, "list", "--set", "tiny", "--split", "design", "--split-file",
                         bench.path("split.txt")], 65)
    check("rig 0 is given twice" in result.stderr, result.stderr)
    print("ok   wrong uses are refused")


def test_missing_footage(bench):
    os.mkdir(bench.path("no-clips"))
    result = bench.call([bench.spills, "make", "--set", "full", "--split", "design", bench.path("left-out"),
                         "--scene", "worker", "--footage", bench.path("no-clips")])
    check("WARNING" in result.stderr and "LEFT OUT" in result.stderr, result.stderr)
    check(": 0 folders made" in result.stdout and not files_of(bench.path("left-out")), result.stdout)
    print("ok   missing footage is told and left out")


def test_list(bench):
    result = bench.call([bench.spills, "list", "--set", "full", "--split", "design"])
    lines = result.stdout.splitlines()
    check(len(lines) > 400 and "scenes" in lines[-1], "a list of %d lines" % len(lines))
    print("ok   the full set is listed")


def main():
    folder = tempfile.mkdtemp(prefix="leakwatch-spills-", dir=os.environ.get("TMPDIR", "/tmp"))
    try:
        bench = Bench(sys.argv[1], folder)
        bench.call(bench.make("whole", "--jobs", "3"))
        for test in (test_cases, test_threads, test_kills, test_wrong_uses, test_missing_footage, test_list):
            test(bench)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
