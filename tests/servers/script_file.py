"""What the test servers share: scripts, logs and port files.

A script is a text file with one behaviour a line, used up from the top, one for each request; when
it is empty (or missing) the server behaves well. Tests may write it while the server runs. A log
is a file of JSON lines, each written whole and flushed before the server answers. The port file
appears, whole, when the server is listening.
"""

import json
import os
import threading
import time


class Script:
    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()

    def next(self):
        """The first line, which is taken off; "" when there is none."""
        with self.lock:
            if not self.path or not os.path.exists(self.path):
                return ""
            with open(self.path) as file:
                lines = [line.strip() for line in file if line.strip()]
            if not lines:
                return ""
            if lines[0].startswith("always "):
                return lines[0][len("always "):]
            write_whole(self.path, "\n".join(lines[1:]))
            return lines[0]


class Log:
    def __init__(self, path):
        self.file = open(path, "a")
        self.lock = threading.Lock()

    def add(self, **members):
        members["time"] = time.monotonic()
        with self.lock:
            self.file.write(json.dumps(members) + "\n")
            self.file.flush()


def write_whole(path, text):
    temporary = path + ".new"
    with open(temporary, "w") as file:
        file.write(text)
    os.replace(temporary, path)
