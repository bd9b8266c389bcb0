package balance

import (
	"errors"
	"fmt"
)

// DeferredBeta is the Beta of a Deferred that names no policy.
const DeferredBeta = 0.9999

// Deferred re-weights late: a fit trains its first epochs without class
// weights, until it has found its features, and the others with the weights of
// Then. Weights from the start can do harm where classes are very rare.
//
// A fit counts passes over the data from epoch 0, whatever its InitialEpoch.
// Where there are no epochs, as in training on a batch, the weights are those
// of Then.
//
// Cao, Wei, Gaidon, Arechiga, Ma: Learning imbalanced datasets with
// label-distribution-aware margin loss, NeurIPS 2019, which weighs after 80 % of
// the epochs, and uses the margins of loss.LDAM besides.
type Deferred struct {
	// Epochs is the number of epochs without class weights.
	Epochs int
	// Then gives the weights after that; nil means EffectiveNumber with
	// DeferredBeta.
	Then ClassWeight
}

// Policy returns Then, or what nil stands for.
func (d Deferred) Policy() ClassWeight {
	if d.Then == nil {
		return EffectiveNumber{Beta: DeferredBeta}
	}
	return d.Then
}

// Check returns an error if the number of epochs is negative or Then is
// deferred itself.
func (d Deferred) Check() error {
	if d.Epochs < 0 {
		return fmt.Errorf("balance: class weights are deferred by %d epochs, want 0 or more", d.Epochs)
	}
	if _, twice := d.Then.(Deferred); twice {
		return errors.New("balance: class weights are deferred twice, want one Deferred")
	}
	return nil
}

// Weights returns the weights of Then.
func (d Deferred) Weights(c Counts) (map[int]float64, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	return d.Policy().Weights(c)
}

func (d Deferred) String() string { return fmt.Sprintf("deferred:%d:%v", d.Epochs, d.Policy()) }
