package engine

import "gorgonia.org/tensor"

// Param is an array that belongs to a model: a weight that training moves, or
// a statistic that a layer keeps. Its memory is shared by all plans.
type Param struct {
	Name      string // "dense_1/kernel"
	Value     *tensor.Dense
	Trainable bool
	// Regularizer adds to the loss while the parameter is trained; nil for none.
	Regularizer Regularizer
	// Constraint is applied after each step of the optimizer; nil for none.
	Constraint Constraint
}

// Regularizer is a penalty on the size of weights.
type Regularizer interface {
	// Penalty returns the penalty of w and adds scale times its gradient to
	// grad, which is as w, or nil where the gradient is not wanted. It
	// allocates nothing.
	Penalty(w, grad *tensor.Dense, scale float64) float64
}

// Additive is a Regularizer whose penalty is a sum over the elements, so that
// parts of a batch may be penalised one by one.
type Additive interface {
	Regularizer
	Additive()
}

// Constraint moves weights back into the set that they are to stay in. It
// allocates nothing.
type Constraint interface {
	Constrain(w *tensor.Dense)
}
