#!/usr/bin/python3
"""leakwatch cameras on this machine, whatever cameras it has. What it says of cameras of all kinds is
tested above a fake kernel (tests/unit/camera/test-listing.c, tests/unit/cmd/test-cameras.c)."""

import glob
import json

import program


class Cameras(program.ProgramTest):
    def cameras(self, *more):
        return json.loads(self.succeed("cameras", "--json", *more))

    def test_json_is_an_array_and_its_indices_are_device_files(self):
        cameras = self.cameras()
        self.assertIsInstance(cameras, list)
        for camera in cameras:
            self.assertEqual(camera["path"], "/dev/video%d" % camera["index"])
            self.assertIn(camera["state"], ("ready", "busy", "forbidden", "failing"))

    def test_people_are_told_in_words_also_when_there_is_none(self):
        output = self.succeed("cameras")
        if not glob.glob("/sys/class/video4linux/video*"):
            self.assertEqual(self.cameras(), [])
            self.assertIn("no camera is connected; plug one in", output)
        else:
            self.assertIn("camera.index means", output)

    def test_it_needs_no_project_but_one_that_is_named_must_be_there(self):
        self.assertIn("no nowhere/config/config.yaml",
                      self.run_program("cameras", "--project", "nowhere").stderr)
        self.fail_with(66, "leakwatch init", "cameras", "--project", "nowhere")

    def test_inside_a_project_only_its_own_camera_is_marked(self):
        self.succeed("init", "rig")
        for camera in self.cameras("--project", "rig", "--camera.index=63"):
            self.assertEqual(camera["used_by_project"], camera["index"] == 63)

    def test_wrong_use(self):
        self.fail_with(64, "unknown flag --jsn", "cameras", "--jsn")
        self.fail_with(64, "", "cameras", "one")
        self.succeed("init", "rig")
        self.fail_with(64, "camera.index", "cameras", "--project", "rig", "--camera.index=seven")


program.main()
