package callback

import (
	"fmt"

	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
)

// Keeper is a callback with a state of its own that must outlive a fit that is
// interrupted: [BackupAndRestore] saves it together with the model.
type Keeper interface {
	Callback
	// Keep returns the state as named arrays, which stay as they are.
	Keep() ([]npy.Array, error)
	// Resume takes back what Keep returned. It is called after the TrainBegin
	// of all callbacks.
	Resume(r Run, state []npy.Array) error
}

// Rescuer is a callback that decides what becomes of a batch whose loss is NaN
// or infinite. Without one the fit fails. The batch moves no weight; where no
// rescuer returns an error, it counts in the epoch's loss, and the fit goes on
// unless it was stopped.
type Rescuer interface {
	Callback
	NotFinite(r Run, batch int, loss float64) error
}

// Interrupter is a callback that is told when a fit ends with an error, for
// which TrainEnd is not called. Its own error is joined to that of the fit.
type Interrupter interface {
	Callback
	Interrupt() error
}

// A state is made of few kinds of values. Those that read stop at the first
// error and keep it.

func keepFloat(name string, v float64) npy.Array {
	return npy.Array{Name: name, Value: tensor.New(tensor.FromScalar(v))}
}

func keepInt(name string, v int) npy.Array {
	return npy.Array{Name: name, Value: tensor.New(tensor.FromScalar(int64(v)))}
}

func keepText(name, text string) npy.Array {
	// An array has one element at least.
	return npy.Array{Name: name, Value: tensor.New(tensor.WithShape(len(text)+1), tensor.WithBacking(append([]byte(text), 0)))}
}

// kept reads a state in the order in which it was kept.
type kept struct {
	rest []npy.Array
	err  error
}

// next returns the next array, nil after an error. A name other than expected
// is one.
func (k *kept) next(name string) *tensor.Dense {
	switch {
	case k.err != nil:
		return nil
	case len(k.rest) == 0:
		k.err = fmt.Errorf("the state lacks %q", name)
		return nil
	case k.rest[0].Name != name:
		k.err = fmt.Errorf("the state has %q where %q is expected", k.rest[0].Name, name)
		return nil
	}
	v := k.rest[0].Value
	k.rest = k.rest[1:]
	return v
}

func (k *kept) float(name string) (v float64) {
	if t := k.next(name); t != nil {
		v = scalar[float64](k, name, t)
	}
	return v
}

func (k *kept) int(name string) (v int) {
	if t := k.next(name); t != nil {
		v = int(scalar[int64](k, name, t))
	}
	return v
}

func (k *kept) text(name string) string {
	t := k.next(name)
	if t == nil {
		return ""
	}
	if t.Dtype() != tensor.Uint8 || t.Dims() != 1 {
		k.err = fmt.Errorf("the state's %q is %v of shape %v, want a vector of bytes", name, t.Dtype(), t.Shape())
		return ""
	}
	text := t.Uint8s()
	return string(text[:len(text)-1])
}

// end checks that all was read.
func (k *kept) end() error {
	if k.err == nil && len(k.rest) > 0 {
		k.err = fmt.Errorf("the state has %q, which nothing asks for", k.rest[0].Name)
	}
	return k.err
}

func scalar[T any](k *kept, name string, t *tensor.Dense) (v T) {
	if t.IsScalar() {
		if v, ok := t.ScalarValue().(T); ok {
			return v
		}
	}
	k.err = fmt.Errorf("the state's %q is %v of shape %v, want one %T", name, t.Dtype(), t.Shape(), v)
	return v
}
