package balance

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// Conflict says what happens where class weights and sample weights are both given.
type Conflict int

const (
	Override Conflict = iota // sample weights win, class weights have no effect (Keras up to 2.2.4)
	Multiply                 // their product (Keras 2.2.5 to 2.15, scikit-learn)
	Reject                   // an error (Keras 3)
)

// Mode says which sample weights are taken: Keras's sample_weight_mode.
type Mode int

const (
	// Inferred goes by the shape: (n) and (n,1) are per sample, (n,T) and
	// (n,T,1) per timestep (Keras from 2.4 on).
	Inferred Mode = iota
	// Temporal takes weights per timestep only, and a loss of shape (n,T) or
	// deeper, so that a weight per sample by mistake is an error.
	Temporal
)

// Request is what Resolve needs to know. All fields are optional but those that
// the given weights call for: class weights need Y, and sample weights need Y or
// LossShape.
type Request struct {
	Y       tensor.Tensor // targets
	Targets Kind          // how Y names classes
	Classes int           // K where the model's output tells it (2 for one sigmoid unit), else 0
	Ignored []int         // labels that are no class: they are not counted and class weights leave them at 1

	ClassWeight  ClassWeight
	SampleWeight tensor.Tensor // (n) or (n,1) per sample, (n,T) or (n,T,1) per timestep
	Conflict     Conflict
	Mode         Mode
	Strict       bool         // a class of Y that ClassWeight lacks is an error
	Logger       *slog.Logger // takes notices; nil means slog.Default()

	// LossShape is the shape of the unreduced loss over all rows: (n), (n,T), or
	// deeper, where sample weights of its whole shape are the temporal ones.
	// nil means the shape of Y's entries.
	LossShape []int
	// CountRows restricts counting the classes to the first rows, the training
	// part of a validation split. 0 means all rows. The rows after it get the
	// weights of their classes too.
	CountRows int
}

// Resolved is the outcome of Resolve.
type Resolved struct {
	// W is (n) or LossShape, aligned with the leading axes of the unreduced loss;
	// nil where there are no weights. Its dtype is that of Y (of SampleWeight
	// without a Y) where this is float32, else float64. It shares no memory with
	// the request.
	W *tensor.Dense
	// Classes is the weight of each class that occurs in the counted rows or has
	// a weight; nil where no class weights were used.
	Classes map[int]float64
}

// Resolve turns the weights of a request into one tensor.
//
// Sample weights of shape (n) or (n,1) are per sample, also where the loss is
// (n,T) and n equals T. A class weight w applies as the sample weight w of every
// entry of its class: (n) for targets (n), (n,1) and (n,K), otherwise (n,T). Both
// together follow Conflict.
//
// Notices (log level Warn): class weights overridden by sample weights; classes
// without a weight, which weigh 1; weights for classes that do not occur; weights
// that are all zero. Errors, naming the row or class: negative, NaN or infinite
// weights; shapes that do not fit; class weights for a class that is negative or
// not below K; labels that are no class index below K; rows that are not one-hot.
func Resolve(r Request) (*Resolved, error) {
	log := r.Logger
	if log == nil {
		log = slog.Default()
	}
	if err := r.settle(!data.Absent(r.SampleWeight), log); err != nil {
		return nil, err
	}
	out, zero, err := resolve(r, func(counted Counts, classes int) (map[int]float64, error) {
		return classTable(r, counted, classes, log)
	})
	if err != nil {
		return nil, err
	}
	if zero {
		log.Warn(allZeroNotice)
	}
	return out, nil
}

const allZeroNotice = "all weights are zero: nothing can be learnt"

// settle applies the conflict rule.
func (r *Request) settle(sampled bool, log *slog.Logger) error {
	if r.Mode != Inferred && r.Mode != Temporal {
		return fmt.Errorf("balance: unknown sample weight mode %d, want Inferred or Temporal", r.Mode)
	}
	if !sampled || r.ClassWeight == nil {
		return nil
	}
	switch r.Conflict {
	case Override:
		log.Warn("class weights have no effect: sample weights override them", "class_weight", r.ClassWeight.String())
		r.ClassWeight = nil
	case Multiply:
	case Reject:
		return errors.New("balance: both class weights and sample weights are given: leave one out, or choose Override or Multiply")
	default:
		return fmt.Errorf("balance: unknown conflict rule %d, want Override, Multiply or Reject", r.Conflict)
	}
	return nil
}

// tabulate gives the weights of classes that occur, classes being K or 0.
type tabulate func(counted Counts, classes int) (map[int]float64, error)

// resolve is Resolve once the conflict is settled. It reports whether all
// weights are 0.
func resolve(r Request, table tabulate) (out *Resolved, zero bool, err error) {
	sampled := !data.Absent(r.SampleWeight)
	out = new(Resolved)
	if !sampled && r.ClassWeight == nil {
		return out, false, nil
	}
	var targets *entries
	if r.ClassWeight != nil {
		if targets, err = entriesOf(r.Y, r.Targets); err != nil {
			return nil, false, err
		}
	}
	loss, err := lossShape(r)
	if err != nil {
		return nil, false, err
	}
	var class, sample weights
	if targets != nil {
		if class, out.Classes, err = classWeights(r, targets, loss, table); err != nil {
			return nil, false, err
		}
	}
	if sampled {
		if sample, err = sampleWeights(r.SampleWeight, loss, r.Mode); err != nil {
			return nil, false, err
		}
	}
	dt := r.SampleWeight
	if !data.Absent(r.Y) {
		dt = r.Y
	}
	if dt.Dtype() == tensor.Float32 {
		out.W, zero, err = combine[float32](class, sample)
	} else {
		out.W, zero, err = combine[float64](class, sample)
	}
	if err != nil {
		return nil, false, err
	}
	return out, zero, nil
}

func lossShape(r Request) ([]int, error) {
	shape := r.LossShape
	if shape == nil {
		if data.Absent(r.Y) {
			return nil, errors.New("balance: sample weights need targets or the shape of the loss, neither is given")
		}
		y := r.Y.Shape()
		shape = append(shape, y...)
		if len(y) > 1 && (r.Targets == OneHot || y[len(y)-1] == 1) {
			shape = shape[:len(y)-1]
		}
	}
	if len(shape) < 1 || product(shape) < 1 {
		return nil, fmt.Errorf("balance: the loss has shape %v, want (n) or (n,T) and no empty axis", tensor.Shape(shape))
	}
	if r.CountRows < 0 || r.CountRows > shape[0] {
		return nil, fmt.Errorf("balance: cannot count the classes of %d rows, want 0 to %d", r.CountRows, shape[0])
	}
	if !data.Absent(r.Y) && (r.Y.Dims() == 0 || r.Y.Shape()[0] != shape[0]) {
		return nil, fmt.Errorf("balance: targets have shape %v, the loss %v: numbers of rows differ", r.Y.Shape(), tensor.Shape(shape))
	}
	return shape, nil
}
