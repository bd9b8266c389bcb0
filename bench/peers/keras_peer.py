"""One workload on Keras, whose back end KERAS_BACKEND names: keras_peer.py SPEC [--steps N] [--jit auto|on|off]"""

import argparse
import os
import tempfile

import common
import keras
from keras import layers

parser = argparse.ArgumentParser()
parser.add_argument("spec")
parser.add_argument("--steps", type=int, default=1, help="steps_per_execution")
parser.add_argument("--jit", choices=["auto", "on", "off"], default="auto", help="jit_compile")
args = parser.parse_args()
spec = common.load(args.spec)


def dense(*units, last):
    return [layers.Dense(u, activation="relu") for u in units[:-1]] + [layers.Dense(units[-1], activation=last)]


def network():
    match spec.workload:
        case "tabular" | "tabular-256" | "predict-one" | "predict-bulk":
            return dense(64, 32, 1, last="sigmoid")
        case "mnist-mlp":
            return dense(256, 10, last="softmax")
        case "wide":
            return dense(1024, 1024, 10, last="softmax")
        case "tiny":
            return dense(16, 1, last="sigmoid")
        case "lstm":
            return [layers.LSTM(64)] + dense(1, last="sigmoid")
        case "lstm-temporal":
            return [layers.LSTM(64, return_sequences=True)] + dense(1, last="sigmoid")
        case "cnn":
            return [
                layers.Conv2D(32, 3, activation="relu"),
                layers.MaxPooling2D(),
                layers.Conv2D(64, 3, activation="relu"),
                layers.MaxPooling2D(),
                layers.Flatten(),
            ] + dense(128, 10, last="softmax")


model = keras.Sequential([keras.Input(spec.x.shape[1:])] + network())
model.set_weights(spec.initial)
binary = model.output_shape[-1] == 1
model.compile(
    optimizer="adam",
    loss="binary_crossentropy" if binary else "sparse_categorical_crossentropy",
    steps_per_execution=args.steps,
    jit_compile={"auto": "auto", "on": True, "off": False}[args.jit],
)


class Epochs(keras.callbacks.Callback):
    clock = common.Clock()

    def on_epoch_end(self, epoch, logs=None):
        self.loss = float(logs["loss"])  # waits for the last step
        self.clock.epoch_ended()


def train():
    y = spec.y[..., None] if binary else spec.y.astype("int32")
    epochs = Epochs()
    model.fit(
        spec.x,
        y,
        batch_size=spec.batch,
        epochs=spec.epochs,
        sample_weight=spec.w,
        class_weight=spec.class_weight and dict(enumerate(spec.class_weight)),
        verbose=0,
        callbacks=[epochs],
    )
    if spec.saves:
        with tempfile.TemporaryDirectory() as folder:
            model.save_weights(os.path.join(folder, "tiny.weights.h5"))
    common.report(epochs.clock.rows_per_second(len(spec.x)), epochs.loss)


def predict():
    rows = len(spec.x)
    mean = model.predict(spec.x, batch_size=rows, verbose=0).mean()
    if spec.workload == "predict-one":
        rate = 1 / common.latency(model.predict_on_batch, spec.x[:1], 100 if spec.quick else 2000)
    else:
        sizes = [rows] if spec.quick else [8192, 65536, rows]
        rate = common.bulk(
            lambda size: model.predict(spec.x, batch_size=size, verbose=0), sizes, rows, 0.1 if spec.quick else 1
        )
    common.report(rate, mean)


predict() if spec.workload.startswith("predict") else train()
