"""Prints the golden files of this folder with real Keras: KERAS_BACKEND=jax python golden.py"""

import os
import pathlib

here = pathlib.Path(__file__).parent
os.environ.pop("COLUMNS", None)

import keras
from keras import Input, Model, Sequential
from keras.layers import LSTM, Activation, Add, BatchNormalization, Dense, Dropout, Embedding, Flatten, Masking


def detector():
    return Sequential([Input((30,)), Dense(64, activation="relu"), Dropout(0.3), Dense(1, activation="sigmoid")])


def automatic_names():
    block = lambda **args: [Dense(100), BatchNormalization(**args), Activation("relu"), Dropout(0.5)]
    return Sequential([Input((20,)), *block(), *block(center=False), Dense(3, activation="softmax")])


def image():
    layers = [BatchNormalization(), Activation("tanh"), Flatten(), Dense(10, activation="softmax")]
    return Sequential([Input((28, 28, 1)), *layers], name="digits")


def long_shapes():
    return Sequential([Input((128, 256, 32, 1024)), Activation("relu"), Dense(2), Flatten(), Dropout(0.1)])


def shape_widths():
    return Sequential([Input((100, 1000, 1)), Dense(1234), Dense(12345, use_bias=False), Dense(3)])


def long_names():
    dense = ["x" * n for n in (23, 24, 30, 31, 32, 40)]
    norm = ["bn", "x" * 10, "x" * 11]
    more = ["first block output of the encoder", f"first block {'x' * 33} end", f"{'x' * 33} end"]
    more += [" lead", "two  spaces", "x" * 33 + "  end", "x" * 29 + "   end", "[red]x", "größe"]
    layers = [Dense(8, name=n) for n in dense] + [BatchNormalization(name=n) for n in norm] + [Dense(8, name=n) for n in more]
    return Sequential([Input((8,)), *layers])


def chain():
    x = Input((4,))
    return Model(x, Dense(1)(Dense(3)(x)))


def residual():
    x = Input((8,), name="amounts")
    hidden = Dense(8, activation="relu")(x)
    return Model(x, Dense(1, activation="sigmoid", name="fraud")(Add()([x, hidden])))


def branches():
    table, words = Input((30,), name="table"), Input((20,), name="words")
    a = Dense(16, activation="relu")(table)
    b = LSTM(16)(Embedding(1000, 8)(words))
    both = Add(name="both")([a, b])
    first = Dense(1, activation="sigmoid", name="fraud")(both)
    second = Dense(5, activation="softmax", name="kind_of_merchant_or_terminal")(Dropout(0.1)(both))
    return Model([table, words], [first, second], name="two_heads")


def shared():
    left, right = Input((12,), name="left"), Input((12,), name="right")
    tower, twice = Dense(6, name="tower"), Dense(6, name="twice")
    return Model([left, right], Add()([twice(tower(left)), tower(right), twice(twice(tower(left)))]))


def encoder():
    return Sequential([Input((10, 3)), Masking(), LSTM(4), BatchNormalization()], name="encoder")


def mixer():
    a, b = Input((4,), name="a"), Input((4,), name="b")
    return Model([a, b], Add()([Dense(4)(a), b]), name="mixer")


def nested():
    x, y = Input((10, 3), name="x"), Input((10, 3), name="y")
    e, m = encoder(), mixer()
    once = m([e(x), e(y)])
    return Model([x, y], Dense(1, name="last")(m([once, e(x)])), name="nested")


def sequence_of_models():
    return Sequential([Input((10, 3)), encoder(), Dense(1, name="last")], name="stack")


def frozen():
    model = branches()
    model.get_layer("embedding").trainable = False
    model.get_layer("dense").trainable = False
    return model


def frozen_inside():
    model = nested()
    model.get_layer("encoder").trainable = False
    return model


models = {
    "chain": chain,
    "residual": residual,
    "branches": branches,
    "shared": shared,
    "nested": nested,
    "sequence_of_models": sequence_of_models,
    "frozen": frozen,
    "frozen_inside": frozen_inside,
    "dense": detector,
    "automatic_names": automatic_names,
    "image": image,
    "long_shapes": long_shapes,
    "shape_widths": shape_widths,
    "long_names": long_names,
    "input_only": lambda: Sequential([Input((5,))]),
    "no_weights": lambda: Sequential([Input((5,)), Activation("relu")], name='a "quoted" \\ name in größe'),
    "megabytes": lambda: Sequential([Input((1000,)), Dense(1100), Dense(1000), BatchNormalization()]),
    "kilobyte": lambda: Sequential([Input((16,)), Dense(16, use_bias=False)]),
}


def write(name, make):
    keras.utils.clear_session()
    make().summary(print_fn=(here / f"{name}.txt").write_text)


for name, make in models.items():
    write(name, make)
keras.config.set_floatx("float64")
write("float64", detector)
