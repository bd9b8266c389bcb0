"""Writes reducelr.json, checkpoint.json and template.json with Keras 3.15.1:
KERAS_BACKEND=jax python golden.py"""

import json
import os
import random
import tempfile

import keras

random.seed(7)


class Optimizer:
    def __init__(self):
        self.learning_rate = 1.0


class Model:
    stop_training = False
    metrics = []

    def __init__(self):
        self.optimizer = Optimizer()
        self.saved = []

    def save_weights(self, filepath, overwrite):
        self.saved.append(os.path.basename(filepath))

    save = save_weights


def values(n):
    return [None if random.random() < 0.08 else random.randrange(16) / 8 for _ in range(n)]


def logs(v):
    return {"loss": 9.0} if v is None else {"loss": 9.0, "val_loss": v}


cases = []
for _ in range(60):
    c = dict(mode=random.choice(["min", "max"]), factor=random.choice([0.1, 0.5]), patience=random.choice([1, 2, 3]),
             min_delta=random.choice([0.125, 0.25, 1e-4]), cooldown=random.choice([0, 0, 1, 3]), min_lr=random.choice([0, 0.2]))
    callback, model = keras.callbacks.ReduceLROnPlateau(**c), Model()
    callback.set_model(model)
    callback.on_train_begin()
    c["values"], c["logged"], c["rates"] = values(12), [], []
    for epoch, v in enumerate(c["values"]):
        l = logs(v)
        callback.on_epoch_end(epoch, l)
        c["logged"].append(l["learning_rate"])
        c["rates"].append(model.optimizer.learning_rate)
    cases.append(c)
json.dump(cases, open("reducelr.json", "w"), indent=0)

cases = []
for _ in range(60):
    c = dict(mode=random.choice(["min", "max"]), save_best_only=random.random() < 0.7,
             save_freq=random.choice(["epoch", "epoch", 1, 3, 4]), initial_value_threshold=None)
    if c["save_best_only"] and random.random() < 0.3:
        c["initial_value_threshold"] = 1.0
    path = "e{epoch:02d}{loss:.1f}.weights.h5" if c["save_freq"] == "epoch" else "e{epoch}b{batch:03d}.weights.h5"
    callback, model = keras.callbacks.ModelCheckpoint(os.path.join(tempfile.gettempdir(), path), save_weights_only=True, **c), Model()
    callback.set_model(model)
    if c["save_freq"] != "epoch":
        callback._set_monitor_op()
    c["values"], c["batches"] = values(8), random.choice([2, 5])
    for epoch, v in enumerate(c["values"]):
        callback.on_epoch_begin(epoch)
        for batch in range(c["batches"]):
            callback.on_train_batch_end(batch, logs(v))
        callback.on_epoch_end(epoch, logs(v))
    c["saved"] = [name.replace(".weights.h5", ".npz") for name in model.saved]
    c["save_freq"] = 0 if c["save_freq"] == "epoch" else c["save_freq"]
    cases.append(c)
json.dump(cases, open("checkpoint.json", "w"), indent=0)

numbers = [0.0, 1.0, -1.5, 0.1, 1 / 3, 123456.789, 1234567890.123, 1e-5, 1.5e16, 1e22, 2.5, 0.00012345, 99.995, float("nan"), float("inf"), -float("inf"), -0.0]
specs = ["", ".2f", ".0f", "f", "F", "e", ".3e", "E", "g", ".3g", "G", ".10g", "%", ".1%", "8.2f", "<8.2f", "^9.2f", ">8.2f",
         "=+9.2f", "+.2f", " .2f", "08.2f", "+010.3f", ",.2f", "015,.2f", "014,.1f", "*^12.1f", "x>9", ".3", ".1", "10", "-.1f", "é<9.1f"]
cases = [dict(spec=s, whole=False, value=repr(v), want=("{x:" + s + "}").format(x=v)) for s in specs for v in numbers]
for s in ["", "d", "02d", "03d", "5", "<5d", "^6d", "+d", "06,d", ",d", ".1f", "e", "%", "g", "08.3f", "_>4d"]:
    for v in [1, 7, 12, 123, 1234567]:
        cases.append(dict(spec=s, whole=True, value=repr(v), want=("{x:" + s + "}").format(x=v)))
json.dump(cases, open("template.json", "w"), indent=0)
