"""One workload on PyTorch: torch_peer.py SPEC [--compile] [--channels-last]"""

import os
import sys
import tempfile

import common
import torch
from torch import nn
from torch.nn import functional as F

spec = common.load(sys.argv[1])
compiled = torch.compile if "--compile" in sys.argv[2:] else lambda f, **options: f


def dense(*sizes):
    modules = []
    for a, b in zip(sizes, sizes[1:]):
        modules += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*modules[:-1])


class LSTM(nn.Module):
    def __init__(self, columns, units, sequences):
        super().__init__()
        self.lstm, self.sequences = nn.LSTM(columns, units, batch_first=True), sequences
        self.dense = nn.Linear(units, 1)

    def forward(self, x):
        h = self.lstm(x)[0]
        return self.dense(h if self.sequences else h[:, -1])


class Flatten(nn.Module):
    """Flattens with the channels last, which is how the next layer's weights lie."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def network():
    match spec.workload:
        case "tabular" | "tabular-256" | "predict-one" | "predict-bulk":
            return dense(30, 64, 32, 1)
        case "mnist-mlp":
            return dense(784, 256, 10)
        case "wide":
            return dense(256, 1024, 1024, 10)
        case "tiny":
            return dense(10, 16, 1)
        case "lstm" | "lstm-temporal":
            return LSTM(16, 64, spec.workload == "lstm-temporal")
        case "cnn":
            return nn.Sequential(
                nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
                Flatten(), dense(1600, 128, 10),
            )  # fmt: skip


def initialise(model):
    """Sets the weights that Keras starts with, which lie otherwise here. Of an
    LSTM's two biases the second stays 0, so that it learns as with one."""
    values = iter([torch.from_numpy(a) for a in spec.initial])
    with torch.no_grad():
        for m in model.modules():
            if isinstance(m, nn.Linear):
                m.weight.copy_(next(values).T)
                m.bias.copy_(next(values))
            elif isinstance(m, nn.Conv2d):
                m.weight.copy_(next(values).permute(3, 2, 0, 1))
                m.bias.copy_(next(values))
            elif isinstance(m, nn.LSTM):
                m.weight_ih_l0.copy_(next(values).T)
                m.weight_hh_l0.copy_(next(values).T)
                m.bias_ih_l0.copy_(next(values))
                m.bias_hh_l0.zero_().requires_grad_(False)


model = network()
if "--channels-last" in sys.argv[2:]:
    model.to(memory_format=torch.channels_last)
initialise(model)
x = torch.from_numpy(spec.x)
binary = spec.initial[-1].shape == (1,)


def train():
    inputs = x.permute(0, 3, 1, 2) if x.dim() == 4 else x  # one channel: both layouts at once
    y = torch.from_numpy(spec.y) if binary else torch.from_numpy(spec.y).long()
    w = None
    if spec.class_weight:
        w = torch.tensor(spec.class_weight, dtype=torch.float32)[y.long()]
    elif spec.w is not None:
        w = torch.from_numpy(spec.w)

    @compiled
    def loss_of(xb, yb, wb):
        if binary:
            return F.binary_cross_entropy_with_logits(model(xb).squeeze(-1), yb, weight=wb)
        each = F.cross_entropy(model(xb), yb, reduction="none" if wb is not None else "mean")
        return each if wb is None else (each * wb).mean()

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=1e-3, eps=1e-7, fused=True)
    clock, n = common.Clock(), len(inputs)
    for _ in range(spec.epochs):
        order, total = torch.randperm(n), torch.zeros(())
        for rows in order.split(spec.batch):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(inputs[rows], y[rows], None if w is None else w[rows])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
        final = total.item() / n
        clock.epoch_ended()
    if spec.saves:
        with tempfile.TemporaryDirectory() as folder:
            torch.save(model.state_dict(), os.path.join(folder, "tiny.pt"))
    common.report(clock.rows_per_second(n), final)


@torch.inference_mode()
def predict():
    forward = compiled(lambda x: torch.sigmoid(model(x)))
    mean = forward(x).mean()
    if spec.workload == "predict-one":
        rate = 1 / common.latency(forward, x[:1], 200 if spec.quick else 20000)
    else:
        sizes = [len(x)] if spec.quick else [2048, 8192, 65536, len(x)]
        rate = common.bulk(
            lambda size: torch.cat([forward(b) for b in x.split(size)]), sizes, len(x), 0.1 if spec.quick else 1
        )
    common.report(rate, mean)


predict() if spec.workload.startswith("predict") else train()
