"""Our steps and PyTorch's in turn: either side is a process that answers one case after the other."""
import json
import os
import pathlib
import re
import select
import statistics
import subprocess
import time

here = pathlib.Path(__file__).resolve().parent
ROUNDS = 2
# What a case may take on either side, building and compiling included.
LIMIT = 150

# network, depth, batch
NETWORKS = [("resnet", 20, 128), ("resnet-vae", 28, 25), ("resnet-imagenet", 18, 128), ("resnet", 56, 128),
            ("resnet-vae", 28, 100), ("resnet", 110, 128), ("resnet-vae", 100, 25), ("resnet-vae", 100, 100)]
MATHS = ("float32", "tf32", "bf16")


def text(case):
    return f"{case['network']} {case['depth']}, batch {case['batch']}, {case['mode']}, {case['math']}"


def cases(options):
    if options.stand_in:
        tiny = [("resnet", 8, 4, 4), ("resnet-vae", 28, 64, 2)]
        every = [dict(network=network, depth=depth, width=width, batch=batch, mode=mode, math="float32")
                 for network, depth, width, batch in tiny for mode in ("train", "infer")]
    else:
        every = [dict(network=network, depth=depth, batch=batch, mode=mode, math=math)
                 for mode in ("train", "infer") for network, depth, batch in NETWORKS for math in MATHS]
    return [case for case in every if re.search(options.cells, text(case))]


class Side:
    """A process that reads a case a line and answers it with a line; begun again where it has died."""

    def __init__(self, command, env, greets):
        self.command, self.env, self.greets = command, env, greets
        self.process, self.facts = None, {}

    def start(self):
        self.process = subprocess.Popen(self.command, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        if self.greets:
            self.facts = self.line(120)

    def line(self, seconds):
        ready, _, _ = select.select([self.process.stdout], [], [], max(seconds, 1))
        read = self.process.stdout.readline() if ready else b""
        if read:
            return json.loads(read)
        why = f"its process ended with exit code {self.process.poll()}" if ready else f"no answer in {seconds:.0f} s"
        self.stop()
        return {"error": why}

    def ask(self, case, seconds):
        if self.process is None:
            self.start()
        if self.process is None:
            return self.facts
        try:
            self.process.stdin.write((json.dumps(case) + "\n").encode())
            self.process.stdin.flush()
        except OSError:
            self.stop()
            return {"error": "its process is gone"}
        return self.line(seconds)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Timing:
    def __init__(self, options, env, found, deadline, say):
        self.options, self.found, self.deadline, self.say = options, found, deadline, say
        quick = ["--quick"] if options.stand_in else []
        program = [str(options.build / "gpu_check"), "serve", "--tuning", str(options.build / "tuning.txt"), *quick]
        self.ours = Side(program, env, False)
        self.peer_command = [options.peer, str(here / "peer.py"), "--device", "cpu" if options.stand_in else "cuda", *quick]
        # PyTorch finds its own libraries.
        self.peer_env = {key: value for key, value in env.items() if key != "LD_LIBRARY_PATH"}
        if "LD_LIBRARY_PATH" in os.environ:
            self.peer_env["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        self.theirs = Side(self.peer_command, self.peer_env, True)

    def left(self):
        return self.deadline - time.monotonic()

    def run(self):
        cells = self.found.setdefault("speed", {"cells": [], "not_measured": [], "failures": []})
        wanted = cases(self.options)
        self.prepare(wanted)
        for case in wanted:
            if self.left() < 15:
                cells["not_measured"].append(text(case))
                continue
            cell = self.measure(case)
            cells["cells"].append(cell)
            self.say(f"  {cell['text']}: ours {cell.get('ours_ms')} ms, theirs {cell.get('theirs_ms')} ms {cell.get('way', '')}")
            if "ours_ms" not in cell:
                cells["failures"].append(f"{cell['text']}: {cell.get('ours_error')}")
        self.found["peer"] = self.theirs.facts
        for side in (self.ours, self.theirs):
            side.stop()

    def prepare(self, wanted):
        """Compiles PyTorch's cases in several processes at once, as far as a third of the time goes, so that the
        compiler's store on disk has them. Nothing is timed meanwhile."""
        if self.options.stand_in or self.options.ways == ["eager"] or self.left() < 120:
            return
        start = time.monotonic()
        until = start + self.left() / 3
        folder = self.options.build / "cases"
        folder.mkdir(exist_ok=True)
        count = min(8, len(wanted))
        running = []
        for number in range(count):
            path = folder / f"{number}.txt"
            path.write_text("".join(json.dumps({**case, "ways": self.options.ways}) + "\n" for case in wanted[number::count]))
            running.append(subprocess.Popen([*self.peer_command, "--prepare", str(path)], env=self.peer_env,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.say(f"  PyTorch compiled for {time.monotonic() - start:.0f} s")

    def measure(self, case):
        cell = {"text": text(case), "case": case, "ours": [], "theirs": {}, "errors": {}}
        ways = self.options.ways if self.left() > 60 else ["eager"]
        for _ in range(ROUNDS):
            answer = self.ours.ask(case, min(LIMIT, self.left()))
            if "step_ms" not in answer:
                cell["ours_error"] = answer.get("error", "no answer")
            else:
                cell["ours"].append(answer["step_ms"])
                cell["predicted_bytes"] = answer["predicted_bytes"]
            answer = self.theirs.ask({**case, "ways": ways}, min(LIMIT, self.left()))
            if "variants" not in answer and ways != ["eager"]:
                cell["errors"]["compiled"] = answer.get("error", "no answer")
                ways = ["eager"]
                answer = self.theirs.ask({**case, "ways": ways}, min(LIMIT, self.left()))
            for way, milliseconds in answer.get("variants", {}).items():
                cell["theirs"].setdefault(way, []).append(milliseconds)
            cell["errors"].update(answer.get("errors", {}))
            if "error" in answer:
                cell["errors"]["eager"] = answer["error"]
        if cell["ours"]:
            cell["ours_ms"] = round(statistics.median(cell["ours"]), 3)
        if cell["theirs"]:
            middle = {way: statistics.median(times) for way, times in cell["theirs"].items()}
            cell["way"] = min(middle, key=middle.get)
            cell["theirs_ms"] = round(middle[cell["way"]], 3)
        return cell
