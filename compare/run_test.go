package compare

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/google/go-cmp/cmp"
)

const every = "none,auto,log:2,effective:0.99,map:{\"0\": 1, \"1\": 5},focal,logit-adjust,balanced-batches,random-over,random-under,smote,smotenc,borderline-smote,smote-tomek,smote-enn,smote+auto"

var seconds = regexp.MustCompile(`"seconds": [^,]*,`)

func jsonOf(t *testing.T, r *Result) string {
	t.Helper()
	text, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return seconds.ReplaceAllString(string(text), "")
}

// One seed gives one result, on any number of processors, and another another.
func TestResultDependsOnTheSeedAlone(t *testing.T) {
	d := sample(t, 240)
	c := small(t, every)
	c.Folds = 2
	first := jsonOf(t, run(t, d, c))
	before := runtime.GOMAXPROCS(1)
	again := jsonOf(t, run(t, d, c))
	runtime.GOMAXPROCS(before)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	c = small(t, "none")
	one := run(t, d, c)
	c.Seed++
	if other := run(t, d, c); one.Strategies[0].Mean == other.Strategies[0].Mean {
		t.Error("another seed gives the same result")
	}
}

// The schema that others read.
func TestResultsJSON(t *testing.T) {
	d := sample(t, 240)
	text, err := run(t, d, small(t, `smote,none,{"0": 1, "1": 50}`)).JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version int
		Data    struct {
			Target, Positive          string
			Rows, Features, Positives int
		}
		Config struct {
			Folds, Seed, Epochs int
			Hidden              []int
			BatchSize           int `json:"batch_size"`
		}
		Strategies map[string]struct {
			Folds []struct {
				Fold          int
				TrainRows     int `json:"train_rows"`
				TestRows      int `json:"test_rows"`
				TestPositives int `json:"test_positives"`
				Seconds       float64
				Metrics       map[string]any
			}
			Mean, SD map[string]*float64
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != 1 || got.Data.Target != "label" || got.Data.Positive != "yes" || got.Data.Rows != 240 || got.Data.Features != 4 || got.Data.Positives != 48 {
		t.Errorf("%+v", got.Data)
	}
	if got.Config.Folds != 3 || got.Config.Seed != 5 || got.Config.Epochs != 3 || got.Config.BatchSize != 32 || !slices.Equal(got.Config.Hidden, []int{4}) {
		t.Errorf("%+v", got.Config)
	}
	rows := 0
	for _, f := range got.Strategies["smote"].Folds {
		rows += f.TestRows
		if f.TrainRows+f.TestRows != 240 || f.TestPositives != 16 || !(f.Seconds > 0) || len(f.Metrics) != 16 {
			t.Errorf("%+v", f)
		}
	}
	if rows != 240 {
		t.Errorf("%d test rows in all folds, want each row once", rows)
	}
	none := got.Strategies["none"]
	if len(none.Mean) != 14 || len(none.SD) != 14 || *none.Mean["threshold"] != .5 || *none.SD["threshold"] != 0 {
		t.Errorf("mean %v, sd %v", none.Mean, none.SD)
	}
	var sum float64
	for _, f := range none.Folds {
		sum += f.Metrics["roc_auc"].(float64)
	}
	if m := *none.Mean["roc_auc"]; m < sum/3-1e-12 || m > sum/3+1e-12 {
		t.Errorf("mean ROC AUC %v, want %v", m, sum/3)
	}
	at := make([]int, 0, 3)
	for _, name := range []string{`"smote":`, `"none":`, `"{\"0\": 1, \"1\": 50}":`} {
		at = append(at, regexp.MustCompile(regexp.QuoteMeta(name)).FindIndex(text)[0])
	}
	if !slices.IsSorted(at) {
		t.Errorf("strategies are at %v, want the order given", at)
	}
}

// An interrupted comparison goes on where it was, and ends as if it had not been
// interrupted.
func TestResume(t *testing.T) {
	d := sample(t, 240)
	list := "none,auto,smote"
	want := jsonOf(t, run(t, d, small(t, list)))
	dir := filepath.Join(t.TempDir(), "out", "unfinished")
	ctx, cancel := context.WithCancel(context.Background())
	c := small(t, list)
	c.Checkpoint = dir
	c.Progress = func(p Progress) {
		if p.Done == 4 {
			cancel()
		}
	}
	if _, err := Run(ctx, d, c); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: %v", err)
	}
	kept, err := os.ReadDir(dir)
	if err != nil || len(kept) < 4 || len(kept) == 9 {
		t.Fatalf("%d of 9 outcomes are kept, %v", len(kept), err)
	}
	other := c
	other.Epochs++
	other.Resume = true
	_, err = Run(context.Background(), d, other)
	wants(t, err, "is of other data or settings")

	trained := 0
	c.Resume, c.Progress = true, func(Progress) { trained++ }
	if got := jsonOf(t, run(t, d, c)); got != want {
		t.Error(cmp.Diff(want, got))
	}
	if trained != 9-len(kept) {
		t.Errorf("%d outcomes were trained, want the %d that were missing", trained, 9-len(kept))
	}
	c.Strategies[1].ClassWeight = balance.Map{1: 2} // the name is the same
	_, err = Run(context.Background(), d, c)
	wants(t, err, "is of other data or settings")
	if err := RemoveCheckpoint(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
	run(t, d, c) // nothing to resume
}

func TestRunErrors(t *testing.T) {
	d := sample(t, 240)
	for name, c := range map[string]struct {
		config Config
		rows   int
		want   string
	}{
		"a class that is too small to sample": {small(t, "none,smote"), 25, `strategy "smote", fold 0: sampler: SMOTE`},
		"a class of one row":                  {small(t, "none"), 5, "too few rows"},
		"no categories for smoten":            {small(t, "smoten"), 240, "use smotenc"},
		"a class of no weight":                {small(t, `{"1": 0}`), 240, "class 1 counts for 0 in training"},
		"folds":                               {Config{Folds: 1}, 240, "number of folds is 1"},
		"epochs":                              {Config{Epochs: -1}, 240, "number of epochs is -1"},
		"units":                               {Config{Hidden: []int{0}}, 240, "hidden layer of 0 units"},
		"no strategies":                       {Config{Strategies: []Strategy{}}, 240, "no strategies"},
		"no name":                             {Config{Strategies: []Strategy{{}}}, 240, "no name"},
		"twice":                               {Config{Strategies: []Strategy{{Name: "a"}, {Name: "a"}}}, 240, `"a" is named twice`},
		"resume without a folder":             {Config{Resume: true}, 240, "nothing is kept"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.rows != 240 {
				d := sample(t, c.rows)
				c.config.Checkpoint = filepath.Join(t.TempDir(), "kept")
				_, err := Run(context.Background(), d, c.config)
				wants(t, err, c.want)
				if _, err := os.Stat(c.config.Checkpoint); !os.IsNotExist(err) {
					t.Errorf("something is kept of a comparison that cannot be: %v", err)
				}
				return
			}
			_, err := Run(context.Background(), d, c.config)
			wants(t, err, c.want)
		})
	}
	two := sample(t, 10)
	c := small(t, "none")
	c.Folds = 2
	_, err := Run(context.Background(), two, c)
	wants(t, err, `1 rows of class "yes", expected at least 2`)
}
