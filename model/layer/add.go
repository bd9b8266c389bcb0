package layer

import "github.com/counterweight-go/counterweight/internal/engine"

// Add is the sum of its inputs, two or more. Their shapes agree, or some are
// repeated along axes where they have size 1 or that they lack: (n, d) and
// (n, T, d) give (n, T, d). A timestep counts if the mask of any input
// says so, and all count if an input has no mask, as in Keras.
type Add struct{ Name string }

// Class implements [Layer].
func (Add) Class() string { return "Add" }

// GivenName implements [Layer].
func (l Add) GivenName() string { return l.Name }

// Build implements [Multi].
func (Add) Build(in [][]int) (Built, error) {
	out, err := mergedShape(in)
	return Built{Out: out}, err
}

// Apply implements [Multi].
func (Add) Apply(c Call) ([]*engine.Tensor, error) { return c.sum(nil) }
