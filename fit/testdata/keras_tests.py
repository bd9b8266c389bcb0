# What Keras gives in the fits of its own trainer_test.py, compile_utils_test.py
# and data_adapter_utils_test.py, and in some more that meet the same edges.
import json, os
os.environ["KERAS_BACKEND"] = "jax"
import numpy as np, keras
from keras import layers, losses, metrics, optimizers
from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

out = {}

def ones(units, columns=4, **compile):
    m = keras.Sequential([keras.Input((columns,)), layers.Dense(units, use_bias=False, kernel_initializer="ones", name="y")])
    m.compile(optimizer=optimizers.SGD(), loss=losses.MeanSquaredError(), metrics=[metrics.MeanSquaredError()], **compile)
    return m

x, y = np.ones((100, 4)), np.zeros((100, 3))
for name, args in {"fit_flow": {}, "fit_flow_steps_per_epoch": {"steps_per_epoch": 7}, "fit_with_val_split": {"validation_split": 0.2},
                   "fit_with_val_split_steps_per_epoch": {"validation_split": 0.2, "steps_per_epoch": 7}}.items():
    out[name] = ones(3).fit(x, y, batch_size=20, epochs=3, verbose=0, **args).history

m, sw, got = ones(3), np.arange(100, dtype="float32") / 50, []
for call in [lambda: m.train_on_batch(x, y), lambda: m.train_on_batch(x, y), lambda: m.test_on_batch(x, y), lambda: m.predict_on_batch(x)[0],
             lambda: m.train_on_batch(x, y, sw), lambda: m.test_on_batch(x, y, sw), lambda: m.predict_on_batch(x)[0],
             lambda: m.train_on_batch(x, y, class_weight={1: 0.3, 0: 0.2})]:
    got.append(np.asarray(call()).tolist())
out["on_batch_methods"] = got

steps = {}
for s in [10, 5, 9, 11]:
    m, counts = ones(1), []
    class Count(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None): counts.append(0)
        def on_train_batch_end(self, batch, logs=None): counts[-1] += 1
    m.fit(np.ones((80, 4)), np.ones((80, 1)), batch_size=8, epochs=4, steps_per_epoch=s, verbose=0, callbacks=[Count()])
    steps[s] = {"batches": counts, "weights": m.get_weights()[0].ravel().tolist()}
out["steps_per_epoch"] = steps

def two_in(units=2):
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    d = lambda: layers.Dense(units, use_bias=False, kernel_initializer="ones")
    m = keras.Model([a, b], layers.Add()([d()(a), d()(b)]))
    m.compile(optimizer="sgd", loss="mse", metrics=["mse"])
    return m
m, xs, y2 = two_in(), [np.ones((3, 2)), np.ones((3, 3))], np.ones((3, 2))
out["nested_inputs"] = [m.fit(xs, y2, verbose=0).history["loss"][0], m.train_on_batch(xs, y2)[0], m.evaluate(xs, y2, verbose=0)[0], m.test_on_batch(xs, y2)[0]]

x, y = np.ones((40, 4)), np.zeros((40, 3))
def two_out(weights=None, **compile):
    i = keras.Input((4,), name="x")
    d = lambda n: layers.Dense(3, use_bias=False, kernel_initializer="ones", name=n)
    m = keras.Model(i, [d("y_one")(i), d("y_two")(i)])
    m.compile(optimizer=optimizers.SGD(), loss={"y_one": "mse", "y_two": "mse"}, metrics={"y_one": ["mse"], "y_two": ["mse"]},
              weighted_metrics={"y_one": ["mse"]}, loss_weights=weights, **compile)
    return m
out["loss_weights"] = [ones(3, loss_weights=0.2).fit(x, y, batch_size=20, epochs=3, verbose=0).history,
                       two_out({"y_one": 0.1, "y_two": 0.2}).fit(x, [y, y], batch_size=20, epochs=3, verbose=0).history]
w1, w2 = np.arange(40) / 20, (np.arange(40) % 3).astype("float32")
m = two_out()
out["sample_weights_of_outputs"] = [
    two_out().fit(x, [y, y], sample_weight=w, batch_size=16, epochs=2, verbose=0, shuffle=False, validation_split=0.25).history
    for w in ([w1, w2], w1, w1[:, None])
] + [m.train_on_batch(x, [y, y], sample_weight=[w1, w2], return_dict=True), m.test_on_batch(x, [y, y], sample_weight=[w1, w2], return_dict=True)]

