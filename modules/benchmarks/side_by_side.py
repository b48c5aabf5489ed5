#!/usr/bin/env python3
"""Runs training steps in turns: the engine, stock SameDiff, and PyTorch with PEFT when a Python that has them is given.

    modules/benchmarks/side_by_side.py [--rounds 3] [--steps 10] [--threads 2] [--torch PYTHON] [--samediff]

Each round starts every competitor once, in a process of its own, so that peak memory is its own and slow minutes of a
shared machine hit all of them. Prints a line of JSON for each run and a table of medians in the end.
Written for Python 3.10, torch 2.13, transformers 5, peft 0.21; needs `mvn package` before.
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

layers, hidden, heads, batch, length, steps, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(1)
config = BertConfig(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
                    intermediate_size=4 * hidden, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
model = get_peft_model(BertModel(config, add_pooling_layer=False),
                       LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"]))
model.train()
ids = torch.randint(0, config.vocab_size, (batch, length))
mask = torch.ones(batch, length, dtype=torch.long)
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3)
times = []
for step in range(steps + 2):
    start = time.perf_counter()
    optimizer.zero_grad()
    loss = (model(input_ids=ids, attention_mask=mask).last_hidden_state ** 2).mean()
    loss.backward()
    optimizer.step()
    if step >= 2:
        times.append(1e3 * (time.perf_counter() - start))
times.sort()
print(json.dumps({"median_ms": round(times[len(times) // 2], 2), "min_ms": round(times[0], 2),
                  "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in [("layers", 6), ("hidden", 384), ("heads", 12), ("batch", 8), ("length", 128),
                          ("steps", 10), ("rounds", 3), ("threads", 2)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--torch", metavar="PYTHON", help="a Python with torch, transformers and peft")
    parser.add_argument("--samediff", action="store_true", help="also run stock SameDiff, with 3 steps a round")
    options = parser.parse_args()
    sizes = ["layers", "hidden", "heads", "batch", "length"]
    if not BENCH.exists():
        sys.exit(f"{BENCH} is missing; run mvn package first")

    def bench(kernels, steps):
        flags = [word for size in sizes for word in (f"--{size}", str(getattr(options, size)))]
        return [str(BENCH), "step", *flags, "--steps", str(steps), "--kernels", kernels]

    competitors = {"onednn": bench("onednn", options.steps)}
    if options.samediff:
        competitors["samediff"] = bench("samediff", min(3, options.steps))
    if options.torch:
        numbers = [str(getattr(options, name)) for name in [*sizes, "steps", "threads"]]
        competitors["torch"] = [options.torch, "-c", TORCH, *numbers]

    environment = dict(os.environ, OMP_NUM_THREADS=str(options.threads))
    results = {name: [] for name in competitors}
    for _ in range(options.rounds):
        for name, command in competitors.items():
            run = subprocess.run(command, env=environment, capture_output=True, text=True)
            if run.returncode != 0:
                sys.exit(f"{name} failed:\n{run.stderr[-2000:]}")
            line = json.loads(run.stdout.strip().splitlines()[-1])
            results[name].append(line)
            print(json.dumps({"name": name, **line}), flush=True)
    print(f"{'':10} {'median ms':>10} {'min ms':>10} {'peak MB':>10}")
    for name, lines in results.items():
        row = [statistics.median(line[key] for line in lines) for key in ("median_ms", "min_ms", "peak_rss_mb")]
        print(f"{name:10} {row[0]:10.0f} {row[1]:10.0f} {row[2]:10.0f}")


if __name__ == "__main__":
    main()
