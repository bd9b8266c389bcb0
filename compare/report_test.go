package compare

import (
	"bytes"
	"encoding/csv"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestWrite(t *testing.T) {
	c := small(t, `none,auto,{"0": 1, "1": 9}`)
	c.Strategies[1].Name = `<i>"&'`
	r := run(t, sample(t, 240), c)
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := r.Write(dir); err != nil {
		t.Fatal(err)
	}
	var names []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"calibration.png", "history.csv", "pr.png", "report.html", "results.json"}, names); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"pr.png", "calibration.png"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if img, err := png.Decode(bytes.NewReader(text)); err != nil || img.Bounds().Dx() < 600 {
			t.Errorf("%s: %v", name, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "history.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(lines) != 1+3*3*3 {
		t.Fatalf("history.csv: %d lines, %v, want one for each of 3 strategies, folds and epochs", len(lines), err)
	}
	if diff := cmp.Diff([]string{`<i>"&'`, "0", "0"}, lines[10][:3]); diff != "" {
		t.Error(diff)
	}
	page, err := r.Report()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(page, []byte("<i>")) || !bytes.Contains(page, []byte("&lt;i&gt;")) {
		t.Error("a name of a strategy is markup in the report")
	}
	if found := regexp.MustCompile(`(?i)(src|href|url)\s*[=(]\s*["']?(https?:|//)`).FindAll(page, -1); found != nil {
		t.Errorf("the report loads %s", found)
	}

	tiny := small(t, "none,auto") // whose calibration has no point
	tiny.Folds = 2
	if err := run(t, sample(t, 20), tiny).Write(t.TempDir()); err != nil {
		t.Error(err)
	}

	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := r.Write(file); err == nil {
		t.Error("a file for a folder: no error")
	}
}

func TestText(t *testing.T) {
	r := run(t, sample(t, 240), small(t, "none,auto,smote"))
	text := r.Text()
	for _, s := range r.Strategies {
		want := s.Name + " +" + regexp.QuoteMeta(short(s.Mean[Plain].AveragePrecision)) + " +" + regexp.QuoteMeta(short(s.Mean[Plain].ROCAUC)) + " "
		if !regexp.MustCompile("(?m)^" + want).MatchString(text) {
			t.Errorf("no line %q in\n%s", want, text)
		}
	}
	if !strings.Contains(text, r.Advice()) {
		t.Errorf("no advice in\n%s", text)
	}
}

// One network that learns nothing has a curve, too.
func TestCurves(t *testing.T) {
	r := &Result{Labels: []float64{0, 1, 0, 0}, Strategies: []StrategyResult{{Scores: []float32{.2, .2, .2, .2}}}}
	pr, err := r.precisionRecall(0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]point{{0, 1}, {1, .25}}, pr.points, cmp.AllowUnexported(point{})); diff != "" {
		t.Error(diff)
	}
	roc, err := r.roc(0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]point{{0, 0}, {1, 1}}, roc.points, cmp.AllowUnexported(point{})); diff != "" {
		t.Error(diff)
	}
	if c, err := r.calibration(0, false); err != nil || len(c.points) != 0 {
		t.Errorf("calibration of 4 rows: %v, %v, want no point", c.points, err)
	}
}

// What thin leaves out is within its step of what it keeps.
func TestThin(t *testing.T) {
	var p []point
	for i := range 5000 {
		x := float64(i) / 4999
		p = append(p, point{x, x * x})
	}
	got := thin(p)
	if len(got) > 1000 || got[0] != p[0] || got[len(got)-1] != p[len(p)-1] {
		t.Errorf("%d of %d points are kept", len(got), len(p))
	}
	for i := 1; i < len(got); i++ {
		if got[i].x-got[i-1].x > 1./390 {
			t.Errorf("points %v and %v are far apart", got[i-1], got[i])
		}
	}
	edges := []point{{0, 1}, {0, .5}, {1, .5}}
	if !slices.Equal(thin(edges), edges) {
		t.Error("a corner is left out")
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		n      int
		want   []float64
	}{
		{0, 1, 5, []float64{0, .2, .4, .6, .8, 1}}, {1, 30, 5, []float64{10, 20, 30}}, {-.043, .026, 6, []float64{-.04, -.02, 0, .02}},
		{0, 0, 5, nil}, {0, 1e-9, 2, []float64{0, 5e-10, 1e-9}},
	} {
		if diff := cmp.Diff(c.want, ticks(c.lo, c.hi, c.n), cmpopts.EquateApprox(1e-9, 1e-20), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%v to %v: %s", c.lo, c.hi, diff)
		}
	}
}