# Metrics of two batches of predictions that the model passes on as they are.
y_true = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]] * 2)
y_pred = np.array([[0.4, 0.1], [0.2, 0.6], [0.6, 0.1], [0.3, 0.2], [0.1, 0.4], [0.2, 0.3]])
y_true2 = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]] * 2)
y_pred2 = np.array([[0.4, 0.1, 0.3], [0.2, 0.6, 0.4], [0.6, 0.1, 0.8], [0.3, 0.2, 0.1], [0.5, 0.4, 0.6], [0.1, 0.8, 0.7]])
w = np.array([1, 0, 1.0] * 2)
MSE = metrics.MeanSquaredError
i = keras.Input((2,))
m = keras.Model(i, layers.Activation("linear", name="output_1")(i))
m.compile(loss="mse", metrics=[MSE(), MSE()], weighted_metrics=[MSE(), MSE()])
one = m.evaluate(y_pred, y_true, sample_weight=w, batch_size=3, verbose=0, return_dict=True)
m.compile(loss="mse", metrics=["acc", "accuracy", "mse"])
names = m.evaluate(y_pred[:3], y_true[:3], verbose=0, return_dict=True)
i, j = keras.Input((2,)), keras.Input((3,))
m = keras.Model([i, j], [layers.Activation("linear", name="output_1")(i), layers.Activation("linear", name="output_2")(j)])
both = lambda: {k: [MSE(), MSE(name="mse")] for k in ["output_1", "output_2"]}
m.compile(loss="mse", metrics=both(), weighted_metrics=both())
two = m.evaluate([y_pred, y_pred2], [y_true, y_true2], sample_weight=w, batch_size=3, verbose=0, return_dict=True)
out["compile_metrics"] = {"true": [y_true.tolist(), y_true2.tolist()], "pred": [y_pred.tolist(), y_pred2.tolist()], "weights": w.tolist(),
                          "single_output_case": one, "name_conversions": names, "dict_output_case": two}

# Everything that decides about validation, together.
n = 23
x = np.round(np.sin(np.arange(n * 4).reshape(n, 4) ** 2), 3)
y = np.round(np.cos(np.arange(n * 3).reshape(n, 3) ** 2), 3)
w = np.round(np.abs(np.sin(np.arange(n))) * 3, 3)
m = ones(3, weighted_metrics=[metrics.MeanAbsoluteError(name="mae")])
h = m.fit(x, y, sample_weight=w, batch_size=5, epochs=5, initial_epoch=1, shuffle=False, verbose=0,
          validation_split=0.3, validation_freq=[3, 5], validation_batch_size=3, validation_steps=2)
out["validation"] = {"x": x.tolist(), "y": y.tolist(), "w": w.tolist(), "epoch": h.epoch, "history": h.history,
                     "steps": [m.evaluate(x, y, sample_weight=w, batch_size=5, steps=s, verbose=0, return_dict=True) for s in [1, 3, 4]]}

cases = []
for name, y, cw in [
    ("simple_class_labels", [0, 1, 0, 2], {0: 1, 1: 2, 2: 3}),
    ("one_hot_encoded_labels", [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]], {0: 1, 1: 2, 2: 3}),
    ("unmapped_class", [0, 3, 0, 2], {0: 1, 1: 2, 2: 3}),
    ("multi_dimensional_input", [[0], [1], [0], [2]], {0: 1, 1: 2, 2: 3}),
    ("all_unmapped", [0, 1, 0, 2], {}),
    ("zero_weight", [0, 1, 1], {0: 0, 1: 2}),
    ("one_row", [2], {2: 7}),
    ("array adapter, int", [[0], [1], [2], [3]], {0: 0.1, 1: 0.2, 2: 0.3, 3: 0.4}),
    ("array adapter, categorical", np.eye(4).tolist(), {0: 0.1, 1: 0.2, 2: 0.3, 3: 0.4}),
]:
    cases.append({"name": name, "y": y, "class_weight": {str(k): v for k, v in cw.items()},
                  "want": np.asarray(class_weight_to_sample_weights(np.array(y, "float32"), cw)).tolist()})
json.dump(cases, open("../../balance/testdata/class_weights.json", "w"))
json.dump(out, open("keras_tests.json", "w"), indent=0, default=float)
print(json.dumps({k: v for k, v in out.items() if k not in ("compile_metrics", "validation")}, indent=1, default=float))
print(one, names, two, out["validation"]["history"], out["validation"]["steps"])
