"""Checks every model of a folder with onnx, runs it with onnxruntime on the
inputs beside it, and compares with the outputs there."""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(3)
bad = 0
paths = sorted(Path(sys.argv[1]).glob("*.onnx"))
for path in paths:
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        arrays = np.load(path.with_suffix(".npz"))
        inputs = {i.name: arrays["in/" + i.name] for i in session.get_inputs()}
        worst = 0
        for rows in (None, 1):  # all rows of the batch, and the first alone
            outs = session.run(None, {k: v[:rows] for k, v in inputs.items()})
            for o, got in zip(session.get_outputs(), outs, strict=True):
                want = arrays["out/" + o.name][:rows]
                assert got.shape == want.shape, (o.name, got.shape, want.shape)
                assert got.dtype == np.float32, got.dtype
                error = np.abs(got - want) / (1 + np.abs(want))
                same = (got == want) | np.isnan(got) & np.isnan(want)
                worst = max(worst, np.where(same, 0, error).max(initial=0))
        if not worst <= 1e-5:
            raise AssertionError(f"off by {worst}")
    except Exception as e:  # go on with the others
        bad += 1
        print(f"{path.stem}: {type(e).__name__}: {e}")
print(f"{len(paths)} models, {bad} bad")
sys.exit(bad > 0)
