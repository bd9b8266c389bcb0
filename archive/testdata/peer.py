"""Keras's side of the test of archives: it writes models, or reads them.

    python peer.py write DIR 0/1    one archive for each model below, with its numbers
    python peer.py check DIR 0/1    loads each archive of a folder and compares

0/2 and 1/2 in place of 0/1 do one half each. JAX_COMPILATION_CACHE_DIR names a
folder where the second of them finds what the first has compiled.

Beside NAME.keras lies NAME.npz: inputs x0, x1, ..., targets y0, ..., the
predictions p0, ... of the model as it was saved, and q0, ... after three more
steps of training on that batch, unless they are not to be trained on.
"""

import os
import sys
import traceback
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Little models take longer to compile than to train.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")

import keras
import numpy as np
from keras import layers as L
from keras import losses, metrics, optimizers
from keras.optimizers import schedules

ROWS = 6


def listed(v):
    return list(v) if isinstance(v, (list, tuple)) else [v]


def predictions(model, xs):
    """One output of a model after the other; dicts by their keys."""
    y = model.predict_on_batch(xs if len(xs) > 1 else xs[0])
    if isinstance(y, dict):
        y = [y[k] for k in sorted(y)]
    return listed(y)


def steps(model, xs, ys, n):
    for _ in range(n):
        model.train_on_batch(xs if len(xs) > 1 else xs[0], ys if len(ys) > 1 else ys[0])


def sequential(shape, *layers):
    return keras.Sequential([keras.Input(shape), *layers])


def ints(high, *shape):
    return lambda rng: rng.integers(0, high, (ROWS, *shape)).astype("float32")


def padded(*shape):
    def make(rng):
        x = rng.normal(size=(ROWS, *shape)).astype("float32")
        x[0, 1:] = 0
        x[1, -1:] = 0
        return x

    return make


class Case:
    """A model, its optimizer and loss, and how to make other than normal data."""

    def __init__(self, model, optimizer="sgd", loss="mse", train=True, x=None, y=None, **compiled):
        self.model, self.optimizer, self.loss, self.train = model, optimizer, loss, train
        self.x, self.y, self.compiled = listed(x), listed(y), compiled


def functional(build, *shapes, **more):
    inputs = [keras.Input(s) for s in shapes]
    return Case(keras.Model(inputs if len(inputs) > 1 else inputs[0], build(*inputs)), **more)


def two_outputs(a, b):
    h = L.Dense(4, activation="tanh", name="shared")
    cat = L.Concatenate()([h(a), b])
    return [L.Dense(1, name="one")(cat), L.Dense(3, activation="softmax", name="many")(h(a))]


def nested(x):
    inner_in = keras.Input((3,))
    inner = keras.Model(inner_in, [L.Dense(2)(inner_in), L.Dense(3)(inner_in)], name="inner")
    deep = keras.Sequential([keras.Input((3,)), L.Dense(3), keras.Sequential([keras.Input((3,)), L.Dense(3)])])
    a, b = inner(deep(x))
    c, d = inner(deep(b))
    return L.Concatenate()([a, c, d])


def attention(x):
    a = L.MultiHeadAttention(2, 3)(x, x)
    b = L.MultiHeadAttention(1, 2, use_bias=False)(x, a, a, use_causal_mask=True)
    c = L.AdditiveAttention()([b, a])
    d = L.Attention(use_scale=True)([c, x])
    return L.GlobalAveragePooling1D()(L.LayerNormalization()(L.Add()([a, b, d])))


def states(x, y):
    s, h, c = L.LSTM(3, return_sequences=True, return_state=True)(x)
    return L.LSTM(3)(y, initial_state=[h, c])


def translated(a, b):
    _, h, c = L.LSTM(3, return_state=True)(L.Embedding(7, 3, mask_zero=True)(a))
    return L.Dense(2)(L.LSTM(3, return_sequences=True)(L.Embedding(7, 4, mask_zero=True)(b), initial_state=[h, c]))


def masked(tokens):
    x = L.Embedding(7, 3, mask_zero=True)(tokens)
    s = L.LSTM(3, return_sequences=True)(x)
    b = L.Bidirectional(L.GRU(2, return_sequences=True))(x)
    return L.GlobalAveragePooling1D()(L.Concatenate()([s, b]))


def distributed(x):
    y = L.TimeDistributed(keras.Sequential([keras.Input((5, 2)), L.Conv1D(2, 3), L.Flatten()]))(x)
    return L.GRU(2)(L.TimeDistributed(L.Dense(2))(y))


def frozen(x):
    x = L.Dense(3, trainable=False)(x)
    x = L.BatchNormalization(trainable=False)(x)
    body = keras.Sequential([keras.Input((3,)), L.Dense(3)])
    body.trainable = False
    return L.Dense(2)(body(x))


