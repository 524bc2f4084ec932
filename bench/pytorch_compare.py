#!/usr/bin/python3
"""The reference network in PyTorch (Debian's python3-torch), timed as bench-speed times ours.

Same layers, same batch, same number of threads, same clock (CPU time of the process divided by
threads, best of several runs). Every way of running it that PyTorch offers for f32 on a CPU is
tried, and the best one counts. Padding is symmetric here, which PyTorch runs without a copy of the
input; the arithmetic is the same amount as with TensorFlow's.

Prints one line of JSON: milliseconds and which variant was best.
"""
import argparse
import json
import time

import torch
from torch import nn

SIDE, BATCH = 256, 16


def encoder(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), normalisation(outputs), nn.ReLU(True)]


def decoder(inputs, outputs):
    return [nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1, output_padding=1),
            normalisation(outputs), nn.ReLU(True)]


def normalisation(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def network():
    torch.manual_seed(42)
    return nn.Sequential(
        *encoder(3, 32), *encoder(32, 64), *encoder(64, 128), *encoder(128, 256),
        nn.Conv2d(256, 512, 3, padding=1), nn.ReLU(True),
        *decoder(512, 256), *decoder(256, 128), *decoder(128, 64), *decoder(64, 32),
        nn.Conv2d(32, 3, 3, padding=1), nn.Sigmoid())


def best_ms(work, runs, threads):
    """CPU milliseconds per thread of the fastest of `runs` calls, after one to warm up."""
    work()
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best / threads * 1e3


def training_step(memory_format):
    model = network().to(memory_format=memory_format).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)
    batch = torch.rand(BATCH, 3, SIDE, SIDE).to(memory_format=memory_format)

    def step():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(batch), batch)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def inference(memory_format, frozen):
    model = network().to(memory_format=memory_format).eval()
    picture = torch.rand(1, 3, SIDE, SIDE).to(memory_format=memory_format)
    if frozen:
        model = torch.jit.freeze(torch.jit.trace(model, picture))
        model = torch.jit.optimize_for_inference(model)

    def run():
        with torch.inference_mode():
            return model(picture)

    return run


def best_variant(variants, runs, threads):
    """Milliseconds by name, of the variants that run at all."""
    times = {}
    for name, make in variants.items():
        try:
            times[name] = best_ms(make(), runs, threads)
        except RuntimeError as error:
            times[name] = None
            print(f"{name}: {error}".splitlines()[0], flush=True)
    usable = {name: ms for name, ms in times.items() if ms is not None}
    return min(usable, key=usable.get), usable


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    formats = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
    training = {name: (lambda f=f: training_step(f)) for name, f in formats.items()}
    running = {name + suffix: (lambda f=f, z=z: inference(f, z))
               for name, f in formats.items() for suffix, z in (("", False), (" frozen", True))}
    step, step_times = best_variant(training, arguments.runs, arguments.threads)
    frame, frame_times = best_variant(running, arguments.runs * 5, arguments.threads)
    print(json.dumps({
        "torch": torch.__version__, "threads": arguments.threads,
        "training_step_ms": round(step_times[step], 1), "training_variant": step,
        "inference_ms": round(frame_times[frame], 2), "inference_variant": frame,
        "all": {**{f"training {n}": round(t, 1) for n, t in step_times.items()},
                **{f"inference {n}": round(t, 2) for n, t in frame_times.items()}},
    }))


if __name__ == "__main__":
    main()
