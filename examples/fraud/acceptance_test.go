//go:build acceptance

package main

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// TestAcceptance runs the program as a newcomer does and holds it to what the
// README says of it.
func TestAcceptance(t *testing.T) {
	dir := t.TempDir()
	start := time.Now()
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"-out", dir}, &stdout, os.Stderr); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", &stdout)
	if took := time.Since(start); took > 60*time.Second {
		t.Errorf("it took %v, expected under a minute on two cores", took)
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	if mem.Sys > 2e9 {
		t.Errorf("it needs %d MB, expected under 2000", mem.Sys/1e6)
	}

	f, err := os.Open(filepath.Join(dir, "table.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]float64{} // "logistic/unweighted/roc_auc"
	for _, row := range rows[1:] {
		for i, name := range rows[0][3:] {
			if at[row[0]+"/"+row[1]+"/"+name], err = strconv.ParseFloat(row[i+3], 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	near := func(key string, want, tolerance float64) {
		if got := at[key]; math.Abs(got-want) > tolerance {
			t.Errorf("%s is %.4f, expected %.3f to within %.3f", key, got, want, tolerance)
		}
	}
	near("logistic/unweighted/roc_auc", .871, .003)
	near("logistic/unweighted/average_precision", .606, .010)
	near("logistic/unweighted/card_precision_100", .291, .010)

	more := func(a, b string) {
		if !(at[a] > at[b]) {
			t.Errorf("%s is %.4f and %s %.4f, expected the first to be the greater", a, at[a], b, at[b])
		}
	}
	at[".862"], at[".645"], at[".004"] = .862, .645, .004
	more("64-32/unweighted/roc_auc", ".862")
	more("64-32/unweighted/average_precision", ".645")
	for _, weighted := range []string{"class weight 1:50", "auto", "log-damped 0.15"} {
		more("64-32/"+weighted+"/recall_at_half", "64-32/unweighted/recall_at_half")
		more("64-32/"+weighted+"/brier_score", "64-32/unweighted/brier_score")
	}
	// The damped weights are too small to cost average precision for certain.
	for _, weighted := range []string{"class weight 1:50", "auto"} {
		more("64-32/unweighted/average_precision", "64-32/"+weighted+"/average_precision")
	}
	more(".004", "64-32/auto, prior corrected/brier_score")
}
