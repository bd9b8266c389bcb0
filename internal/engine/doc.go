// Package engine turns a model into a plan that runs.
//
// A [Graph] collects the operations of a model for one batch size and one
// mode; Gorgonia infers their types, orders them and differentiates the cost.
// [Graph.Compile] binds every operation to its memory and lists them in order:
// that list is a [Plan]. Running it calls one function after the other, in the
// caller's goroutine, and allocates nothing. A panic inside an operation comes
// back as an error that names the layer.
//
// All plans of a model work on the same parameters, so a fit keeps one plan
// for each batch size and mode that it meets.
//
// It may import internal/op and internal/kernel.
package engine
