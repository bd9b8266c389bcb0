"""Writes models, arrays and what Keras makes of them: cases.json, *.keras, *.npz.

    KERAS_BACKEND=jax python make.py

Each case has the flags of "counterweight fit" that say the same as its call of
fit, the history of that call, and what evaluate and predict give afterwards.
Rows are taken in order, since shuffling draws other random numbers here.
"""
import json

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)
cases = []


def rare(n, share=0.25):
    """Rows of which few are positive, around another centre."""
    y = (rng.random(n) < share).astype("int64")
    x = rng.normal(size=(n, 4)).astype("float32") + y[:, None]
    return x, y


def add(name, model, args, *, arrays, **call):
    """Trains model as call says, and keeps it as it was before."""
    model.save(f"{name}.keras")
    np.savez(f"{name}.npz", **arrays)
    history = model.fit(shuffle=False, verbose=0, **call).history
    evaluated = model.evaluate(call["x"], call["y"], verbose=0, return_dict=True)
    predicted = model.predict(call["x"], verbose=0)
    outputs = predicted if isinstance(predicted, dict) else {model.layers[-1].name: predicted}
    cases.append({
        "name": name, "args": args, "history": history, "evaluate": evaluated,
        "x": [args[i + 1] for i in range(0, len(args), 2) if args[i] == "--x"],
        "y": [args[i + 1] for i in range(0, len(args), 2) if args[i] == "--y"],
        "predict": {k: np.asarray(v).astype(float).ravel().tolist() for k, v in outputs.items()},
    })


def binary():
    return keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])


x, y = rare(60)
m = binary()
m.compile("adam", "binary_crossentropy", metrics=["accuracy", "precision", "recall", "auc"], weighted_metrics=["binary_accuracy"])
m.optimizer.learning_rate = 0.01
add("class_weight", m, ["--x", "class_weight.npz:x", "--y", "class_weight.npz:y", "--class-weight", '{"0": 1, "1": 5}', "--epochs", "4",
    "--batch-size", "8", "--validation-split", "0.25"],
    arrays={"x": x, "y": y}, x=x, y=y, class_weight={0: 1, 1: 5}, epochs=4, batch_size=8, validation_split=0.25)

x, y = rare(50)
vx, vy = rare(20)
w, vw = rng.gamma(1, size=50), rng.gamma(1, size=20).astype("float32")
w[:5] = 0
m = binary()
m.compile(keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True), "binary_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"])
add("sample_weight", m, ["--x", "sample_weight.npz:x", "--y", "sample_weight.npz:y", "--sample-weight", "sample_weight.npz:w", "--epochs", "3",
    "--initial-epoch", "1", "--validation-x", "sample_weight.npz:vx", "--validation-y", "sample_weight.npz:vy",
    "--validation-sample-weight", "sample_weight.npz:vw", "--validation-freq", "2"],
    arrays={"x": x, "y": y, "w": w, "vx": vx, "vy": vy, "vw": vw}, x=x, y=y, sample_weight=w, epochs=3, initial_epoch=1,
    validation_data=(vx, vy, vw), validation_freq=2)

n, steps = 24, 5
x = rng.normal(size=(n, steps, 3)).astype("float32")
y = (x.sum(2, keepdims=True) > 1.5).astype("float32")
w = np.where(rng.random((n, steps)) < 0.3, 0, 1 + 4 * y[..., 0])
m = keras.Sequential([keras.Input((steps, 3)), layers.LSTM(4, return_sequences=True), layers.Dense(1, activation="sigmoid")])
m.compile(keras.optimizers.RMSprop(0.02), "binary_crossentropy", weighted_metrics=["accuracy"])
add("temporal", m, ["--x", "temporal.npz:x", "--y", "temporal.npz:y", "--sample-weight", "temporal.npz:w", "--sample-weight-mode", "temporal",
    "--epochs", "3", "--batch-size", "7"],
    arrays={"x": x, "y": y, "w": w}, x=x, y=y, sample_weight=w, epochs=3, batch_size=7)

n = 40
a, b = rng.normal(size=(n, 3)).astype("float32"), rng.normal(size=(n, 2))
fraud, kind = (a[:, :1] + b[:, :1] > 1).astype("int8"), rng.integers(0, 3, n)
ia, ib = keras.Input((3,), name="a"), keras.Input((2,), name="b")
h = layers.Dense(6, activation="tanh", name="h")(layers.Concatenate(name="both")([ia, ib]))
m = keras.Model([ia, ib], {"fraud": layers.Dense(1, activation="sigmoid", name="fraud")(h), "kind": layers.Dense(3, activation="softmax", name="kind")(h)}, name="two")
m.compile(keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.02, 5, 0.9), clipnorm=1.0),
          {"fraud": "binary_crossentropy", "kind": "sparse_categorical_crossentropy"}, loss_weights={"fraud": 2.0, "kind": 0.5},
          metrics={"fraud": ["recall"], "kind": ["accuracy"]})
w = {"fraud": (1 + 3 * fraud[:, 0]).astype("float64"), "kind": rng.random(n)}
add("outputs", m, ["--x", "a=outputs.npz:a", "--x", "b=outputs.npz:b", "--y", "fraud=outputs.npz:fraud", "--y", "kind=outputs.npz:kind",
    "--sample-weight", "fraud=outputs.npz:wf", "--sample-weight", "kind=outputs.npz:wk", "--epochs", "3", "--batch-size", "16"],
    arrays={"a": a, "b": b, "fraud": fraud, "kind": kind, "wf": w["fraud"], "wk": w["kind"]},
    x={"a": a, "b": b}, y={"fraud": fraud, "kind": kind}, sample_weight=w, epochs=3, batch_size=16)

for c in cases:
    c["evaluate"] = {k: float(v) for k, v in c["evaluate"].items()}
json.dump(cases, open("cases.json", "w"), indent=1)
