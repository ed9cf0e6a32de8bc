"""Loads every generated net*.py of a folder, strictly, and runs its own check; says what is wrong, and the largest
difference as a share of the largest output. Where Keras is not installed, a stand-in takes its place.
Usage: python3 check_exports.py FOLDER KERAS_STAND_IN"""

import importlib.util
import sys
from pathlib import Path

BOUND = 1e-5


def checked(path):
    spec = importlib.util.spec_from_file_location("net", path)
    net = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(net)
    largest, good = net.check()
    stored = net.read_safetensors(net.CHECK)
    scale = max([1.0] + [float(abs(stored[name]).max()) for name in net.OUTPUTS])
    return largest / scale, good


def main():
    if importlib.util.find_spec("keras") is None:
        sys.path.insert(0, sys.argv[2])
    worst, files, bad = 0.0, 0, 0
    for path in sorted(Path(sys.argv[1]).glob("net*.py")):
        files += 1
        try:
            share, good = checked(path)
            worst = max(worst, share)
            if not good or not share <= BOUND:
                raise ValueError(f"differs by {share:.2e} of the largest output")
        except Exception as error:
            bad += 1
            print(f"{path.name}: {type(error).__name__}: {error}")
    print(f"{files} files, {bad} wrong, largest difference as a share of the largest output {worst:.1e}")
    sys.exit(1 if bad or not files else 0)


main()
