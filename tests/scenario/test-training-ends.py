#!/usr/bin/python3
"""How a training can end before its time, and what then becomes of the model in use."""

import os
import shutil
import signal
import subprocess
import time

import rig

CHECKPOINT = "rig/model/training.checkpoint"


class Ends(rig.RigTest):
    """`rig` has a model; its pictures are learned anew with another seed."""

    def setUp(self):
        super().setUp()
        self.trained()
        self.before = self.model()

    def model(self):
        return {name: self.read("rig/model/" + name)
                for name in ("autoencoder.onnx", "threshold.json", "stats.json")}

    def start(self, *more):
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "train", "--project", "rig", "--training.seed=5", *more],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        return process

    def interrupt_after_an_epoch(self, *more):
        """Ctrl+C once there is something to keep; gives what was said."""
        if os.path.exists(self.path(CHECKPOINT)):
            os.remove(self.path(CHECKPOINT))
        process = self.start(*more)
        deadline = time.monotonic() + 60
        while not os.path.exists(self.path(CHECKPOINT)):
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(process.poll(), "it was too quick to be stopped")
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, errors)
        return said

    def train(self, *more):
        process = self.start(*more)
        said, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, errors)
        return said, errors

    def test_ctrl_c_keeps_the_best_so_far_and_says_what_became_of_the_old_model(self):
        said = self.interrupt_after_an_epoch()
        self.assertIn("stopped in epoch ", said)
        self.assertIn("`leakwatch train` continues from there", said)
        self.assertIn("model saved in rig/model: epoch ", said)
        self.assertIn("the model that was in use is kept in rig/model/previous", said)
        self.assertNotEqual(self.model(), self.before)
        for name, contents in self.before.items():
            self.assertEqual(self.read("rig/model/previous/" + name), contents, name)
        result = self.monitor("rig", rig.NORMAL + "&duration=3")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_interrupted_again_and_again_it_keeps_the_last_model_that_was_finished(self):
        self.interrupt_after_an_epoch()
        said = self.interrupt_after_an_epoch("--training.learning_rate=0.002")
        self.assertIn("came from an interrupted training", said)
        said, _ = self.train("--training.epochs=1")
        self.assertIn("rig/model/previous still holds the one before", said)
        for name, contents in self.before.items():
            self.assertEqual(self.read("rig/model/previous/" + name), contents, name)
        said, _ = self.train("--training.epochs=1", "--training.learning_rate=0.003")
        self.assertIn("the model that was in use is kept", said)

    def test_after_ctrl_c_it_continues_to_the_same_bits(self):
        shutil.copytree(self.path("rig"), self.path("whole"))
        result = self.run_program("train", "--project", "whole", "--training.seed=5")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.interrupt_after_an_epoch()
        _, errors = self.train()
        self.assertIn("continuing an interrupted training with epoch ", errors)
        self.assertEqual(self.read("rig/model/autoencoder.onnx"),
                         self.read("whole/model/autoencoder.onnx"))
        self.assertFalse(os.path.exists(self.path(CHECKPOINT)))

    def test_ctrl_c_before_the_first_epoch_leaves_the_model_in_use(self):
        process = self.start()
        self.assertIn("few", process.stderr.readline())  # the pictures are loaded
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        if process.returncode == 0:
            self.skipTest("the first epoch was over before the signal")
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("nothing is saved, and a model that is in use stays as it is", errors)
        self.assertEqual(self.model(), self.before)

    def failing(self, **settings):
        """The disk of the model folder fails."""
        failio = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        return {"LD_PRELOAD": failio, "FAILIO_UNDER": os.path.realpath(self.path("rig/model")),
                **{"FAILIO_" + name: value for name, value in settings.items()}}

    def test_killed_between_the_last_epoch_and_the_saved_model_it_learns_nothing_twice(self):
        shutil.copytree(self.path("rig"), self.path("whole"))
        arguments = ("--training.seed=5", "--training.epochs=2")
        result = self.run_program("train", "--project", "whole", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        # Renamed before: the write test, two checkpoints, three files to model/previous. Each file
        # of the set is renamed twice.
        result = self.run_program(
            "train", "--project", "rig", *arguments,
            environment=self.failing(ACTION="kill", CALLS="rename", NTH="7"))
        self.assertEqual(result.returncode, -signal.SIGKILL)
        self.assertEqual(self.model(), self.before)
        # A third checkpoint, or a pass over the pictures, would need a rename more than these.
        result = self.run_program(
            "train", "--project", "rig", *arguments,
            environment=self.failing(CALLS="rename", REPORT=self.path("renames")))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("continuing an interrupted training", result.stderr)
        self.assertEqual(self.read("rig/model/autoencoder.onnx"),
                         self.read("whole/model/autoencoder.onnx"))
        self.assertEqual(int(self.read("renames")), 1 + 3 + 2 * 3)
        self.assertFalse(os.path.exists(self.path(CHECKPOINT)))

    def test_what_a_killed_save_left_waiting_is_kept_as_one_set(self):
        # As above; here the kill comes when the model is in its place and the other two files wait.
        result = self.run_program(
            "train", "--project", "rig", "--training.seed=5", "--training.epochs=2",
            environment=self.failing(ACTION="kill", CALLS="rename", NTH="11"))
        self.assertEqual(result.returncode, -signal.SIGKILL)
        killed = self.model()
        self.assertNotEqual(killed["autoencoder.onnx"], self.before["autoencoder.onnx"])
        self.assertEqual(killed["threshold.json"], self.before["threshold.json"])
        os.remove(self.path(CHECKPOINT))
        said, _ = self.train("--training.seed=6", "--training.epochs=1")
        self.assertIn("the model that was in use is kept in rig/model/previous", said)
        self.assertEqual(
            [name for name in os.listdir(self.path("rig/model")) if ".new" in name], [])
        self.assertEqual(self.read("rig/model/previous/autoencoder.onnx"),
                         killed["autoencoder.onnx"])
        for name in self.before:
            shutil.copy(self.path("rig/model/previous/" + name), self.path("rig/model/" + name))
        result = self.monitor("rig", rig.NORMAL + "&duration=3")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_model_folder_that_takes_nothing_is_said_before_the_first_epoch(self):
        result = self.run_program(
            "train", "--project", "rig",
            environment=self.failing(CALLS="write,open", NTH="1", TIMES="1000", ERRNO="ENOSPC"))
        self.assertEqual(result.returncode, 74, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn("rig/model", result.stderr)
        self.assertEqual(self.model(), self.before)

    def test_a_checkpoint_of_another_kind_is_named_and_the_training_begins_anew(self):
        self.interrupt_after_an_epoch()
        checkpoint = self.read(CHECKPOINT)
        first_line = checkpoint[:checkpoint.index(b"\n")]
        rest = checkpoint[len(first_line):]
        newer = first_line.replace(b"checkpoint 1 ", b"checkpoint 2 ")
        self.assertNotEqual(newer, first_line)
        for contents, reason in ((newer + rest, "format version 2"), (b"", "not a checkpoint"),
                                 (checkpoint[:-1], "damaged"), (b"PK\x03\x04", "not a checkpoint")):
            with self.subTest(reason):
                self.write(CHECKPOINT, contents)
                _, errors = self.train("--training.epochs=1")
                self.assertIn(reason, errors)
                self.assertNotIn("continuing", errors)

    def test_a_network_that_has_not_learned_enough_is_warned_of(self):
        _, errors = self.train("--training.epochs=15", "--training.batch_size=16")
        self.assertIn("has not learned enough", errors)
        self.assertIn("training.batch_size", errors)


if __name__ == "__main__":
    rig.main()
