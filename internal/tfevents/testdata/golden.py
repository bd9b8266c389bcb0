# Writes golden.tfevents beside it with tensorboard 2.21.0, and its protobuf 7.
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

histogram = summary_pb2.HistogramProto(
    min=-1, max=2, num=3, sum=1.5, sum_squares=5.25, bucket_limit=[0, 2], bucket=[1, 2])
events = [
    event_pb2.Event(wall_time=1700000000.25, file_version="brain.Event:2"),
    event_pb2.Event(wall_time=1700000001.5, step=300, summary=summary_pb2.Summary(value=[
        summary_pb2.Summary.Value(tag="epoch_loss", simple_value=0.1),
        summary_pb2.Summary.Value(tag="epoch_accuracy", simple_value=1)])),
    event_pb2.Event(wall_time=1700000002, summary=summary_pb2.Summary(value=[
        summary_pb2.Summary.Value(tag="dense/kernel/histogram", histo=histogram)])),
]
with open("golden.tfevents", "wb") as f:
    writer = RecordWriter(f)
    for e in events:
        writer.write(e.SerializeToString())
    writer.flush()
