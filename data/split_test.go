package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSplitTail(t *testing.T) {
	for _, c := range []struct {
		n    int
		f    float64
		want int
	}{
		{10, 0.2, 8}, {10, 0.25, 7}, {7, 0.5, 3}, {2, 0.5, 1}, {100, 0.01, 99}, {100, 0.001, 99}, {3, 0.99, 0},
		{1, 0.5, 0}, {0, 0.5, 0}, {10, 0, 0}, {10, 1, 0}, {10, -0.5, 0}, {10, 1.5, 0}, {10, math.NaN(), 0}, {10, 1e-20, 0},
	} {
		t.Run(fmt.Sprint(c.n, c.f), func(t *testing.T) {
			at, err := SplitTail(c.n, c.f)
			if at != c.want || (err != nil) != (c.want == 0) {
				t.Errorf("got %d, %v, want %d", at, err, c.want)
			}
		})
	}
}

func TestStratifiedSplit(t *testing.T) {
	labels := make([]int, 1000)
	for i := range 10 {
		labels[i*37] = 1
	}
	labels[5], labels[6] = 7, 7
	train, test, err := StratifiedSplit(labels, 0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[int]int{0: 198, 1: 2, 7: 1}, tally(labels, test)); diff != "" {
		t.Errorf("test part: %s", diff)
	}
	if diff := cmp.Diff(map[int]int{0: 790, 1: 8, 7: 1}, tally(labels, train)); diff != "" {
		t.Errorf("training part: %s", diff)
	}
	again, _, _ := StratifiedSplit(labels, 0.2, 1)
	other, _, _ := StratifiedSplit(labels, 0.2, 2)
	if !cmp.Equal(train, again) || cmp.Equal(train, other) {
		t.Error("the split does not depend on the seed alone")
	}
}

func TestStratifiedErrors(t *testing.T) {
	split := func(f float64, labels ...int) error { _, _, err := StratifiedSplit(labels, f, 0); return err }
	folds := func(n int, labels ...int) error { _, err := StratifiedKFold(labels, n, 0); return err }
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"fraction 0", split(0, 1, 1), "data: test fraction 0, want"},
		{"fraction 1", split(1, 1, 1), "data: test fraction 1, want"},
		{"fraction NaN", split(math.NaN(), 1, 1), "NaN"},
		{"nothing to split", split(0.5), "data: no labels"},
		{"single row", split(0.5, 1, 1, 3), "data: class 3 has too few rows to split: 1, want at least 2"},
		{"one fold", folds(1, 0, 0, 1, 1), "data: 1 folds, want at least 2"},
		{"nothing to fold", folds(2), "data: no labels"},
		{"too few rows", folds(3, 0, 0, 0, -1, -1), "data: class -1 has too few rows to split: 2, want at least 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", c.err, c.want)
			}
		})
	}
}

func TestStratifiedSplitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := drawLabels(t, 2)
		f := rapid.Float64Range(0.01, 0.99).Draw(t, "fraction")
		train, test, err := StratifiedSplit(labels, f, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		checkDisjoint(t, len(labels), train, test)
		inTrain, inTest := tally(labels, train), tally(labels, test)
		for c, n := range tally(labels, nil) {
			exact := f * float64(n)
			if inTrain[c] == 0 || inTest[c] == 0 || math.Abs(float64(inTest[c])-exact) > 1 {
				t.Fatalf("class %d of %d rows: %d and %d, want about %v for testing", c, n, inTrain[c], inTest[c], exact)
			}
		}
	})
}

func TestStratifiedKFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 6).Draw(t, "folds")
		labels := drawLabels(t, k)
		seed := rapid.Uint64().Draw(t, "seed")
		folds, err := StratifiedKFold(labels, k, seed)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := StratifiedKFold(labels, k, seed); !cmp.Equal(folds, again) {
			t.Fatal("the folds do not depend on the seed alone")
		}
		if len(folds) != k {
			t.Fatalf("%d folds, want %d", len(folds), k)
		}
		all := tally(labels, nil)
		var tests []int
		for _, f := range folds {
			checkDisjoint(t, len(labels), f.Train, f.Test)
			tests = append(tests, f.Test...)
			if n := len(f.Test); n < len(labels)/k || n > len(labels)/k+1 {
				t.Fatalf("fold of %d of %d rows", n, len(labels))
			}
			for c, n := range tally(labels, f.Test) {
				if n < all[c]/k || n > all[c]/k+1 {
					t.Fatalf("fold with %d of %d rows of class %d", n, all[c], c)
				}
			}
		}
		checkDisjoint(t, len(labels), tests, nil)
	})
}

func TestKFoldSeed(t *testing.T) {
	labels := make([]int, 50)
	a, _ := StratifiedKFold(labels, 5, 1)
	b, _ := StratifiedKFold(labels, 5, 2)
	if cmp.Equal(a, b) {
		t.Error("seeds 1 and 2 give the same folds")
	}
}

// drawLabels draws the labels of one to four classes with at least least rows each.
func drawLabels(t *rapid.T, least int) []int {
	var labels []int
	for c := range rapid.IntRange(1, 4).Draw(t, "classes") {
		for range rapid.IntRange(least, 20).Draw(t, "rows") {
			labels = append(labels, 3*c-2)
		}
	}
	return rapid.Permutation(labels).Draw(t, "labels")
}

// tally counts the classes of the given rows, of all rows where they are nil.
func tally(labels, rows []int) map[int]int {
	out := map[int]int{}
	for i, c := range labels {
		if _, in := slices.BinarySearch(rows, i); in || rows == nil {
			out[c]++
		}
	}
	return out
}

// checkDisjoint checks that a and b hold each of n rows once, a and b sorted.
func checkDisjoint(t *rapid.T, n int, a, b []int) {
	all := slices.Concat(a, b)
	slices.Sort(all)
	for i, r := range all {
		if i != r {
			t.Fatalf("rows %v and %v of %d", a, b, n)
		}
	}
	if len(all) != n || (b != nil && !(slices.IsSorted(a) && slices.IsSorted(b))) {
		t.Fatalf("rows %v and %v of %d", a, b, n)
	}
}
