// Package data holds what a fit reads: the Dataset interface, in-memory
// tensors and image folders as Datasets, samplers that balance or stratify every
// batch, reading ahead, conversion to contiguous float tensors, row selection,
// stratified splits and standard scaling.
//
// Arrays are dense tensors of gorgonia.org/tensor whose axis 0 counts the
// rows. Everything random depends on a seed alone.
//
// The package imports nothing else of this module.
package data
