package callback_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
)

// The cases were made by Keras 3.15.1: the files that were saved, in order.
func TestModelCheckpointAsKeras(t *testing.T) {
	var cases []struct {
		Mode      string
		BestOnly  bool     `json:"save_best_only"`
		Freq      int      `json:"save_freq"`
		Threshold *float64 `json:"initial_value_threshold"`
		Values    []*float64
		Batches   int
		Saved     []string
	}
	readJSON(t, "testdata/checkpoint.json", &cases)
	for i, c := range cases {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			var saved []string
			path := "e{epoch:02d}{loss:.1f}.npz"
			if c.Freq > 0 {
				path = "e{epoch}b{batch:03d}.npz"
			}
			m := &callback.ModelCheckpoint{
				Path: path, Mode: modes[c.Mode], SaveBestOnly: c.BestOnly, SaveFreq: c.Freq, InitialValueThreshold: c.Threshold,
				Save: func(path string, _ callback.Run) error { saved = append(saved, path); return nil },
			}
			r := new(fakeRun)
			check(t, m.TrainBegin(r))
			for epoch, value := range c.Values {
				check(t, m.EpochBegin(r, epoch))
				for batch := range c.Batches {
					check(t, m.BatchEnd(r, batch, monitored(value)))
				}
				check(t, m.EpochEnd(r, epoch, monitored(value)))
			}
			if diff := cmp.Diff(c.Saved, saved); diff != "" && len(c.Saved)+len(saved) > 0 {
				t.Errorf("saved other files: %s", diff)
			}
		})
	}
}

func onePerceptron(t *testing.T) *model.Model {
	t.Helper()
	m, err := model.Sequential(layer.Input{Shape: []int{2}}, layer.Dense{Units: 1})
	check(t, err)
	return m
}

func TestModelCheckpointWritesWeights(t *testing.T) {
	folder := t.TempDir()
	r := &fakeRun{model: onePerceptron(t)}
	c := &callback.ModelCheckpoint{Path: filepath.Join(folder, "deep", "{epoch:03d}.npz"), SaveWeightsOnly: true}
	check(t, c.TrainBegin(r))
	check(t, c.EpochEnd(r, 4, monitored(nil)))
	check(t, r.model.LoadWeights(filepath.Join(folder, "deep", "005.npz")))

	// A directory of that name is not replaced.
	check(t, os.Mkdir(filepath.Join(folder, "deep", "006.npz"), 0o700))
	checkError(t, c.EpochEnd(r, 5, monitored(nil)), "is a directory")
	// Nor is a folder made where a file is.
	c.Path = filepath.Join(folder, "deep", "005.npz", "x.npz")
	check(t, c.TrainBegin(r))
	checkError(t, c.EpochEnd(r, 5, monitored(nil)), "callback: model checkpoint: ")
}

// As in Keras, a second fit goes on from the best value of the first.
func TestModelCheckpointKeepsTheBest(t *testing.T) {
	saves := 0
	r := &fakeRun{directions: map[string]metric.Direction{"loss": metric.Down}}
	c := &callback.ModelCheckpoint{Path: "x", SaveBestOnly: true, Save: func(string, callback.Run) error { saves++; return nil }}
	nan := math.NaN()
	for _, values := range [][]*float64{{&nan}, pointers(2, 3), pointers(2.5), pointers(1)} {
		check(t, c.TrainBegin(r))
		for epoch, v := range values {
			check(t, c.EpochEnd(r, epoch, monitored(v)))
		}
	}
	if saves != 2 || c.Best != 1 {
		t.Errorf("%d saves, best %v, want 2 and 1", saves, c.Best)
	}
	check(t, c.EpochEnd(r, 0, monitored(nil)))
	check(t, c.EpochEnd(r, 1, monitored(nil)))
	if saves != 4 || strings.Count(r.log.String(), "WARN") != 1 {
		t.Errorf("%d saves, logged %q, want two more and one warning", saves, r.log.String())
	}
}

func TestModelCheckpointErrors(t *testing.T) {
	save := func(string, callback.Run) error { return errBroken }
	one, nan := 1., math.NaN()
	for _, c := range []struct {
		c    callback.ModelCheckpoint
		want string
	}{
		{callback.ModelCheckpoint{Save: save}, "path is empty"},
		{callback.ModelCheckpoint{Path: "{", Save: save}, "without its }"},
		{callback.ModelCheckpoint{Path: "x", Save: save, SaveFreq: -1}, "save frequency is -1"},
		{callback.ModelCheckpoint{Path: "{batch}", Save: save}, "which only SaveFreq gives"},
		{callback.ModelCheckpoint{Path: "x.npz", Save: save, SaveWeightsOnly: true}, "no effect"},
		{callback.ModelCheckpoint{Path: "x.npz"}, "set SaveWeightsOnly"},
		{callback.ModelCheckpoint{Path: "x.h5", SaveWeightsOnly: true}, ".npz"},
		{callback.ModelCheckpoint{Path: "x", Save: save, InitialValueThreshold: &one}, "without SaveBestOnly"},
		{callback.ModelCheckpoint{Path: "x", Save: save, SaveBestOnly: true, InitialValueThreshold: &nan}, "threshold is NaN"},
		{callback.ModelCheckpoint{Path: "x", Save: save, SaveBestOnly: true}, "cannot tell"},
	} {
		err := c.c.TrainBegin(new(fakeRun))
		checkError(t, err, "callback: model checkpoint: ")
		checkError(t, err, c.want)
	}
	c := callback.ModelCheckpoint{Path: "x{val_auc}", Save: save}
	check(t, c.TrainBegin(new(fakeRun)))
	checkError(t, c.EpochEnd(new(fakeRun), 0, monitored(nil)), `"val_auc", want one of [loss]`)
	c.Path = "x"
	check(t, c.TrainBegin(new(fakeRun)))
	if err := c.EpochEnd(new(fakeRun), 0, monitored(nil)); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want that of Save", err)
	}
}
