package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// GroupNormalization cuts the channels, the numbers along Axis, into Groups of
// neighbours, brings each group of a sample, over all other axes too, to mean 0
// and variance 1 and then scales and shifts each channel (Wu and He 2018):
//
//	y = gamma·(x-mean)/sqrt(variance+Epsilon) + beta
//
// with the biased variance. Training and inference are the same. Weights: gamma
// and beta (channels). A mask is passed on; masked timesteps count like the
// others.
type GroupNormalization struct {
	Groups   int     // 0 means 32, -1 a group for each channel: instance normalisation
	Axis     int     // counted with the batch as axis 0; 0 means the last one
	Epsilon  float64 // 0 means 0.001
	NoCenter bool    // no beta
	NoScale  bool    // no gamma
	// GammaInitializer is ones if nil, BetaInitializer zeros.
	GammaInitializer, BetaInitializer initializer.Initializer
	GammaRegularizer, BetaRegularizer regularizer.Regularizer
	GammaConstraint, BetaConstraint   constraint.Constraint
	Frozen                            bool
	Name                              string
}

// Class implements [Layer].
func (GroupNormalization) Class() string { return "GroupNormalization" }

// GivenName implements [Layer].
func (l GroupNormalization) GivenName() string { return l.Name }

// Build implements [Single].
func (l GroupNormalization) Build(in []int) (Built, error) {
	if err := checkEpsilon(or(l.Epsilon, 1e-3)); err != nil {
		return Built{}, err
	}
	axis, _, err := l.groups(in)
	if err != nil {
		return Built{}, err
	}
	return Built{Out: in, Weights: l.scaling().weights([]int{in[axis]}), Frozen: l.Frozen}, nil
}

// groups returns the axis of a sample and how many groups it has.
func (l GroupNormalization) groups(in []int) (axis, groups int, err error) {
	var given []int
	if l.Axis != 0 {
		given = []int{l.Axis}
	}
	axes, err := sampleAxes(given, in, -1)
	if err != nil {
		return 0, 0, err
	}
	channels := in[axes[0]]
	switch groups = l.Groups; groups {
	case 0:
		groups = 32
	case -1:
		groups = channels
	}
	if groups < 1 || channels%groups != 0 {
		return 0, 0, fmt.Errorf("expected channels that %d groups divide evenly, got %d", groups, channels)
	}
	return axes[0], groups, nil
}

// Apply implements [Single].
func (l GroupNormalization) Apply(c Call) (*engine.Tensor, error) {
	sample := []int(c.Input.Shape[1:])
	axis, groups, err := l.groups(sample)
	if err != nil {
		return nil, err
	}
	// The channels become two axes, and all but the first of them are
	// normalised together.
	channels := sample[axis]
	shape := slices.Concat(sample[:axis], []int{groups, channels / groups}, sample[axis+1:])
	var within []int
	behind := 1 // numbers of a sample for each channel along the axes behind it
	for i := range shape {
		if i != axis {
			within = append(within, i)
		}
		if i > axis+1 {
			behind *= shape[i]
		}
	}
	g := kernel.NewNormGroups(shape, within)
	which := make([]int32, g.Groups*g.Size)
	for i := range which {
		at := i
		if g.At != nil {
			at = int(g.At[i])
		}
		which[i] = int32(at / behind % channels)
	}
	return c.grouped(op.GroupNormConfig{Groups: g, Kind: kernel.NormStandard, Epsilon: or(l.Epsilon, 1e-3), Which: which}, l.scaling(), []int{channels})
}

func (l GroupNormalization) scaling() scaling {
	s := scaling{
		gammaInit: l.GammaInitializer, gammaReg: l.GammaRegularizer, gammaCon: l.GammaConstraint,
		betaInit: l.BetaInitializer, betaReg: l.BetaRegularizer, betaCon: l.BetaConstraint,
	}
	if !l.NoScale {
		s.gamma = "gamma"
	}
	if !l.NoCenter {
		s.beta = "beta"
	}
	return s
}
