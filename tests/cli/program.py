"""Runs the real leakwatch as a process, for the tests of its command line.

    import program
    class Something(program.ProgramTest): ...
    program.main()

The first argument of a test program is the path of leakwatch. Every test has an empty folder of its
own as the current one, and an environment without secrets, colour or locale.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

LEAKWATCH = ""


class ProgramTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="leakwatch-cli-")
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, contents):
        with open(self.path(name), "wb") as file:
            file.write(contents if isinstance(contents, bytes) else contents.encode())

    def run_program(self, *arguments, cwd=".", environment=None, stdout=subprocess.PIPE,
                    timeout=240):
        clean = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                clean[name] = os.environ[name]
        clean.update(environment or {})
        return subprocess.run([LEAKWATCH, *arguments], cwd=self.path(cwd), env=clean,
                              timeout=timeout, stdin=subprocess.DEVNULL, stdout=stdout,
                              stderr=subprocess.PIPE, text=True, check=False)

    def succeed(self, *arguments, **options):
        """Runs, expects status 0 and nothing on stderr; returns stdout."""
        result = self.run_program(*arguments, **options)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def fail_with(self, status, message, *arguments, **options):
        """Runs, expects that status, nothing on stdout and one line on stderr that holds message."""
        result = self.run_program(*arguments, **options)
        self.assertIn(message, result.stderr)
        self.assertEqual((result.returncode, result.stdout), (status, ""))
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertTrue(result.stderr.startswith("leakwatch: error: "), result.stderr)


def main():
    global LEAKWATCH
    if len(sys.argv) < 2:
        sys.exit("usage: " + sys.argv[0] + " LEAKWATCH [unittest arguments]")
    LEAKWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main()
