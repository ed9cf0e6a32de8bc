"""The page of results: tables for people, and beside it the same as JSON."""
import json
import pathlib

MIB = 1 << 20


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(value) for value in row) + " |" for row in rows]) + "\n"


def number(value):
    return "none" if value is None or value >= 1e300 else f"{value:.1e}" if value else "0"


def failures(part):
    return "".join(f"- **failed**: {text}\n" for text in part.get("failures", []))


def kernels(part):
    worst = {}
    for line in part.get("lines", []):
        if line["examples"]:
            held = worst.setdefault((line["op"], line["kernel"], line["math"]), line)
            held["worst"] = max(held["worst"], line["worst"])
    rows = [(f"{op} [{kernel}]", math, line["examples"], number(line["worst"]),
             number(line["allowed"]) if math == "float32" else "measured only")
            for (op, kernel, math), line in sorted(worst.items(), key=lambda item: item[0][2])]
    return (f"## Every kernel on every example of its op\n\n{part.get('checked', 0)} checks against the reference in "
            f"double precision; errors as shares of the largest value.\n\n{failures(part)}\n"
            + table(("kernel", "arithmetic", "examples", "worst error", "allowed"), rows))


def networks(part):
    rows = [(line["network"], line["math"], number(line["loss"]), number(line["gradient"]), line["parameter"],
             number(line["statistics"]), f"{line['cosine']:.6f}") for line in part.get("lines", [])]
    return (f"## Whole steps against the reference\n\nThe third step: queued, recorded, replayed.\n\n{failures(part)}\n"
            + table(("network", "arithmetic", "losses", "worst gradient", "of", "running statistics", "cosine"), rows))


def bits(part):
    rows = [(line["network"], line["math"], line["differences"] or "same bits") for line in part.get("lines", [])]
    return (f"## The same bits\n\nTwo sessions; queued, recorded and replayed steps; after six updates.\n\n"
            f"{failures(part)}\n" + table(("network", "arithmetic", "differences"), rows))


def memory(part):
    rows = [(line["network"], line["math"], *(f"{line[key] / MIB:.0f}" for key in ("predicted", "session", "with_update", "kept")))
            for line in part.get("lines", [])]
    return (f"## Memory, MiB\n\nPredicted: values of a step, weights and gradients. Taken: what the device has less.\n\n"
            f"{failures(part)}\n"
            + table(("network", "arithmetic", "predicted", "session took", "with optimizer, running", "not given back"), rows))


def lost(part):
    return (f"## A lost device\n\nAfter {part.get('updates')} updates a kernel read what is nobody's; the state of update "
            f"{part.get('came_home')} came home.\n\n{failures(part)}")


def per_second(case, milliseconds):
    return f"{1000 * case['batch'] / milliseconds:,.0f}" if milliseconds else "none"


def speed(part):
    texts = []
    for mode, title in (("train", "Training step with optimizer"), ("infer", "Forward pass")):
        rows = []
        for cell in part["cells"]:
            case, ours, theirs = cell["case"], cell.get("ours_ms"), cell.get("theirs_ms")
            if case["mode"] != mode:
                continue
            ways = [f"{min(cell['theirs'][way]):.2f}" if way in cell["theirs"] else "none"
                    for way in ("eager", "compile", "reduce-overhead")]
            rows.append((f"{case['network']} {case['depth']}", case["batch"], case["math"], ours or "none", per_second(case, ours),
                         *ways, per_second(case, theirs), f"**{theirs / ours:.2f}**" if ours and theirs else "none"))
        if rows:
            texts.append(f"### {title}\n\n" + table(
                ("network", "batch", "arithmetic", "ours ms", "images/s", "PyTorch ms", "compiled", "with graphs",
                 "its best images/s", "ratio"), rows))
    text = ("## Speed beside PyTorch\n\nIn turn, two rounds; medians of groups of ten steps, waited for at the end of a group "
            "only. PyTorch: channels-last, cudnn.benchmark, fused optimizer; eager, compiled, compiled with "
            "reduce-overhead; the best counts. Ratio: its time over ours.\n\n" + failures(part) + "\n" + "\n".join(texts))
    errors = [f"- {cell['text']}, {way}: {why}\n" for cell in part["cells"] for way, why in cell["errors"].items()]
    if errors:
        text += "\nWhat PyTorch did not run:\n\n" + "".join(errors)
    if part["not_measured"]:
        text += "\nNot measured, for want of time: " + "; ".join(part["not_measured"]) + ".\n"
    return text


def epoch(part):
    rows = [(line["network"], line["math"], line["images"], f"{line['epoch_seconds']:.1f}", f"{743 / line['epoch_seconds']:.1f}")
            for line in part.get("lines", [])]
    return ("## An epoch of the 28-layer autoencoder\n\n50,000 images; batches made on the device, the outcome of every "
            "step read. Where fewer images went through, the seconds are scaled up. The source "
            f"post's GTX 1070 took 743 s at batch 25.\n\n{failures(part)}\n"
            + table(("network", "arithmetic", "images run", "seconds an epoch", "times as fast as the post"), rows))


def profile(part):
    text = "## Where the time goes\n\nSteps waited for one by one, so that their sum is more than a step.\n\n" + failures(part)
    for one in part.get("tables", []):
        text += (f"\n### {one['network']}, {one['math']}\n\nBy kernel\n\n```\n{one['kernels']}```\n\nBy kernel and shape\n\n"
                 f"```\n{one['shapes']}```\n")
    return text


SECTIONS = (("kernels", kernels), ("networks", networks), ("bits", bits), ("memory", memory), ("lost", lost),
            ("speed", speed), ("epoch", epoch), ("profile", profile))


def page(found):
    facts, peer = found.get("facts", {}), found.get("peer", {})
    text = (f"# The CUDA engine on {facts.get('name', 'no GPU')}\n\n{found['date']}; {facts.get('libraries', '')}; compute "
            f"capability {facts.get('capability', 'unknown')}, {facts.get('memory_bytes', 0) / 2**30:.0f} GiB. ")
    if peer:
        text += f"PyTorch {peer.get('torch')}, CUDA {peer.get('cuda')}, cuDNN {peer.get('cudnn')}. "
    text += "Seconds: " + ", ".join(f"{name} {took}" for name, took in found["seconds"].items()) + ".\n"
    if found.get("left_out"):
        text += "\nLeft out for want of time: " + ", ".join(found["left_out"]) + ".\n"
    for name, section in SECTIONS:
        if name in found:
            text += "\n" + section(found[name])
    return text


def write(found, folders):
    """The page and its JSON into every folder, over those of the same run; the page's path."""
    device = "".join(c if c.isalnum() else "-" for c in found.get("facts", {}).get("name", "")).lower() or "unknown"
    name = f"{device}-{found['date'].replace(' ', '-').replace(':', '')}"
    first = None
    for folder in map(pathlib.Path, folders):
        folder.mkdir(parents=True, exist_ok=True)
        if "facts" not in found:
            continue
        (folder / f"{name}.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
        (folder / f"{name}.md").write_text(page(found), encoding="utf-8")
        first = first or folder / f"{name}.md"
    return first
