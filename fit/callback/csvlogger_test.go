package callback_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/google/go-cmp/cmp"
)

func TestCSVLogger(t *testing.T) {
	type epoch = map[string]float64
	for _, c := range []struct {
		name      string
		logger    callback.CSVLogger
		validates bool
		before    string
		epochs    []epoch
		want      string
	}{
		{
			name:   "without validation",
			epochs: []epoch{{"loss": 0.5, "accuracy": 0.25}, {"loss": 1e-7, "accuracy": 1}},
			want:   "epoch,accuracy,loss\n0,0.25,0.5\n1,1,1e-07\n",
		},
		{
			name: "replaces", before: "old\nrows\n",
			epochs: []epoch{{"loss": 1}},
			want:   "epoch,loss\n0,1\n",
		},
		{
			name: "replaces before the first epoch", before: "old\nrows\n",
		},
		{
			name: "with validation", validates: true,
			epochs: []epoch{{"loss": 1, "val_loss": 2}, {"loss": 3}},
			want:   "epoch,loss,val_loss\n0,1,2\n1,3,NA\n",
		},
		{
			name: "first validation later", validates: true,
			epochs: []epoch{{"loss": 1, "weighted": 2}, {"loss": 3, "weighted": 4, "val_loss": 5, "val_weighted": 6}},
			want:   "epoch,loss,weighted,val_loss,val_weighted\n0,1,2,NA,NA\n1,3,4,5,6\n",
		},
		{
			name: "separator", logger: callback.CSVLogger{Separator: '\t'},
			epochs: []epoch{{"loss": 1, "f,1": 2}},
			want:   "epoch\tf,1\tloss\n0\t2\t1\n",
		},
		{
			name:   "key that needs quotes",
			epochs: []epoch{{`f,"1"`: 2}},
			want:   "epoch,\"f,\"\"1\"\"\"\n0,2\n",
		},
		{
			name: "appends", logger: callback.CSVLogger{Append: true},
			before: "epoch,loss\n0,1\n",
			epochs: []epoch{{"loss": 2}, {"loss": 3}},
			want:   "epoch,loss\n0,1\n0,2\n1,3\n",
		},
		{
			name: "appends with a separator", logger: callback.CSVLogger{Append: true, Separator: ';'},
			before: "epoch;f,1;loss\r\n0;1;2\r\n",
			epochs: []epoch{{"f,1": 3, "loss": 4}},
			want:   "epoch;f,1;loss\r\n0;1;2\r\n0;3;4\n",
		},
		{
			name: "appends in the order of the file", logger: callback.CSVLogger{Append: true}, validates: true,
			before: "epoch,loss,weighted,val_loss,val_weighted\n0,1,2,NA,NA\n",
			epochs: []epoch{{"loss": 3, "weighted": 4, "val_loss": 5, "val_weighted": 6}},
			want:   "epoch,loss,weighted,val_loss,val_weighted\n0,1,2,NA,NA\n0,3,4,5,6\n",
		},
		{
			name: "appends to an empty file", logger: callback.CSVLogger{Append: true},
			epochs: []epoch{{"loss": 2}},
			want:   "epoch,loss\n0,2\n",
		},
		{
			name: "not finite", epochs: []epoch{{"a": math.NaN(), "b": math.Inf(-1)}},
			want: "epoch,a,b\n0,NaN,-Inf\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &fakeRun{plan: callback.Plan{Validates: c.validates}}
			logger := c.logger
			logger.Path = filepath.Join(t.TempDir(), "log.csv")
			check(t, os.WriteFile(logger.Path, []byte(c.before), 0o600))
			check(t, logger.TrainBegin(r))
			for epoch, values := range c.epochs {
				check(t, logger.EpochEnd(r, epoch, makeLogs(values)))
			}
			got, err := os.ReadFile(logger.Path)
			check(t, err)
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Error(diff)
			}
			if r.log.Len() > 0 {
				t.Errorf("logged %q", r.log.String())
			}
		})
	}
}

