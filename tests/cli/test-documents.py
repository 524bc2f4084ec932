#!/usr/bin/python3
"""What the documents say: every command that is named exists with all its flags, files and tests that
are named are there, the manual page is whole, and the modules stand in the order in which
tools/check-includes has them."""

import glob
import importlib.machinery
import importlib.util
import os
import re
import shlex
import shutil
import subprocess

import program

REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DOCUMENTS = ["README.md", "USER_GUIDE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md",
             "docs/evidence.md"]


def text_of(name):
    with open(os.path.join(REPOSITORY, name), encoding="utf-8") as file:
        return file.read()


def command_names(help_text):
    return re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)(?: [\[A-Za-z].*?)?(?:  +\S|$)", help_text)


def indented_commands(text, beginning):
    """The commands of indented blocks, without the remarks behind them."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("    " + beginning)]
    return [shlex.split(line, comments=True) for line in lines]


class Readme(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.commands = indented_commands(text_of("README.md"), "leakwatch ")

    def help_of(self, command):
        """Its name is one word or, as in `config show`, two."""
        return self.succeed(command[1], "--help")

    def test_every_command_and_flag_is_explained_by_help(self):
        self.assertGreaterEqual(len(self.commands), 6)
        for command in self.commands:
            with self.subTest(" ".join(command)):
                explained = self.help_of(command)
                self.assertTrue(explained.startswith("Usage: leakwatch " + command[1]), explained)
                for flag in command[2:]:
                    if flag.startswith("--"):
                        self.assertRegex(explained, r"(?m)^\s+%s\b" % re.escape(flag))

    def test_the_table_has_every_command_once(self):
        table = re.findall(r"(?m)^\| [a-z ]+ \| (`leakwatch .*) \|$", text_of("README.md"))
        told = re.findall(r"`leakwatch ([a-z ]+)`", " ".join(table))
        names = command_names(self.succeed())
        self.assertEqual(sorted(told), sorted(names))

    def test_commands_that_need_no_camera_do_what_they_say(self):
        """In the order of the README, in the folder that it goes into."""
        folder = "."
        ran = []
        for command in self.commands:
            if command[1] in ("init", "mode"):
                self.succeed(*command[1:], cwd=folder)
                ran.append(command[1])
            if command[1] == "init":
                folder = command[2]
        self.assertEqual(ran, ["init", "mode", "mode"])
        self.assertEqual(self.read(folder + "/state/mode.txt"), b"MONITOR\n")

    def test_the_first_two_commands_are_the_scripts(self):
        blocks = re.findall(r"(?m)^    (\S+)", text_of("README.md"))
        self.assertEqual(blocks[:2], ["script/demo", "script/test"])
        for name in blocks[:2] + ["script/build", "script/check", "script/setup", ".ci/run"]:
            self.assertTrue(os.access(os.path.join(REPOSITORY, name), os.X_OK), name)

    def test_environment_variables_are_options(self):
        options = text_of("docs/configuration.md")
        for name in re.findall(r"`([A-Z]+_[A-Z_]+)`", text_of("README.md")):
            self.assertIn(name, options)


class Guide(program.ProgramTest):
    """That its blocks can be run from first to last is shown by tests/scenario/test-guide.py."""

    def setUp(self):
        super().setUp()
        self.text = text_of("USER_GUIDE.md")

    def commands(self):
        """In blocks and between backticks, each as words: [["leakwatch", "mode", "OFF"], …]."""
        blocks = "\n".join(re.findall(r"(?ms)^```sh\n(.*?)^```", self.text))
        found = re.findall(r"(?m)^(leakwatch [^|\n]*)", blocks)
        prose = re.sub(r"(?ms)^```.*?^```", "", self.text)
        found += re.findall(r"`(leakwatch [^`|<]*)`", prose)
        self.assertGreater(len(found), 40)
        return [shlex.split(command, comments=True) for command in found]

    def test_every_command_and_flag_is_explained_by_help(self):
        for words in self.commands():
            with self.subTest(" ".join(words)):
                named = [word for word in words[1:3] if re.fullmatch("[a-z]+", word)]
                explained = self.succeed(*named[:2 if named[0] == "config" else 1], "--help")
                for flag in words:
                    if flag.startswith("--"):
                        self.assertRegex(explained, r"(?m)^\s+%s\b" % re.escape(flag))

    def test_every_command_of_the_program_is_in_guide_or_readme(self):
        told = self.text + text_of("README.md")
        for name in re.findall(r"(?m)^  ([a-z]+)", self.succeed()):
            self.assertIn("leakwatch " + name, told)

    def test_options_exist(self):
        options = text_of("docs/configuration.md")
        named = re.findall(r"`([a-z_]+\.[a-z_]+(?:\.[a-z_]+)*)`", self.text)
        named = [name for name in named if not re.search(r"\.(yaml|txt|html|jsonl?|jpg|png)$", name)]
        self.assertGreaterEqual(len(named), 2)
        for name in named:
            self.assertIn("`%s`" % name, options)

    def test_settings_in_blocks_can_be_used(self):
        self.succeed("init", "rig")
        for block in re.findall(r"(?ms)^```yaml\n(.*?)^```", self.text):
            self.write("rig/config/config.yaml", block)
            for name in re.findall(r"_file: (\S+)", block):
                self.write("rig/" + name, b"https://example.org/secret\n")
                os.chmod(self.path("rig/" + name), 0o600)
            result = self.run_program("config", "check", "--project", "rig",
                                      "--notify.slack.webhook_url_file=" +
                                      os.path.abspath(self.path("rig/config/slack-webhook.txt")))
            self.assertEqual((result.returncode, result.stderr), (0, ""), block)

    def test_faults_and_records_exist_and_every_fault_is_explained(self):
        records = text_of("docs/records.md")
        rows = re.findall(r"(?m)^\| `([a-z_]+)` \|", self.text)
        self.assertGreaterEqual(len(rows), 10)
        for name in rows:
            self.assertIn("`%s`" % name, records)
        faults = re.search(r"(?m)^\| `fault` \| (.*) \|$", records)[1]
        for name in re.findall(r"`([a-z_]+)`", faults):
            self.assertIn(name, rows)

    def test_links_within_lead_to_headings(self):
        headings = {re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-")
                    for line in re.findall(r"(?m)^#+ (.*)$", self.text)}
        links = re.findall(r"\]\(#([^)]+)\)", self.text)
        self.assertGreaterEqual(len(links), 10)
        self.assertLessEqual(set(links), headings)


class Manual(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.page = self.succeed("man")
        self.plain = re.sub(r"\\f[BIR]", "", self.page).replace("\\-", "-")

    def test_every_command_flag_and_option_is_in_it(self):
        for name in command_names(self.succeed()):
            section = re.search(r'(?ms)^\.SS "leakwatch %s[ "].*?(?=^\.S)' % name, self.plain)[0]
            explained = self.succeed(*name.split(), "--help")
            for flag in re.findall(r"(?m)^  (--[a-z-]+)(?: |$)", explained):
                where = self.plain if flag in ("--project", "--help") else section
                self.assertRegex(where, r"(?m)^%s\b" % flag)
        options = re.findall(r"(?m)^\| `([a-z_.]+)` \|", self.succeed("config", "docs"))
        self.assertGreater(len(options), 60)
        for option in options:
            self.assertRegex(self.plain, r"(?m)^%s$" % re.escape(option))

    def test_statuses_environment_and_examples(self):
        for status in (0, 1, 64, 65, 66, 69, 70, 71, 74, 75, 78, 130):
            self.assertRegex(self.page, r"(?m)^\.TP\n\\fB%d\\fR$" % status)
        for name in ("SLACK_WEBHOOK_URL", "SMTP_PASSWORD", "LEAKWATCH_HEARTBEAT_URL", "NO_COLOR"):
            self.assertRegex(self.plain, r"(?m)^%s$" % name)
        examples = re.findall(r"(?m)^\.nf\n(leakwatch .*)$", self.plain)
        self.assertGreaterEqual(len(examples), 4)
        for example in examples:
            words = example.split()
            explained = self.succeed(*words[1:3 if words[1] == "config" else 2], "--help")
            for flag in words:
                if flag.startswith("--"):
                    self.assertRegex(explained, r"(?m)^\s+%s\b" % flag)

    def test_the_readers_of_manual_pages_have_nothing_to_complain_of(self):
        self.write("leakwatch.1", self.page)
        tried = 0
        for reader in (["mandoc", "-Tlint"], ["groff", "-ww", "-man", "-Tutf8", "-z"]):
            if not shutil.which(reader[0]):
                continue
            result = subprocess.run([*reader, self.path("leakwatch.1")], capture_output=True,
                                    text=True, timeout=60, check=False)
            self.assertEqual((result.stdout, result.stderr), ("", ""))
            tried += 1
        self.assertGreater(tried, 0, "no mandoc and no groff: script/setup test")

    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            result = self.run_program("man", stdout=full)
        self.assertEqual(result.returncode, 74)
        self.assertIn("leakwatch: error: cannot write", result.stderr)


class Files(program.ProgramTest):
    def assert_there(self, document, name):
        folder = os.path.dirname(document)
        places = [os.path.join(REPOSITORY, base, name) for base in ("", folder, "src")]
        self.assertTrue(any(glob.glob(place) for place in places), document + " names " + name)

    def test_links_lead_somewhere(self):
        for document in DOCUMENTS:
            for name in re.findall(r"\]\(([^)#:]+)\)", text_of(document)):
                with self.subTest(document + " " + name):
                    self.assert_there(document, name)

    def test_files_that_are_named_exist(self):
        for document in DOCUMENTS:
            for name in re.findall(r"`((?:\.?[\w-]+/)+[\w.*-]+\.(?:[ch]|py|md|json))`",
                                   text_of(document)):
                if name.startswith(("logs/", "config/config", "model/", "data/", "reports/")) and \
                        not name.endswith((".c", ".h")):
                    continue  # files of a project
                with self.subTest(document + " " + name):
                    self.assert_there(document, name)

    def test_evidence_names_tests_that_exist(self):
        tests = ""
        for path in glob.glob(os.path.join(REPOSITORY, "tests", "**", "*test*"), recursive=True):
            if path.endswith((".c", ".py")):
                tests += text_of(path)
        names = [name for name in re.findall(r"`([a-z0-9_]+)`", text_of("docs/evidence.md"))
                 if name.count("_") >= 2 and name != "folder_free_bytes"]
        self.assertGreater(len(names), 50)
        for name in names:
            with self.subTest(name):
                self.assertTrue(re.search(r"(TEST\(|def )%s\b" % name, tests), name)

    def test_architecture_has_the_modules_in_the_order_of_the_fence(self):
        path = os.path.join(REPOSITORY, "tools", "check-includes")
        loader = importlib.machinery.SourceFileLoader("check_includes", path)
        fence = importlib.util.module_from_spec(
            importlib.util.spec_from_loader("check_includes", loader))
        loader.exec_module(fence)
        diagram = re.search(r"(?m)^    (base ←.*)$", text_of("docs/architecture.md"))[1]
        modules = [name for name in fence.MODULES if name != "main.c"]
        self.assertEqual(re.findall(r"[a-z]+", diagram), modules)
        folders = {os.path.basename(os.path.dirname(path))
                   for path in glob.glob(os.path.join(REPOSITORY, "src", "*", ""))}
        self.assertLessEqual(folders, set(modules))
        # Who stands in braces does not see the others in them.
        for group in re.findall(r"\{([^}]*)\}", diagram):
            names = re.findall(r"[a-z]+", group)
            for name in names:
                self.assertFalse(set(names) & set(fence.MODULES[name].split()) - {name}, name)


if __name__ == "__main__":
    program.main()