def dicts():
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    h = L.Concatenate()([a, b])
    return keras.Model([a, b], {"p": L.Dense(1, name="p")(h), "q": L.Dense(2, name="q")(h)})


def adapted():
    n = L.Normalization()
    n.adapt(np.random.default_rng(0).normal(3, 2, (50, 3)).astype("float32"))
    return sequential((3,), n, L.Dense(2))


def doubles():
    keras.config.set_dtype_policy("float64")
    try:
        return sequential((3,), L.Dense(4, activation="tanh"), L.Dense(2))
    finally:
        keras.config.set_dtype_policy("float32")


def cases():
    """Names and functions that make the cases."""
    d = lambda o, **more: Case(sequential((3,), L.Dense(4, activation="tanh"), L.Dense(2)), o, **more)
    decay = schedules.ExponentialDecay(0.05, 3, 0.7)
    rates = dict(learning_rate=0.01)
    return {
        # Optimizers, with their state.
        "sgd": lambda: d(optimizers.SGD(0.1)),
        "momentum": lambda: d(optimizers.SGD(0.1, momentum=0.9, nesterov=True)),
        "adam": lambda: d(optimizers.Adam(**rates)),
        "amsgrad": lambda: d(optimizers.Adam(amsgrad=True, **rates)),
        "adamw": lambda: d(optimizers.AdamW(weight_decay=0.1, **rates)),
        "adagrad": lambda: d(optimizers.Adagrad(**rates)),
        "adadelta": lambda: d(optimizers.Adadelta(1.0)),
        "adamax": lambda: d(optimizers.Adamax(**rates)),
        "nadam": lambda: d(optimizers.Nadam(**rates)),
        "rmsprop": lambda: d(optimizers.RMSprop(momentum=0.5, centered=True, **rates)),
        "ftrl": lambda: d(optimizers.Ftrl(**rates)),
        "lion": lambda: d(optimizers.Lion(**rates)),
        "lamb": lambda: d(optimizers.Lamb(**rates)),
        "adafactor": lambda: d(optimizers.Adafactor(**rates)),
        "muon": lambda: d(optimizers.Muon(**rates)),
        "averaged": lambda: d(optimizers.Adam(use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=4, **rates)),
        "accumulated": lambda: d(optimizers.Adam(gradient_accumulation_steps=2, **rates)),
        "clipped": lambda: d(optimizers.SGD(0.1, global_clipnorm=0.5)),
        "scaled": lambda: d(optimizers.LossScaleOptimizer(optimizers.Adam(**rates), initial_scale=2.0)),
        "exponential": lambda: d(optimizers.Adam(decay)),
        "cosine": lambda: d(optimizers.SGD(schedules.CosineDecay(0.1, 10, alpha=0.1, warmup_target=0.2, warmup_steps=2))),
        "restarts": lambda: d(optimizers.SGD(schedules.CosineDecayRestarts(0.1, 3))),
        "inverse": lambda: d(optimizers.SGD(schedules.InverseTimeDecay(0.1, 2, 0.5))),
        "piecewise": lambda: d(optimizers.SGD(schedules.PiecewiseConstantDecay([1, 3], [0.1, 0.05, 0.01]))),
        "polynomial": lambda: d(optimizers.SGD(schedules.PolynomialDecay(0.1, 4))),
        # What is asked of training.
        "metrics": lambda: Case(
            sequential((3,), L.Dense(3, activation="softmax")), "adam", losses.SparseCategoricalCrossentropy(),
            y=ints(3), metrics=["accuracy", metrics.SparseTopKCategoricalAccuracy(2, name="top")], weighted_metrics=["acc"],
        ),
        "binary": lambda: Case(
            sequential((3,), L.Dense(1, activation="sigmoid")), optimizers.RMSprop(0.01), losses.BinaryCrossentropy(label_smoothing=0.1),
            y=ints(2, 1), metrics=[metrics.AUC(curve="PR"), metrics.Precision(thresholds=0.3), "mae", keras.metrics.mean_squared_error],
        ),
        "focal": lambda: Case(
            sequential((3,), L.Dense(1)), "adam", losses.BinaryFocalCrossentropy(apply_class_balancing=True, from_logits=True), y=ints(2, 1),
        ),
        "outputs": lambda: functional(
            two_outputs, (3,), (2,), optimizer=optimizers.Adam(0.01), loss={"one": "mse", "many": "sparse_categorical_crossentropy"},
            y=[None, ints(3)], loss_weights={"one": 0.3, "many": 2.0}, metrics={"one": ["mae"], "many": ["accuracy"]},
        ),
        "list of outputs": lambda: functional(
            two_outputs, (3,), (2,), loss=[losses.Huber(), losses.SparseCategoricalCrossentropy()], y=[None, ints(3)],
            metrics=[["mae", "mse"], None], weighted_metrics=[None, ["accuracy"]],
        ),
        "dict of outputs": lambda: Case(dicts(), "adam", {"p": "mse", "q": "mae"}, metrics={"q": ["mse"]}),
        "regularized": lambda: Case(sequential(
            (3,), L.Dense(4, kernel_regularizer="l2", bias_regularizer=keras.regularizers.L1L2(0.1, 0.2), activity_regularizer="l1"),
            L.Dense(2, kernel_constraint=keras.constraints.MaxNorm(0.5)),
        )),
        "not compiled": lambda: Case(sequential((3,), L.Dense(2)), None, train=False),
        # How layers are connected.
        "nested": lambda: functional(nested, (3,), optimizer="adam"),
        "frozen": lambda: functional(frozen, (3,), optimizer="adam"),
        "branches": lambda: functional(lambda x: L.Add()([L.Multiply()([L.Dense(3)(x), x]), L.Maximum()([x, L.Dense(3)(x)])]), (3,)),
        "merges": lambda: functional(lambda x, y: L.Concatenate()([
            L.Subtract()([x, y]), L.Average()([x, y]), L.Minimum()([x, y]), L.Dot(axes=1)([L.Dense(3)(x), y]),
        ]), (3,), (3,)),
        "masked": lambda: functional(masked, (4,), x=ints(7, 4)),
        "states": lambda: functional(states, (4, 2), (5, 3)),
        "translated": lambda: functional(translated, (5,), (4,), x=[ints(7, 5), ints(7, 4)], train=False),
        "attention": lambda: functional(attention, (4, 3)),
        "distributed": lambda: functional(distributed, (3, 5, 2)),
        # Layers by themselves.
        "masking": lambda: Case(sequential((4, 2), L.Masking(), L.LSTM(3, return_sequences=True), L.Dense(2)), x=padded(4, 2)),
        "lstm": lambda: Case(sequential((4, 2), L.LSTM(3, use_bias=False, go_backwards=True, activation="relu"), L.Dense(2))),
        "gru": lambda: Case(sequential((4, 2), L.GRU(3, return_sequences=True), L.GRU(2, reset_after=False))),
        "simple rnn": lambda: Case(sequential((4, 2), L.SimpleRNN(3, return_sequences=True), L.SimpleRNN(2))),
        "rnn": lambda: Case(sequential((4, 2), L.RNN([L.LSTMCell(2), L.GRUCell(3), L.LSTMCell(2)], return_sequences=True), L.RNN(L.SimpleRNNCell(2)))),
        "bidirectional": lambda: Case(sequential(
            (4, 2), L.Bidirectional(L.LSTM(2, return_sequences=True), merge_mode="sum"),
            L.Bidirectional(L.GRU(2), backward_layer=L.LSTM(3, go_backwards=True)),
        )),
        "conv1d": lambda: Case(sequential(
            (8, 2), L.Conv1D(3, 3, padding="causal", dilation_rate=2), L.SeparableConv1D(4, 2), L.DepthwiseConv1D(2, depth_multiplier=2),
            L.Conv1DTranspose(2, 3, strides=2), L.MaxPooling1D(2), L.AveragePooling1D(2, padding="same"), L.GlobalMaxPooling1D(),
        )),
        "conv2d": lambda: Case(sequential(
            (7, 7, 2), L.Conv2D(4, 3, strides=2, groups=2, padding="same"), L.SeparableConv2D(3, 2), L.DepthwiseConv2D(2),
            L.Conv2DTranspose(2, (3, 2)), L.MaxPooling2D(2), L.ZeroPadding2D(1), L.AveragePooling2D(2), L.GlobalAveragePooling2D(),
        )),
        "normalised": lambda: Case(sequential(
            (6, 4), L.BatchNormalization(momentum=0.8), L.LayerNormalization(), L.GroupNormalization(2), L.UnitNormalization(), L.RMSNormalization(), L.Flatten(), L.Dense(2),
        )),
        "adapted": lambda: Case(adapted()),
        "reshaped": lambda: Case(sequential(
            (4, 6), L.Reshape((6, 4)), L.Permute((2, 1)), L.Cropping1D((1, 0)), L.ZeroPadding1D(1), L.UpSampling1D(2), L.Flatten(),
            L.Dense(2), L.RepeatVector(3), L.Rescaling(0.5, 0.1),
        )),
        "images": lambda: Case(sequential((4, 4, 1), L.UpSampling2D(2, interpolation="bilinear"), L.Cropping2D(1), L.GlobalMaxPooling2D(), L.Dense(2))),
        "activated": lambda: Case(sequential(
            (3,), L.Dense(4), L.PReLU(), L.Dense(4), L.LeakyReLU(0.1), L.ELU(), L.ReLU(6), L.Dense(4), L.Activation("gelu"), L.Softmax(),
        )),
        "dropped": lambda: Case(sequential(
            (4, 3), L.Dropout(0.1), L.SpatialDropout1D(0.1), L.GaussianDropout(0.1), L.GaussianNoise(0.1), L.AlphaDropout(0.1),
            L.ActivityRegularization(0.1), L.Identity(), L.Flatten(), L.Dense(2),
        ), train=False),
        "einsum": lambda: Case(sequential((4, 3), L.EinsumDense("abc,cd->abd", (4, 2), bias_axes="d"), L.Flatten(), L.Dense(2))),
        "seeds": lambda: Case(sequential((3,), L.Dense(4, kernel_initializer=keras.initializers.HeNormal(seed=3)), L.Dropout(0.2, seed=1), L.Dense(2)), train=False),
        "spatial": lambda: Case(sequential((4, 4, 2), L.SpatialDropout2D(0.2), L.Conv2D(2, 2), L.SpatialDropout2D(0.1), L.Flatten()), train=False),
        "scores": lambda: Case(
            sequential((3,), L.Dense(3, activation="softmax")), "adam", "categorical_crossentropy",
            y=lambda rng: np.eye(3, dtype="float32")[rng.integers(0, 3, ROWS)],
            metrics=[metrics.F1Score(average="weighted"), metrics.FBetaScore(beta=2.0), metrics.R2Score(), metrics.TopKCategoricalAccuracy(2)],
        ),
        "axes": lambda: Case(sequential((4, 3), L.BatchNormalization(axis=2), L.LayerNormalization(axis=(1, 2)), L.Flatten(), L.Dense(2))),
        "doubles": lambda: Case(doubles()),
        "stateful": lambda: Case(keras.Sequential([keras.Input(batch_shape=(ROWS, 4, 2)), L.LSTM(3, stateful=True), L.Dense(2)]), train=False),
        "categories": lambda: functional(lambda x: L.Dense(2)(L.Concatenate()([
            L.CategoryEncoding(5, output_mode="multi_hot")(x), L.Discretization([1.0, 3.0], output_mode="one_hot")(x),
        ])), (1,), x=ints(5, 1)),
    }


