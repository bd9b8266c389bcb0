// Package kernel holds the loops that every training step spends its time in:
// matrix products, activations, row reductions, random masks and optimizer
// updates, generic over float32 and float64.
//
// The surface is small on purpose, because on amd64 assembly stands behind the
// same functions: a serial routine on slices ([Gemm], [Activate], [Adam], ...)
// and one way to run a routine on several cores, [Loop].
//
// Two rules hold for all of it. Nothing allocates once it is set up. Results
// do not depend on the number of processors: work is cut by its size alone,
// and every sum runs in one fixed order.
//
// The package imports nothing of this module.
package kernel

// Float is the element type of every kernel.
type Float interface{ float32 | float64 }
