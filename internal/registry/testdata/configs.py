"""Writes configs.json: the config of every public class of Keras, made with as few
arguments as it takes. Usage: KERAS_BACKEND=jax python configs.py > configs.json
"""
import inspect
import json

import keras

# Arguments of the classes that need some, by name of the parameter.
NEEDED = dict(
    units=3, filters=3, kernel_size=3, rate=0.25, input_dim=4, output_dim=3, n=2, target_shape=(2, 3), dims=(2, 1),
    size=2, cropping=1, num_heads=2, key_dim=3, stddev=0.5, axes=1, scale=2.0, height=4, width=4, num_tokens=4,
    num_classes=3, specificity=0.5, sensitivity=0.5, precision=0.5, recall=0.5, boundaries=[10], values=[0.5, 0.25],
    initial_learning_rate=0.1, decay_steps=10, first_decay_steps=10, decay_rate=0.5, target_class_ids=[0, 1],
    factor=0.5, activation="relu", pool_size=2, output_size=2, num_bins=4, height_factor=0.1, width_factor=0.1,
)


def make(name, cls):
    if name == "Discretization":
        return cls(bin_boundaries=[0.0, 1.0])
    if name == "EinsumDense":
        return cls(equation="abc,cd->abd", output_shape=(None, 5), bias_axes="d")
    if name == "InputLayer":
        return cls(shape=(3,))
    if name == "RNN":
        return cls(keras.layers.LSTMCell(3))
    if name == "StackedRNNCells":
        return cls([keras.layers.LSTMCell(3)])
    if name == "TimeDistributed":
        return cls(keras.layers.Dense(3))
    if name == "Bidirectional":
        return cls(keras.layers.LSTM(3))
    if name == "SpectralNormalization":
        return cls(keras.layers.Dense(3))
    if name == "CategoryEncoding":
        return cls(num_tokens=4)
    args = {}
    for p in inspect.signature(cls.__init__).parameters.values():
        if p.name != "self" and p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY):
            args[p.name] = NEEDED[p.name]
    return cls(**args)


def main():
    rooms = dict(
        layers=(keras.layers, keras.layers.Layer), losses=(keras.losses, keras.losses.Loss),
        metrics=(keras.metrics, keras.metrics.Metric), optimizers=(keras.optimizers, keras.optimizers.Optimizer),
        schedules=(keras.optimizers.schedules, keras.optimizers.schedules.LearningRateSchedule),
        initializers=(keras.initializers, keras.initializers.Initializer),
        regularizers=(keras.regularizers, keras.regularizers.Regularizer),
        constraints=(keras.constraints, keras.constraints.Constraint),
        callbacks=(keras.callbacks, keras.callbacks.Callback),
    )
    out = {"version": keras.__version__}
    for room, (module, base) in rooms.items():
        out[room] = {}
        for name, cls in vars(module).items():
            if not (inspect.isclass(cls) and issubclass(cls, base)) or cls is base or cls.__name__ != name:
                continue
            config = None
            if room != "callbacks":
                try:
                    config = keras.saving.serialize_keras_object(make(name, cls))
                except Exception as e:
                    config = {"error": f"{type(e).__name__}: {e}"}
            out[room][name] = config
    out["activations"] = {n: None for n in sorted(
        n for n, f in vars(keras.activations).items() if inspect.isfunction(f) and n not in ("deserialize", "get", "serialize"))}
    print(json.dumps(out, indent=1))


main()
