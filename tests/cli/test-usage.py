#!/usr/bin/python3
"""Help, versions, and everything that is typed wrongly."""

import json
import os
import re
import subprocess

import program


def command_names(help_text):
    """The names in the list of commands: "  config show    print …" gives "config show"."""
    return re.findall(r"^  ([a-z]+(?: [a-z]+)?)(?: [\[A-Z].*?)?(?:  +\S|$)", help_text, re.MULTILINE)


class Start(program.ProgramTest):
    def test_started_anew_it_has_its_name_and_its_arguments(self):
        for arguments in (["version", "--json"], ["train", "--training.epochs=1", "--help"]):
            with subprocess.Popen([program.LEAKWATCH, *arguments], stdout=subprocess.PIPE,
                                  env={"PATH": os.environ["PATH"]}) as process:
                said = process.communicate(timeout=60)[0].decode()
            self.assertEqual(said, self.succeed(*arguments))


class Help(program.ProgramTest):
    def test_alone_says_what_it_is_and_where_to_begin(self):
        text = self.succeed()
        self.assertIn("alarms when something leaks", text)
        self.assertIn("replaces no safety device", text)
        self.assertIn("Begin with `leakwatch init my-rig`", text)
        for arguments in (["help"], ["--help"], ["-h"]):
            self.assertEqual(self.succeed(*arguments), text)

    def test_every_command_explains_itself(self):
        names = command_names(self.succeed())
        for name in ("init", "mode", "config show", "config check", "config docs", "config schema",
                     "version"):
            self.assertIn(name, names)
        for name in names:
            text = self.succeed(*name.split(), "--help")
            self.assertTrue(text.startswith(f"Usage: leakwatch {name}"), text)
            self.assertIn("--help", text)
            self.assertEqual(self.succeed("help", *name.split()), text)
            self.assertEqual(self.succeed(*name.split(), "--nonsense", "-h"), text)

    def test_lines_fit_a_terminal(self):
        for line in self.succeed().splitlines():
            self.assertLessEqual(len(line), 110, line)

    def test_config_alone_lists_its_commands(self):
        text = self.succeed("config")
        self.assertIn("config show", text)
        self.assertNotIn("init [DIR]", text)
        self.assertEqual(self.succeed("config", "--help"), text)
        self.assertEqual(self.succeed("help", "config"), text)


class Version(program.ProgramTest):
    def test_for_people_and_programs(self):
        text = self.succeed("version")
        self.assertRegex(text, r"^leakwatch \d+\.\d+\.\d+\n")
        self.assertIn("oneDNN", text)
        self.assertEqual(self.succeed("--version"), text)
        values = json.loads(self.succeed("version", "--json"))
        self.assertIn(values["version"], text)
        self.assertIn(values["compute"], text)
        self.assertEqual(values["schema"], {"config": 1, "records": 1, "model": 1})


class Mistakes(program.ProgramTest):
    def test_commands(self):
        self.fail_with(64, "unknown command \"mod\"; did you mean `leakwatch mode`?", "mod")
        self.fail_with(64, "unknown command \"config shw\"; did you mean `leakwatch config show`?",
                       "config", "shw")
        self.fail_with(64, "unknown command \"frobnicate\"; `leakwatch --help` lists", "frobnicate")
        self.fail_with(64, "unknown command \"ini\"; did you mean `leakwatch init`?", "help", "ini")
        self.fail_with(64, "unknown command \"\";", "")
        self.fail_with(64, "--project stands before the command", "--project", ".", "mode")

    def test_flags(self):
        self.fail_with(64, "unknown flag --jsn; did you mean --json?", "version", "--jsn")
        self.fail_with(64, "unknown flag --project; `leakwatch version --help`", "version",
                       "--project", ".")
        self.fail_with(64, "unknown flag --quite-different", "mode", "--quite-different")
        self.fail_with(64, "unknown flag -j; flags begin with two dashes", "version", "-j")
        self.fail_with(64, "--json takes no value", "version", "--json=yes")
        self.fail_with(64, "--project needs a value: --project DIR", "mode", "--project")
        self.fail_with(64, "--project needs a value", "mode", "--project=")
        self.fail_with(64, "--project needs a value", "mode", "--project", "--json")
        self.fail_with(64, "`leakwatch version` reads no configuration", "version",
                       "--camera.index=1")
        self.fail_with(64, "takes no arguments", "version", "now")
        self.fail_with(64, "unknown flag --" + "x" * 58, "version", "--" + "x" * 5000)

    def test_two_dashes_end_the_flags(self):
        self.fail_with(64, 'the mode is "--json"', "mode", "--project", self.project(), "--",
                       "--json")

    def project(self):
        self.succeed("init", "rig")
        return self.path("rig")

    def test_no_project(self):
        self.fail_with(66, "no config/config.yaml; make a project folder with `leakwatch init DIR`",
                       "mode")
        self.fail_with(66, "no nowhere/config/config.yaml", "mode", "--project=nowhere")


if __name__ == "__main__":
    program.main()