func TestCSVLoggerKeepsEveryBit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.csv")
	logger := &callback.CSVLogger{Path: path}
	check(t, logger.TrainBegin(new(fakeRun)))
	values := []float64{1.0 / 3, float64(float32(0.1)), math.MaxFloat64, math.SmallestNonzeroFloat64, -0.1 - 0.2}
	for epoch, value := range values {
		check(t, logger.EpochEnd(new(fakeRun), epoch, makeLogs(map[string]float64{"loss": value})))
	}
	file, err := os.Open(path)
	check(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	check(t, err)
	for i, want := range values {
		if got, err := strconv.ParseFloat(rows[i+1][1], 64); err != nil || got != want {
			t.Errorf("row %d holds %v, %v, want %v", i, got, err, want)
		}
	}
}

func TestCSVLoggerLooksAtDeferredLogs(t *testing.T) {
	logger := &callback.CSVLogger{Path: filepath.Join(t.TempDir(), "log.csv")}
	var logs callback.Logs
	logs.Defer(func(l *callback.Logs) { l.Set("loss", 1) })
	check(t, logger.TrainBegin(new(fakeRun)))
	check(t, logger.EpochEnd(new(fakeRun), 0, &logs))
	got, err := os.ReadFile(logger.Path)
	check(t, err)
	if want := "epoch,loss\n0,1\n"; string(got) != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

func TestCSVLoggerWarnsOfAKeyWithoutColumnOnce(t *testing.T) {
	r := new(fakeRun)
	logger := &callback.CSVLogger{Path: filepath.Join(t.TempDir(), "log.csv")}
	for fit := 1; fit <= 2; fit++ {
		check(t, logger.TrainBegin(r))
		for epoch, values := range []map[string]float64{{"loss": 1}, {"loss": 2, "new": 3}, {"loss": 4, "newer": 5}} {
			check(t, logger.EpochEnd(r, epoch, makeLogs(values)))
		}
		if text := r.log.String(); strings.Count(text, "\n") != fit || !strings.Contains(text, "key=new epoch=1") {
			t.Errorf("logged %q after fit %d", text, fit)
		}
	}
	got, err := os.ReadFile(logger.Path)
	check(t, err)
	if want := "epoch,loss\n0,1\n1,2\n2,4\n"; string(got) != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

func TestCSVLoggerErrors(t *testing.T) {
	folder := t.TempDir()
	foreign := filepath.Join(folder, "foreign.csv")
	check(t, os.WriteFile(foreign, []byte("name,age\n"), 0o600))
	broken := filepath.Join(folder, "broken.csv")
	check(t, os.WriteFile(broken, []byte("epoch,\"loss\n"), 0o600))
	missing := filepath.Join(folder, "missing", "log.csv")
	for _, c := range []struct {
		name   string
		logger callback.CSVLogger
		want   []string
	}{
		{"no folder", callback.CSVLogger{Path: missing}, []string{missing}},
		{"no folder to append in", callback.CSVLogger{Path: missing, Append: true}, []string{missing}},
		{"separator", callback.CSVLogger{Path: foreign, Separator: '"'}, []string{"separator", `'"'`}},
		{"not a log", callback.CSVLogger{Path: foreign, Append: true}, []string{foreign, `"name"`}},
		{"broken header", callback.CSVLogger{Path: broken, Append: true}, []string{broken, "header"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.logger.TrainBegin(new(fakeRun))
			checkError(t, err, "callback: csv logger: ")
			for _, text := range c.want {
				checkError(t, err, text)
			}
		})
	}
	if text, err := os.ReadFile(foreign); err != nil || string(text) != "name,age\n" {
		t.Errorf("the foreign file now holds %q, %v", text, err)
	}

	gone := filepath.Join(folder, "gone.csv")
	logger := &callback.CSVLogger{Path: gone}
	check(t, logger.TrainBegin(new(fakeRun)))
	check(t, os.Remove(gone))
	checkError(t, logger.EpochEnd(new(fakeRun), 0, makeLogs(nil)), gone)
}
