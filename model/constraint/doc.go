// Package constraint holds the sets that weights may be kept in: plain structs
// under Keras's names, to be set in the fields of layers. They are applied
// after each step of the optimizer.
//
//	layer.Dense{Units: 64, KernelConstraint: constraint.MaxNorm{MaxValue: 3}}
//
// It may import internal/kernel.
package constraint
