#!/usr/bin/env python3
"""Runs the same work in turns: the engine, stock SameDiff, PyTorch with PEFT, and ONNX Runtime.

Training steps, with PyTorch and PEFT when a Python that has them is given:

    modules/benchmarks/side_by_side.py [--kernels onednn,nd4j,samediff] [--torch PYTHON] [--rounds 3] [--steps 10]
                                     [--precision bf16] [--recompute]

Inference of a model file, with ONNX Runtime when a Python that has it and numpy is given:

    modules/benchmarks/side_by_side.py --forward MODEL.onnx [--kernels onednn,nd4j] [--onnxruntime PYTHON]

Each round starts every competitor once, in a process of its own, so that peak memory is its own and slow minutes of a
shared machine hit all of them. Prints a line of JSON for each run, and in the end a table of medians and the ratios of
time and memory, each kernel set to each of the others. Stock SameDiff runs three steps a round, because it is slow.
The sets nd4j and samediff run with OMP_WAIT_POLICY=passive where the environment has no value: OpenMP threads that spin
take the cores from OpenBLAS's own. Written for Python 3.10, torch 2.13, transformers 5, peft 0.21, onnxruntime 1.32;
needs `mvn package` before.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

BENCH = pathlib.Path(__file__).parent / "target/bench/bin/bench"
TORCH = r"""
import json, resource, sys, time
import torch
from transformers import BertConfig, BertModel
from peft import LoraConfig, get_peft_model

precision = sys.argv[1]
layers, hidden, heads, batch, length, steps, threads = map(int, sys.argv[2:])
torch.set_num_threads(threads)
torch.manual_seed(1)
config = BertConfig(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
                    intermediate_size=4 * hidden, max_position_embeddings=max(512, length), hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
base = BertModel(config, add_pooling_layer=False)
model = get_peft_model(base.to(torch.bfloat16) if precision == "bf16" else base,
                       LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"]))
model.train()
ids = torch.randint(0, config.vocab_size, (batch, length))
mask = torch.ones(batch, length, dtype=torch.long)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3)
times = []
for step in range(steps + 2):
    start = time.perf_counter()
    optimizer.zero_grad()
    loss = (model(input_ids=ids, attention_mask=mask).last_hidden_state.float() ** 2).mean()
    loss.backward()
    optimizer.step()
    if step >= 2:
        times.append(1e3 * (time.perf_counter() - start))
times.sort()
print(json.dumps({"median_ms": round(times[len(times) // 2], 2), "min_ms": round(times[0], 2),
                  "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""

ONNXRUNTIME = r"""
import json, resource, sys, time
import numpy
import onnxruntime

file = sys.argv[1]
batch, length, steps, threads = map(int, sys.argv[2:])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
given = {"input_ids": numpy.random.default_rng(2).integers(0, 30522, (batch, length)),
         "attention_mask": numpy.ones((batch, length), dtype=numpy.int64),
         "token_type_ids": numpy.zeros((batch, length), dtype=numpy.int64)}
given = {each.name: given[each.name] for each in session.get_inputs()}
times = []
for step in range(steps + 3):
    start = time.perf_counter()
    session.run(["last_hidden_state"], given)
    if step >= 3:
        times.append(1e3 * (time.perf_counter() - start))
times.sort()
print(json.dumps({"median_ms": round(times[len(times) // 2], 2), "min_ms": round(times[0], 2),
                  "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""
SIZES = ["layers", "hidden", "heads", "batch", "length"]


def competitors(options, kernels):
    """The command of each competitor by its name."""

    def flags(names):
        return [word for name in names for word in (f"--{name}", str(getattr(options, name)))]

    commands = {}
    for name in kernels:
        if options.forward:
            work = ["forward", "--model", options.forward, *flags(["batch", "length", "steps"])]
        else:
            steps = min(3, options.steps) if name == "samediff" else options.steps
            work = ["step", *flags(SIZES), "--steps", str(steps)]
            if name != "samediff":
                work += ["--precision", options.precision]
                work += ["--recompute"] if options.recompute else []
        commands[name] = [str(BENCH), *work, "--kernels", name]
    if options.forward and options.onnxruntime:
        numbers = [str(getattr(options, name)) for name in ("batch", "length", "steps", "threads")]
        commands["onnxruntime"] = [options.onnxruntime, "-c", ONNXRUNTIME, options.forward, *numbers]
    if not options.forward and options.torch:
        numbers = [str(getattr(options, name)) for name in (*SIZES, "steps", "threads")]
        commands["torch"] = [options.torch, "-c", TORCH, options.precision, *numbers]
    return commands


def run(name, command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    if name in ("nd4j", "samediff"):
        environment.setdefault("OMP_WAIT_POLICY", "passive")
        environment.setdefault("GOMP_SPINCOUNT", "0")  # or the launcher's own would win over the policy
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def table(results):
    columns = ("median_ms", "min_ms", "peak_rss_mb")
    medians = {name: [statistics.median(line[key] for line in lines) for key in columns]
               for name, lines in results.items()}
    print(f"{'':12} {'median ms':>10} {'min ms':>10} {'peak MB':>10}")
    for name, row in medians.items():
        print(f"{name:12} {row[0]:10.0f} {row[1]:10.0f} {row[2]:10.0f}")
    names = list(medians)
    for i, name in enumerate(names):
        for other in names[i + 1:]:
            time, memory = (medians[name][column] / medians[other][column] for column in (0, 2))
            print(f"{name}/{other}: {time:.3f} of the time, {memory:.3f} of the memory")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in [("layers", 6), ("hidden", 384), ("heads", 12), ("batch", 8), ("length", 128),
                          ("steps", 10), ("rounds", 3), ("threads", 2)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--kernels", default="onednn", help="onednn, nd4j or samediff, or several with commas")
    parser.add_argument("--precision", default="fp32", choices=["fp32", "bf16"], help="of the engine's and torch's steps")
    parser.add_argument("--recompute", action="store_true", help="let the engine compute layers twice to save memory")
    parser.add_argument("--torch", metavar="PYTHON", help="a Python with torch, transformers and peft")
    parser.add_argument("--forward", metavar="MODEL.onnx", help="time inference of this model instead of steps")
    parser.add_argument("--onnxruntime", metavar="PYTHON", help="a Python with onnxruntime and numpy")
    options = parser.parse_args()
    kernels = options.kernels.split(",")
    allowed = ["onednn", "nd4j"] if options.forward else ["onednn", "nd4j", "samediff"]
    unknown = [name for name in kernels if name not in allowed]
    if unknown:
        parser.error(f"kernels must be among {', '.join(allowed)}: {', '.join(unknown)}")
    if not BENCH.exists():
        sys.exit(f"{BENCH} is missing; run mvn package first")
    commands = competitors(options, kernels)
    results = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            line = run(name, command, options.threads)
            results[name].append(line)
            print(json.dumps({"name": name, **line}), flush=True)
    table(results)


if __name__ == "__main__":
    main()