def write(folder, part):
    for name, make in list(cases().items())[part]:
        case = make()
        rng = np.random.default_rng(len(name))
        model = case.model
        for w in model.weights:
            if "count" not in w.path and "variance" not in w.path and "moving" not in w.path and "normalization" not in w.path:
                w.assign(w + rng.normal(0, 0.1, w.shape))
        shapes = [tuple(i.shape[1:]) for i in model.inputs]
        fill = lambda given, i, shape: (given[i] if i < len(given) and given[i] else lambda r: r.normal(size=(ROWS, *shape)).astype("float32"))(rng)
        xs = [fill(case.x, i, s) for i, s in enumerate(shapes)]
        ys = [fill(case.y, i, p.shape[1:]) for i, p in enumerate(predictions(model, xs))]
        targets = ys
        if case.optimizer:
            model.compile(case.optimizer, case.loss, **case.compiled)
            if isinstance(case.loss, dict) and len(case.loss) > 1 and isinstance(model.output, dict):
                targets = [dict(zip(sorted(case.loss), ys))]
        if case.train:
            steps(model, xs, targets, 2)
        file = name.replace(" ", "_")
        model.save(folder / f"{file}.keras")
        arrays = {f"x{i}": x for i, x in enumerate(xs)} | {f"y{i}": y for i, y in enumerate(ys)}
        arrays |= {f"p{i}": p for i, p in enumerate(predictions(model, xs))}
        if case.train:
            steps(model, xs, targets, 3)
            arrays |= {f"q{i}": p for i, p in enumerate(predictions(model, xs))}
        np.savez(folder / f"{file}.npz", **arrays)


def numbered(arrays, letter):
    return [arrays[f"{letter}{i}"] for i in range(len(arrays.files)) if f"{letter}{i}" in arrays.files]


def check(folder, part):
    failed = 0
    for path in sorted(folder.glob("*.keras"))[part]:
        try:
            arrays = np.load(path.with_suffix(".npz"))
            xs, ys, ps, qs = (numbered(arrays, letter) for letter in "xypq")
            model = keras.models.load_model(path)
            for got, want in zip(predictions(model, xs), ps, strict=True):
                np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)
            if qs:
                steps(model, xs, ys, 3)
                for got, want in zip(predictions(model, xs), qs, strict=True):
                    np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-4)
        except Exception:
            failed += 1
            print(f"{path.name}: {traceback.format_exc()}")
    print(f"{keras.__version__} on {keras.backend.backend()}: {failed} failed")
    sys.exit(failed > 0)


first, of = map(int, sys.argv[3].split("/"))
{"write": write, "check": check}[sys.argv[1]](Path(sys.argv[2]), slice(first, None, of))
