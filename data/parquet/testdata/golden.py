# Writes the .parquet files beside it, with pyarrow 26.0.1.
import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

n = 5


def column(values, type):
    return pa.array(values, type)


kinds = {
    "bool": column([True, False, None, True, False], pa.bool_()),
    "int8": column([-2, -1, None, 1, 2], pa.int8()),
    "int16": column([-2, -1, None, 1, 300], pa.int16()),
    "int32": column([-2, -1, None, 1, 70000], pa.int32()),
    "int64": column([-2, -1, None, 1, 2**40], pa.int64()),
    "uint8": column([0, 1, None, 3, 255], pa.uint8()),
    "uint32": column([0, 1, None, 3, 2**32 - 1], pa.uint32()),
    "uint64": column([0, 1, None, 3, 2**63], pa.uint64()),
    "half": pa.array([np.float16(v) if v is not None else None for v in [-2, 0.5, None, 1, 2]], pa.float16()),
    "float": column([-2, 0.5, None, 1, 2], pa.float32()),
    "double": column([-2, 0.1, None, 1, 2], pa.float64()),
    "text": column(["a", "", None, "NA", "long " * 20], pa.string()),
    "bytes": column([b"a", b"b", None, b"c", b"d"], pa.binary()),
    "category": pa.array(["x", "y", None, "x", "z"]).dictionary_encode(),
    "decimal": column([Decimal("-1.25"), Decimal("0.10"), None, Decimal("3.00"), Decimal("9999999.99")], pa.decimal128(9, 2)),
    "large": column([Decimal("-1.25"), Decimal("0.10"), None, Decimal("3.00"), Decimal("12345678901234567890.12")], pa.decimal128(30, 2)),
    "date": column([datetime.date(1970, 1, 2), datetime.date(2020, 1, 1), None, datetime.date(1969, 12, 31), datetime.date(1970, 1, 1)], pa.date32()),
    "time": column([1, 2, None, 3, 4], pa.timestamp("ms")),
    "required": column([1, 2, 3, 4, 5], pa.int32()),
    "list": column([[1], [2, 3], None, [], [4]], pa.list_(pa.int32())),
    "group": column([{"a": 1}, {"a": 2}, None, {"a": 3}, {"a": 4}], pa.struct([("a", pa.int32())])),
}
schema = pa.schema([pa.field(k, v.type, nullable=k != "required") for k, v in kinds.items()])
t = pa.Table.from_arrays(list(kinds.values()), schema=schema)
pq.write_table(t, "kinds.parquet", compression="snappy", store_decimal_as_integer=True)

i = np.arange(300)
many = pa.table({"n": i, "odd": i % 2, "word": np.array(["even", "odd"])[i % 2], "wave": np.sin(i)})
for name, options in {
    "snappy": dict(compression="snappy"),
    "gzip": dict(compression="gzip"),
    "zstd": dict(compression="zstd"),
    "brotli": dict(compression="brotli"),
    "lz4": dict(compression="lz4"),
    "none": dict(compression="none"),
    "v2": dict(data_page_version="2.0"),
    "delta": dict(use_dictionary=False, column_encoding={"n": "DELTA_BINARY_PACKED", "odd": "DELTA_BINARY_PACKED", "word": "DELTA_LENGTH_BYTE_ARRAY", "wave": "BYTE_STREAM_SPLIT"}),
    "checked": dict(write_page_checksum=True),
    "prefixes": dict(use_dictionary=False, column_encoding={"word": "DELTA_BYTE_ARRAY"}),
}.items():
    pq.write_table(many, name + ".parquet", row_group_size=100, data_page_size=500, write_batch_size=50, store_schema=False, **options)
