#!/usr/bin/python3
"""What the documents say: README's commands exist with all their flags, files and tests that are named
are there, and the modules stand in the order in which tools/check-includes has them."""

import glob
import importlib.machinery
import importlib.util
import os
import re
import shlex

import program

REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md",
             "docs/evidence.md"]


def text_of(name):
    with open(os.path.join(REPOSITORY, name), encoding="utf-8") as file:
        return file.read()


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
                self.assertRegex(tests, r"(TEST\(|def )%s\b" % name)

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
