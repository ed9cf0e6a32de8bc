"""Loads every generated net*.py of a folder, strictly, and runs its own check; says what is wrong, and the largest
difference as a share of the largest output. Usage: python3 check_pytorch.py FOLDER [files]"""

import importlib.util
import sys
from pathlib import Path

import torch

BOUND = 1e-5


def checked(path):
    spec = importlib.util.spec_from_file_location("net", path)
    net = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(net)
    largest, _ = net.check()
    stored = net.read_safetensors(net.CHECK)
    scale = max([1.0] + [stored[name].abs().max().item() for name in net.OUTPUTS])
    return largest / scale


def main():
    torch.set_num_threads(2)
    worst, bad = 0.0, 0
    for path in sorted(Path(sys.argv[1]).glob("net*.py")):
        try:
            share = checked(path)
            worst = max(worst, share)
            if not share <= BOUND:
                raise ValueError(f"differs by {share:.2e} of the largest output")
        except Exception as error:
            bad += 1
            print(f"{path.name}: {type(error).__name__}: {error}")
    print(f"largest difference as a share {worst:.1e}, {bad} wrong")
    sys.exit(1 if bad else 0)


main()
