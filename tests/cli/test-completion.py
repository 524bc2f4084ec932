#!/usr/bin/python3
"""The Tab key, in the shells themselves: bash and zsh on a terminal of their own, fish by `complete -C`.
PowerShell runs nowhere near Debian: its script is read as text."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import threading

import program

# Both: what stands on the line goes to the pipe $TYPED when Ctrl+X is pressed, and the line is cleared.
BASH_START = """
PS1=; HISTFILE=
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
bind -x '"\\C-x": printf "%s\\n" "$READLINE_LINE" >"$TYPED"; READLINE_LINE='
source completion
PROMPT_COMMAND='PROMPT_COMMAND=; echo ready >"$TYPED"'
"""

# What compadd is given to offer, is written down too.
ZSH_START = """
PS1=; unset zle_bracketed_paste; setopt no_beep
autoload -Uz compinit; compinit -D -u
source ./completion
typed() { print -r -- "$BUFFER" >"$TYPED"; BUFFER= }
zle -N typed; bindkey '^X' typed
zle-line-init() { zle -D zle-line-init; print ready >"$TYPED" }
zle -N zle-line-init
compadd() {
    if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
        local -a hits
        builtin compadd -A hits "$@"
        (( $#hits )) && print -r -- "${(F)hits/#/$IPREFIX}" >>hits
    fi
    builtin compadd "$@"
}
"""


class Terminal:
    """An interactive shell that has loaded the completion of leakwatch."""

    def __init__(self, folder, command, environment):
        self.folder = folder
        self.pipe = os.path.join(folder, "typed")
        os.mkfifo(self.pipe)
        self.typed = os.open(self.pipe, os.O_RDWR)
        self.screen = b""
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, {**environment, "TYPED": self.pipe, "TERM": "vt100"})
        self.pid = pid
        self.reader = threading.Thread(target=self.read_screen, daemon=True)
        self.reader.start()
        if self.line() != "ready":
            raise OSError("the shell does not start: %r" % self.screen)

    def read_screen(self):
        """Or the shell would wait for somebody to read."""
        try:
            while True:
                self.screen += os.read(self.terminal, 4096)
        except OSError:
            pass

    def line(self):
        text = b""
        while not text.endswith(b"\n"):
            if not select.select([self.typed], [], [], 30)[0]:
                raise OSError("the shell does not answer: %r" % self.screen)
            text += os.read(self.typed, 4096)
        return text.decode()[:-1]

    def press(self, keys):
        """Types, and returns what stands on the line then."""
        os.write(self.terminal, keys.encode() + b"\x18")
        return self.line()

    def close(self):
        os.kill(self.pid, signal.SIGHUP)
        os.waitpid(self.pid, 0)
        self.reader.join()
        os.close(self.terminal)
        os.close(self.typed)


class Shell(program.ProgramTest):
    def setUp(self):
        super().setUp()
        # A command of that name exists, as on a PC where leakwatch is installed.
        os.mkdir(self.path("bin"))
        os.symlink(program.LEAKWATCH, self.path("bin/leakwatch"))
        os.mkdir(self.path("my rig"))
        self.write("my rig/video.mp4", b"")
        self.environment = {"PATH": self.path("bin") + ":" + os.environ["PATH"], "LC_ALL": "C",
                            "HOME": self.folder, "ZDOTDIR": self.folder}

    def load(self, shell):
        script = self.succeed("completion", shell)
        self.write("completion", script)
        return script

    def options(self, section):
        """As the program itself tells them: every option but the file's own version."""
        text = self.succeed("config", "docs")
        return [path for path in re.findall(r"(?m)^\| `([a-z_]+\.[a-z_.]+)`", text)
                if path.startswith(section)]

    def first_words(self):
        names = re.findall(r"(?m)^  ([a-z]+)", self.succeed())
        self.assertIn("monitor", names)
        return set(names)


class Bash(Shell):
    def setUp(self):
        super().setUp()
        self.load("bash")

    def offered(self, *words):
        """What the function answers to a line that bash has taken apart into these words."""
        program_text = """source ./completion
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _leakwatch; printf '%s\\n' "${COMPREPLY[@]}" """
        result = subprocess.run(["bash", "--norc", "-uc", program_text, "bash", *words],
                                cwd=self.folder, env=self.environment, check=True,
                                capture_output=True, text=True, timeout=60)
        self.assertEqual(result.stderr, "")
        return result.stdout.split()

    def test_commands_of_one_and_two_words(self):
        self.assertEqual(self.offered("leakwatch", "mo"), ["mode", "monitor"])
        self.assertEqual(self.offered("leakwatch", "config", "s"), ["show", "schema"])
        self.assertEqual(set(self.offered("leakwatch", "")),
                         self.first_words() | {"--help", "--version"})
        self.assertEqual(self.offered("leakwatch", "nonsense", ""), [])
        self.assertEqual(self.offered("leakwatch", "config", "nonsense", "-"), [])

    def test_every_flag_of_every_command(self):
        for name in re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)(?: [\[A-Za-z].*?)?(?:  +\S|$)",
                               self.succeed()):
            explained = self.succeed(*name.split(), "--help")
            flags = set(re.findall(r"(?m)^  (--[a-z-]+)(?: |$)", explained))
            offered = self.offered("leakwatch", *name.split(), "--")
            self.assertEqual({word for word in offered if not word.endswith(".")}, flags, name)
            sections = any(word.endswith(".") for word in offered)
            self.assertEqual(sections, "--section.name=value" in explained, name)

    def test_options_come_in_sections(self):
        self.assertEqual(self.offered("leakwatch", "train", "--thresh"), ["--threshold."])
        self.assertEqual(self.offered("leakwatch", "train", "--training."),
                         ["--%s=" % path for path in self.options("training.")])
        self.assertGreater(len(self.options("")), 60)
        self.assertEqual(self.offered("leakwatch", "version", "--thresh"), [])

    def test_values(self):
        self.assertEqual(self.offered("leakwatch", "mode", ""), ["CAPTURE", "MONITOR", "OFF"])
        self.assertEqual(self.offered("leakwatch", "mode", "--json", "M"), ["MONITOR"])
        self.assertEqual(self.offered("leakwatch", "mode", "--project", "rig", "O"), ["OFF"])
        self.assertEqual(self.offered("leakwatch", "mode", "OFF", ""), [])
        self.assertEqual(self.offered("leakwatch", "capture", "--count", ""), [])
        for equals in (["=", "t"], ["t"]):  # as bash takes "--a=t" apart, and "--a t"
            self.assertEqual(self.offered("leakwatch", "train", "--scoring.method", *equals),
                             ["topk"])
        self.assertEqual(self.offered("leakwatch", "train", "--roi.enabled", "="),
                         ["true", "false"])
        self.assertEqual(self.offered("leakwatch", "monitor", "--start", "2026-01-31T22", ":", "00",
                                      "--ign"), ["--ignore-mode"])

    def test_on_a_terminal(self):
        self.write("start", BASH_START)
        terminal = Terminal(self.folder, ["bash", "--noprofile", "--rcfile", "start", "-i"],
                            self.environment)
        self.addCleanup(terminal.close)
        for keys, line in (("leakwatch moni\t", "leakwatch monitor "),
                           ("leakwatch config sh\t", "leakwatch config show "),
                           ("leakwatch mode C\t", "leakwatch mode CAPTURE "),
                           ("leakwatch train --thresh\t", "leakwatch train --threshold."),
                           ("leakwatch train --threshold.\t",
                            "leakwatch train --threshold.percentile="),
                           ("leakwatch train --scoring.method=t\t",
                            "leakwatch train --scoring.method=topk "),
                           ("leakwatch monitor --source my\t",
                            "leakwatch monitor --source my\\ rig/"),
                           ("leakwatch monitor --source=my\\ rig/v\t",
                            "leakwatch monitor --source=my\\ rig/video.mp4 "),
                           ("leakwatch mode --project m\t", "leakwatch mode --project my\\ rig/"),
                           ("leakwatch mode --project my\\ rig/v\t",
                            "leakwatch mode --project my\\ rig/v"),
                           ("leakwatch capture --count m\t", "leakwatch capture --count m")):
            self.assertEqual(terminal.press(keys), line)

    def test_nothing_is_odd_to_shellcheck(self):
        if not shutil.which("shellcheck"):
            self.skipTest("shellcheck is not installed")
        result = subprocess.run(["shellcheck", "-s", "bash", self.path("completion")],
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.stdout, "")


class Zsh(Shell):
    def setUp(self):
        super().setUp()
        self.load("zsh")
        self.write("start", ZSH_START)
        self.write(".zshrc", "source ./start\n")
        self.terminal = Terminal(self.folder, ["zsh", "-d", "-i"], self.environment)
        self.addCleanup(self.terminal.close)

    def offered(self, keys):
        self.write("hits", b"")
        self.terminal.press(keys + "\t")  # the answer comes after the offers were written
        return self.read("hits").decode().splitlines()

    def test_commands_of_one_and_two_words(self):
        self.assertEqual(self.offered("leakwatch mo"), ["mode", "monitor"])
        self.assertEqual(self.offered("leakwatch config s"), ["show", "schema"])
        self.assertEqual(set(self.offered("leakwatch ")), self.first_words())
        self.assertEqual(self.offered("leakwatch nonsense "), [])

    def test_flags_and_options(self):
        self.assertEqual(set(self.offered("leakwatch version --")), {"--json", "--help"})
        self.assertEqual(set(self.offered("leakwatch capture --co")), {"--count"})
        self.assertEqual(set(self.offered("leakwatch train --training.")),
                         {"--" + path for path in self.options("training.")})
        self.assertEqual(self.offered("leakwatch version --thresh"), [])

    def test_values(self):
        self.assertEqual(self.offered("leakwatch mode "), ["CAPTURE", "MONITOR", "OFF"])
        # zsh goes on with flags where no argument can follow.
        self.assertEqual([word for word in self.offered("leakwatch mode OFF ")
                          if not word.startswith("--")], [])
        self.assertEqual(self.offered("leakwatch train --scoring.method "), ["mean", "topk"])
        self.assertEqual(self.offered("leakwatch capture --count "), [])

    def test_lines(self):
        for keys, line in (("leakwatch moni\t", "leakwatch monitor "),
                           ("leakwatch config sh\t", "leakwatch config show "),
                           ("leakwatch train --threshold\t",
                            "leakwatch train --threshold.percentile="),
                           ("leakwatch train --scoring.method=t\t",
                            "leakwatch train --scoring.method=topk "),
                           ("leakwatch monitor --source my\t",
                            "leakwatch monitor --source my\\ rig/"),
                           ("leakwatch mode --project my\\ rig/v\t",
                            "leakwatch mode --project my\\ rig/v")):
            self.assertEqual(self.terminal.press(keys), line)


class Fish(Shell):
    def setUp(self):
        super().setUp()
        self.load("fish")

    def offered(self, line):
        """The words, each with what is said about it."""
        result = subprocess.run(["fish", "--no-config", "-c",
                                 "source completion; complete -C $argv[1]", line],
                                cwd=self.folder, env=self.environment, capture_output=True,
                                text=True, timeout=60, check=True)
        self.assertEqual(result.stderr, "")
        return dict((row.split("\t") + [""])[:2] for row in result.stdout.splitlines())

    def test_commands_of_one_and_two_words(self):
        offered = self.offered("leakwatch mo")
        self.assertEqual(list(offered), ["mode", "monitor"])
        self.assertIn("show the mode, or set it", offered["mode"])
        self.assertEqual(set(self.offered("leakwatch config s")), {"show", "schema"})
        self.assertEqual(set(self.offered("leakwatch ")), self.first_words())
        self.assertEqual(self.offered("leakwatch nonsense "), {})

    def test_flags_and_options(self):
        self.assertEqual(set(self.offered("leakwatch version --")), {"--json", "--help"})
        self.assertEqual(list(self.offered("leakwatch train --thresh")), ["--threshold.percentile"])
        self.assertEqual(set(self.offered("leakwatch train --training.")),
                         {"--" + path for path in self.options("training.")})
        self.assertEqual(self.offered("leakwatch version --thresh"), {})

    def test_values(self):
        self.assertEqual(set(self.offered("leakwatch mode ")), {"CAPTURE", "MONITOR", "OFF"})
        self.assertEqual(set(self.offered("leakwatch train --scoring.method ")), {"mean", "topk"})
        self.assertEqual(set(self.offered("leakwatch train --scoring.method=t")),
                         {"--scoring.method=topk"})
        self.assertEqual(self.offered("leakwatch capture --count "), {})
        self.assertEqual(list(self.offered("leakwatch monitor --source my\\ rig/")),
                         ["my rig/video.mp4"])
        self.assertEqual(set(self.offered("leakwatch mode --project ")), {"bin/", "my rig/"})


class PowerShell(Shell):
    def test_the_text_has_every_command_flag_and_choice(self):
        script = self.load("powershell")
        self.assertIn("Register-ArgumentCompleter -Native -CommandName leakwatch", script)
        flags = dict(re.findall(r"(?m)^        '([a-z ]+)' = '(--[^']*)'$", script))
        self.assertEqual({name.split()[0] for name in flags}, self.first_words())
        self.assertEqual(set(flags["version"].split()), {"--json", "--help"})
        self.assertIn("        'mode' = 'CAPTURE MONITOR OFF'\n", script)
        self.assertIn("        '--scoring.method' = 'mean topk'\n", script)
        for path in self.options(""):
            self.assertIn("        '--%s' = '" % path, script)

    def test_quotes_and_brackets_close(self):
        depth = []
        closing = {"}": "{", ")": "(", "]": "["}
        text = re.sub(r"(?m)^#.*$", "", self.load("powershell"))
        text = re.sub(r"'(?:[^']|'')*'", "", text)
        text = re.sub(r'"(?:[^"$]|\$\((?:[^()"]|\([^()]*\))*\)|\$\w+|\$\(.*?\)(?=["$ ]))*"', "",
                      text)
        self.assertNotIn("'", text)
        for character in text:
            if character in closing.values():
                depth.append(character)
            elif character in closing:
                self.assertEqual(depth.pop(), closing[character])
        self.assertEqual(depth, [])


class Mistakes(program.ProgramTest):
    def test_a_shell_there_is_nothing_for(self):
        self.fail_with(64, 'no completion for "tcsh"; there is one for bash, zsh, fish and '
                       "powershell", "completion", "tcsh")
        self.fail_with(64, "the command is `leakwatch completion bash|zsh|fish|powershell`",
                       "completion")

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            result = self.run_program("completion", "bash", stdout=full)
        self.assertEqual(result.returncode, 74)
        self.assertIn("leakwatch: error: cannot write", result.stderr)


if __name__ == "__main__":
    MISSING = [shell for shell in ("bash", "zsh", "fish") if not shutil.which(shell)]
    if MISSING:
        print("SKIPPED: not installed: " + " ".join(MISSING) + " (script/setup test)")
        sys.exit(77)
    program.main()
