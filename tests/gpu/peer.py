#!/usr/bin/env python3
"""Times PyTorch's training step or forward pass of the cases it reads, a JSON object a line, and answers each with
a line: {"variants": {"eager": ms, "compile": ms, "reduce-overhead": ms}, "errors": {...}}.

  tests/gpu/peer.py [--device cuda] [--quick] [--prepare FILE]

With --prepare the cases of a file are compiled and forgotten again: what the compiler keeps on disk makes the
measurement itself start sooner.
"""
import argparse
import contextlib
import gc
import json
import os
import statistics
import sys
import time

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peer_networks

GROUP, GROUPS = 10, 3


class Timed:
    """One network in one arithmetic, and the ways to run it that have been made so far."""

    def __init__(self, cell, options):
        self.cell, self.options = cell, options
        tf32 = cell["math"] == "tf32"
        torch.backends.cuda.matmul.allow_tf32 = tf32
        torch.backends.cudnn.allow_tf32 = tf32
        torch.backends.cudnn.benchmark = True
        torch.manual_seed(1)
        self.training = cell["mode"] == "train"
        network, side, classes = peer_networks.build(cell)
        device = options.device
        self.network = network.to(device, memory_format=torch.channels_last).train(self.training)
        self.images = torch.rand(cell["batch"], 3, side, side, device=device).to(memory_format=torch.channels_last)
        self.labels = torch.randint(classes, (cell["batch"],), device=device)
        self.optimizer = self.make_optimizer() if self.training else None
        self.ways, self.errors = {}, {}

    def make_optimizer(self):
        settings = {"fused": True} if self.options.device == "cuda" else {"foreach": True}
        if self.cell["network"].endswith("vae"):
            return torch.optim.Adam(self.network.parameters(), lr=1e-4, **settings)
        return torch.optim.SGD(self.network.parameters(), lr=1e-4, momentum=0.9, weight_decay=1e-4, **settings)

    def arithmetic(self):
        if self.cell["math"] == "bf16":
            return torch.autocast(self.options.device, dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def step(self, network):
        if hasattr(torch, "compiler"):
            torch.compiler.cudagraph_mark_step_begin()
        if not self.training:
            with torch.no_grad(), self.arithmetic():
                return network(self.images, self.labels)
        self.optimizer.zero_grad(set_to_none=True)
        with self.arithmetic():
            loss = network(self.images, self.labels)
        loss.backward()
        self.optimizer.step()
        return loss

    def wait(self):
        if self.options.device == "cuda":
            torch.cuda.synchronize()

    def milliseconds(self, network):
        """Of a step: the median of groups of steps, each waited for at its end only."""
        count = 1 if self.options.quick else GROUP

        def group():
            start = time.perf_counter()
            for _ in range(count):
                self.step(network)
            self.wait()
            return 1000 * (time.perf_counter() - start) / count

        self.wait()
        warm = group()
        repeats = 1 if self.options.quick else min(50, max(GROUPS, int(1000 / (warm * count))))
        return statistics.median(group() for _ in range(repeats))

    def make(self, way):
        if way in self.ways or way in self.errors:
            return
        try:
            network = self.network
            if way != "eager":
                mode = {"mode": "reduce-overhead"} if way == "reduce-overhead" else {}
                network = torch.compile(self.network, **mode)
            for _ in range(3):
                self.step(network)
            self.wait()
            self.ways[way] = network
        except Exception as problem:
            self.errors[way] = f"{type(problem).__name__}: {problem}"[:300]

    def answer(self):
        for way in self.cell["ways"]:
            if way == "eager" or hasattr(torch, "compile"):
                self.make(way)
        return {"variants": {way: self.milliseconds(network) for way, network in self.ways.items()},
                "errors": self.errors}


def forget():
    if hasattr(torch, "_dynamo"):
        torch._dynamo.reset()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def answers(lines, options):
    held, cell = None, None
    for line in lines:
        if not line.strip():
            continue
        wanted = json.loads(line)
        try:
            if held is None or wanted != cell:
                held = None
                forget()
                held, cell = Timed(wanted, options), wanted
            yield held.answer()
        except Exception as problem:
            held = None
            yield {"error": f"{type(problem).__name__}: {problem}"[:300]}


def facts(options):
    known = {"torch": torch.__version__, "cuda": torch.version.cuda}
    if options.device == "cuda":
        known["cudnn"] = torch.backends.cudnn.version()
        known["device"] = torch.cuda.get_device_name()
    return known


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="a step of each")
    parser.add_argument("--prepare", help="a file of cases to compile")
    options = parser.parse_args()
    # Autocast's and the compiler's remarks would mix with the answers.
    out, sys.stdout = sys.stdout, sys.stderr
    if options.prepare:
        options.quick = True
        with open(options.prepare, encoding="utf-8") as file:
            for _ in answers(file, options):
                pass
        return
    print(json.dumps(facts(options)), file=out, flush=True)
    for answer in answers(sys.stdin, options):
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
