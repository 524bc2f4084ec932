#!/usr/bin/python3
"""What time does to the real monitor on a live source: a clock that is set, a night in which daylight
saving ends, a long pause, a camera that is missing, and memory that must not grow."""

import datetime
import os
import signal
import subprocess
import time

import rig

LIVE = rig.NORMAL.replace("fps=2", "fps=10")


class LiveTest(rig.RigTest):
    def start(self, source=LIVE, *more, mode="MONITOR", **environment):
        self.trained()
        self.succeed("mode", mode, "--project", "rig")
        library = os.path.join(os.path.dirname(rig.program.LEAKWATCH), "tests", "fault", "failio.so")
        self.write("clock", str(environment.pop("clock", 0)))
        process = subprocess.Popen(
            [rig.program.LEAKWATCH, "monitor", "--project", "rig", "--source", source,
             "--monitor.heartbeat_seconds=1", "--monitor.camera_down_seconds=2",
             "--monitor.frame_interval_seconds=0.2", *more],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, LD_PRELOAD=library, FAILIO_CLOCK=self.path("clock"), **environment))
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.process = process
        self.assertIn("watching", process.stdout.readline())

    def set_clock(self, ahead_s):
        with open(self.path("clock.new"), "w") as file:
            file.write(str(ahead_s))
        os.replace(self.path("clock.new"), self.path("clock"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        output, errors = self.process.communicate(timeout=30)
        self.assertEqual(self.process.returncode, 0, errors)
        return output

    def wait_for(self, kind, count, seconds=30):
        deadline = time.monotonic() + seconds
        while len(self.records("rig", kind)) < count:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)


class Clock(LiveTest):
    def test_setting_the_clock_changes_stamps_and_no_timer(self):
        self.start()
        for heartbeats, ahead_s in ((2, 3600), (5, -3600), (8, 0)):
            self.wait_for("heartbeat", heartbeats)
            self.set_clock(ahead_s)
        self.wait_for("heartbeat", 10)
        self.stop()
        self.assertEqual(self.records("rig", "fault"), [])
        self.assertEqual(self.records("rig", "camera_error"), [])
        beats = self.records("rig", "heartbeat")
        gaps = [b["mono_ms"] - a["mono_ms"] for a, b in zip(beats, beats[1:])]
        for gap in gaps:
            self.assertTrue(600 < gap < 1400, gaps)
        stamps = [datetime.datetime.fromisoformat(beat["ts"]) for beat in beats]
        steps = [(b - a).total_seconds() for a, b in zip(stamps, stamps[1:])]
        jumps = [round(step / 3600) for step in steps if abs(step) > 1800]
        self.assertEqual(jumps, [1, -2, 1])
        frames = [record["mono_ms"] for record in self.records("rig", "frame_status")]
        self.assertEqual(frames, sorted(frames))
        self.assertLess(max(b - a for a, b in zip(frames, frames[1:])), 1500)
        self.check_gapless("rig")

    def test_stamps_cross_the_end_of_daylight_saving(self):
        change = datetime.datetime(2026, 10, 25, 1, 0, 0, tzinfo=datetime.timezone.utc)
        ahead_s = round(change.timestamp() - 4 - time.time())
        self.start(LIVE, clock=ahead_s, TZ="Europe/Berlin")
        self.wait_for("heartbeat", 8)
        self.stop()
        records = [record for record in self.records("rig")
                   if record["type"] in ("frame_status", "heartbeat")]
        moments = [datetime.datetime.fromisoformat(record["ts"]) for record in records]
        for record, moment in zip(records, moments):
            local, offset = record["ts"][11:13], record["ts"][-6:]
            self.assertEqual((local, offset),
                             ("02", "+02:00" if moment < change else "+01:00"), record["ts"])
        self.assertTrue(moments[0] < change < moments[-1])
        steps = [(b - a).total_seconds() for a, b in zip(moments, moments[1:])]
        self.assertTrue(-0.5 < min(steps) and max(steps) < 1.5, steps)


class Pause(LiveTest):
    def test_arming_after_a_pause_longer_than_camera_down_is_no_fault(self):
        self.start()
        self.wait_for("frame_status", 3)
        self.succeed("mode", "OFF", "--project", "rig")
        self.wait_for("mode_change", 1)
        count = len(self.records("rig", "frame_status"))
        time.sleep(4)  # twice the time after which a camera counts as down
        self.assertEqual(len(self.records("rig", "frame_status")), count)
        self.succeed("mode", "MONITOR", "--project", "rig")
        self.wait_for("frame_status", count + 3)
        self.stop()
        self.assertEqual(self.records("rig", "fault"), [])


class Camera(LiveTest):
    def test_a_camera_that_is_missing_is_told_once_and_costs_nothing(self):
        self.start("/dev/video63", TZ="UTC")
        self.wait_for("fault", 1)
        before_s, begin = self.cpu_seconds(), time.monotonic()
        time.sleep(5)
        share = (self.cpu_seconds() - before_s) / (time.monotonic() - begin)
        self.stop()
        self.assertLessEqual(share, 0.01)
        self.assertEqual(len(self.records("rig", "camera_error")), 1)
        self.assertEqual([fault["fault"] for fault in self.records("rig", "fault")], ["camera_down"])
        self.assertIn("/dev/video63", self.records("rig", "camera_error")[0]["text"])
        self.assertEqual(self.records("rig", "shutdown")[0]["frames_scored"], 0)

    def cpu_seconds(self):
        with open("/proc/%d/stat" % self.process.pid) as file:
            words = file.read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class Memory(LiveTest):
    """Pitfall 19: memory creeps up for weeks. A picture has 170 KB and a record more than 1 KB; the
    bound allows for 200 bytes a frame. (test-scoring counts bytes while alarms come and go.)"""

    WARM_UP, FRAMES, GROWTH_KB = 60, 500, 100

    def resident_kb(self):
        with open("/proc/%d/status" % self.process.pid) as file:
            return [int(line.split()[1]) for line in file if line.startswith("RssAnon:")][0]

    def test_memory_is_flat_after_warm_up(self):
        self.start(rig.NORMAL.replace("fps=2", "fps=50"), "--monitor.frame_interval_seconds=0.02")
        self.wait_for("frame_status", self.WARM_UP)
        before_kb = self.resident_kb()
        self.wait_for("frame_status", self.WARM_UP + self.FRAMES)
        growth_kb = self.resident_kb() - before_kb
        self.stop()
        self.assertEqual(self.records("rig", "anomaly_detected"), [])
        self.assertLess(growth_kb, self.GROWTH_KB)


if __name__ == "__main__":
    rig.main()
