// Package tfevents writes the event files that TensorBoard reads: records of
// TensorFlow's framing, each an Event message in protocol buffer's encoding.
//
// Only what the callbacks need is here: scalars and histograms.
//
// Sources: tensorflow/core/lib/io/record_writer.cc for the framing, event.proto,
// summary.proto and histogram.proto for the messages.
package tfevents
