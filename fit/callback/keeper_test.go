package callback_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit/callback"
	"gorgonia.org/tensor"
)

// A callback that takes its state over goes on as the one that gave it.
func TestKeepersGoOn(t *testing.T) {
	values := pointers(5, 4, 4.5, math.NaN(), 4.25, 3, 3, 3, 3, 3)
	for _, c := range []struct {
		name string
		make func() callback.Keeper
	}{
		{"early stopping", func() callback.Keeper {
			return &callback.EarlyStopping{Mode: callback.Min, Patience: 3, RestoreBestWeights: true}
		}},
		{"reduce learning rate", func() callback.Keeper {
			return &callback.ReduceLROnPlateau{Mode: callback.Min, Patience: 2, Cooldown: 1}
		}},
	} {
		run := func(cut int) string {
			k, r := c.make(), &fakeRun{rate: 1}
			check(t, k.TrainBegin(r))
			trace := ""
			for epoch, v := range values {
				if epoch == cut {
					state, err := k.Keep()
					check(t, err)
					k = c.make()
					check(t, k.TrainBegin(r))
					check(t, k.Resume(r, state))
				}
				r.weight = float64(epoch)
				check(t, k.EpochEnd(r, epoch, monitored(v)))
				trace += fmt.Sprintln(r.rate, r.stopped)
			}
			check(t, k.TrainEnd(r, nil))
			return trace + fmt.Sprint(r.weight)
		}
		want := run(-1)
		for cut := range values {
			if got := run(cut); got != want {
				t.Errorf("%s: taken over before epoch %d: %q, want %q", c.name, cut, got, want)
			}
		}
	}
}

func TestKeepersRefuseOtherStates(t *testing.T) {
	r := new(fakeRun)
	for _, k := range []callback.Keeper{
		&callback.EarlyStopping{}, &callback.ReduceLROnPlateau{}, &callback.ModelCheckpoint{}, &callback.CSVLogger{},
		&callback.TensorBoard{}, &callback.SwapEMAWeights{}, &callback.BackupAndRestore{},
	} {
		checkError(t, k.Resume(r, nil), "lacks")
		checkError(t, k.Resume(r, []npy.Array{{Name: "other", Value: tensor.New(tensor.FromScalar(1.))}}), `"other"`)
		if _, ok := k.(*callback.CSVLogger); ok {
			continue // its state is a file, which is not there
		}
		state, err := k.Keep()
		check(t, err)
		more := append(state, npy.Array{Name: "more", Value: tensor.New(tensor.FromScalar(1.))})
		checkError(t, k.Resume(r, more), `"more"`)
		state[0].Value = tensor.New(tensor.FromScalar(true))
		checkError(t, k.Resume(r, state), "want one")
	}
}
