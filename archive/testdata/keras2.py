"""Writes the whole models of Keras 2 that lie in keras2/, with what it predicts.

    python keras2.py DIR

It needs tf-keras, which is Keras 2, and TensorFlow.
"""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tf_keras as keras
from tf_keras import layers as L

ROWS = 5


def shared():
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    body = keras.Sequential([keras.Input((3,)), L.Dense(3, activation="tanh"), L.BatchNormalization()], name="body")
    inner_in = keras.Input((3,))
    inner = keras.Model(inner_in, L.Dense(2)(inner_in), name="inner")
    x, y = body(a), body(b)
    z = L.Concatenate()([inner(x), inner(y), L.Subtract()([x, y])])
    return keras.Model([a, b], [L.Dense(1, name="one")(z), L.Dense(3, activation="softmax", name="many")(z)])


def models():
    yield "dense", keras.Sequential([
        L.Dense(4, activation="relu", kernel_initializer=keras.initializers.GlorotUniform(seed=3), input_shape=(3,), kernel_regularizer="l2"),
        L.LeakyReLU(0.2), L.Dropout(0.1, seed=2), L.Dense(3, activation="softmax"),
    ]), keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"], lambda r: r.integers(0, 3, (ROWS,))
    yield "images", keras.Sequential([
        L.Conv2D(3, 3, padding="same", input_shape=(6, 6, 2)), L.BatchNormalization(), L.ReLU(6.0), L.MaxPooling2D(),
        L.SeparableConv2D(2, 2), L.DepthwiseConv2D(2), L.Flatten(), L.Dense(1, activation="sigmoid"),
    ]), keras.optimizers.RMSprop(0.01, momentum=0.5), keras.losses.BinaryCrossentropy(label_smoothing=0.1), ["AUC"], lambda r: r.integers(0, 2, (ROWS, 1))
    yield "sequences", keras.Sequential([
        L.Embedding(6, 3, mask_zero=True, input_length=4), L.Bidirectional(L.LSTM(2, return_sequences=True, recurrent_activation="hard_sigmoid")),
        L.GRU(3, return_sequences=True), L.GRU(2, reset_after=False, recurrent_activation="hard_sigmoid"), L.Dense(2),
    ]), keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5), momentum=0.9), "mse", None, lambda r: r.normal(size=(ROWS, 2))
    yield "shared", shared(), keras.optimizers.legacy.Adam(0.01, decay=0.1), ["mse", "sparse_categorical_crossentropy"], None, \
        lambda r: [r.normal(size=(ROWS, 1)), r.integers(0, 3, (ROWS,))]
    x = keras.Input((4, 3))
    y = L.LayerNormalization()(L.MultiHeadAttention(2, 2)(x, x))
    yield "attention", keras.Model(x, L.Dense(2)(L.GlobalAveragePooling1D()(y))), "adam", "mse", None, lambda r: r.normal(size=(ROWS, 2))


def main(folder):
    for name, model, optimizer, loss, metrics, targets in models():
        r = np.random.default_rng(len(name))
        model.set_weights([w + r.normal(0, 0.1, w.shape) ** 2 for w in model.get_weights()])
        xs = [r.integers(0, 6, (ROWS, 4)) if name == "sequences" else r.normal(size=(ROWS, *i.shape[1:])) for i in model.inputs]
        xs = [x.astype("float32") for x in xs]
        ys = targets(r)
        train = name not in ("dense",)
        model.compile(optimizer, loss, metrics=metrics)
        unpacked = lambda v: v if len(v) > 1 else v[0]
        fit = lambda n: [model.train_on_batch(unpacked(xs), ys) for _ in range(n)]
        fit(2)
        model.save(folder / f"{name}.h5")
        if name == "shared":
            model.save(folder / f"{name}.keras")
        listed = lambda v: v if isinstance(v, list) else [v]
        arrays = {f"x{i}": x for i, x in enumerate(xs)} | {f"y{i}": np.asarray(y, "float32") for i, y in enumerate(listed(ys))}
        arrays |= {f"p{i}": p for i, p in enumerate(listed(model.predict(unpacked(xs), verbose=0)))}
        if train:
            fit(3)
            arrays |= {f"q{i}": p for i, p in enumerate(listed(model.predict(unpacked(xs), verbose=0)))}
        np.savez(folder / f"{name}.npz", **arrays)


main(Path(sys.argv[1]))
