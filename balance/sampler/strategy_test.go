package sampler

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// grouped is an input of which only the classes are known.
func grouped(counts map[int]int) *input {
	var labels []int
	for label, n := range counts {
		for range n {
			labels = append(labels, label)
		}
	}
	in := new(input)
	in.group(labels)
	return in
}

func TestStrategies(t *testing.T) {
	three := map[int]int{1: 100, 2: 50, 3: 25}
	two := map[int]int{0: 100, 1: 10}
	tied := map[int]int{1: 5, 2: 5, 3: 5}
	for _, tt := range []struct {
		name   string
		s      Strategy
		k      kind
		counts map[int]int
		want   map[int]int
	}{
		{"nil, over", nil, over, three, map[int]int{2: 50, 3: 75}},
		{"nil, under", nil, under, three, map[int]int{1: 25, 2: 25}},
		{"auto, clean", Auto, clean, three, map[int]int{1: 25, 2: 25}},
		{"minority, over", Minority, over, three, map[int]int{3: 75}},
		{"majority, under", Majority, under, three, map[int]int{1: 25}},
		{"majority, clean", Majority, clean, three, map[int]int{1: 25}},
		{"not minority, over", NotMinority, over, three, map[int]int{1: 0, 2: 50}},
		{"not minority, under", NotMinority, under, three, map[int]int{1: 25, 2: 25}},
		{"not majority, over", NotMajority, over, three, map[int]int{2: 50, 3: 75}},
		{"not majority, under", NotMajority, under, three, map[int]int{2: 25, 3: 25}},
		{"all, over", All, over, three, map[int]int{1: 0, 2: 50, 3: 75}},
		{"all, under", All, under, three, map[int]int{1: 25, 2: 25, 3: 25}},
		{"the smallest label is the minority of a tie", Minority, over, tied, map[int]int{1: 0}},
		{"and the majority", Majority, under, tied, map[int]int{1: 5}},
		{"ratio, over", Ratio(0.55), over, two, map[int]int{1: 45}},
		{"ratio 1, over", Ratio(1), over, two, map[int]int{1: 90}},
		{"ratio, under", Ratio(0.3), under, two, map[int]int{0: 33}},
		{"ratio that keeps all, under", Ratio(0.1), under, two, map[int]int{0: 100}},
		{"counts, over", Counts{1: 100, 3: 30}, over, three, map[int]int{1: 0, 3: 5}},
		{"counts, under", Counts{1: 0, 2: 50}, under, three, map[int]int{1: 0, 2: 50}},
		{"list", Classes{3, 1}, clean, three, map[int]int{1: 0, 3: 0}},
		{"function", Func(func(labels []int) (map[int]int, error) {
			return map[int]int{2: len(labels)}, nil
		}), over, three, map[int]int{2: 125}},
		{"negative labels", nil, over, map[int]int{-1: 3, 1: 7}, map[int]int{-1: 4}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := grouped(tt.counts)
			quotas, err := in.quotas(tt.s, tt.k)
			if err != nil {
				t.Fatal(err)
			}
			got := map[int]int{}
			last := -1
			for _, q := range quotas {
				got[in.classes[q.c].label] = q.n
				if q.c <= last {
					t.Errorf("class %d comes after %d", q.c, last)
				}
				last = q.c
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("quotas (-want +got):\n%s", d)
			}
		})
	}
}

func TestStrategyErrors(t *testing.T) {
	three := map[int]int{1: 100, 2: 50, 3: 25}
	two := map[int]int{0: 100, 1: 10}
	for _, tt := range []struct {
		name   string
		s      Strategy
		k      kind
		counts map[int]int
		want   string
	}{
		{"one class", nil, over, map[int]int{4: 3}, "single class 4"},
		{"minority, under", Minority, under, three, "not for an under-sampler"},
		{"minority, clean", Minority, clean, three, "not for a cleaning sampler"},
		{"majority, over", Majority, over, three, "not for an over-sampler"},
		{"unknown", Target(9), over, three, "unknown strategy Target(9)"},
		{"ratio of three classes", Ratio(0.5), over, three, "y has 3"},
		{"ratio 0", Ratio(0), under, two, "in (0,1]"},
		{"ratio above 1", Ratio(1.5), under, two, "in (0,1]"},
		{"ratio, clean", Ratio(0.5), clean, two, "not for a cleaning sampler"},
		{"ratio that would remove", Ratio(0.1), over, two, "larger ratio"},
		{"ratio that would add", Ratio(0.05), under, two, "larger ratio"},
		{"counts of an unknown class", Counts{7: 3}, over, three, "class 7, which y lacks"},
		{"more than memory holds", Counts{1: 1 << 60}, over, three, "want at most 2147483647 rows"},
		{"more than memory holds, together", Counts{1: 1 << 30, 2: 1 << 30, 3: 30}, over, three, "more rows of class 2"},
		{"negative count", Counts{1: -2}, under, three, "-2 rows of class 1"},
		{"too few", Counts{1: 99}, over, three, "has 100 already"},
		{"too many", Counts{3: 26}, under, three, "has only 25"},
		{"counts, clean", Counts{3: 26}, clean, three, "not for a cleaning sampler"},
		{"list, over", Classes{1}, over, three, "not for an over-sampler"},
		{"list of an unknown class", Classes{1, 5}, clean, three, "class 5, which y lacks"},
		{"nil function", Func(nil), over, three, "nil Func"},
		{"function's error", Func(func([]int) (map[int]int, error) { return nil, errors.New("no idea") }), over, three, "no idea"},
		{"function, clean", Func(func([]int) (map[int]int, error) { return nil, nil }), clean, three, "not for a cleaning sampler"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := grouped(tt.counts).quotas(tt.s, tt.k)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, expected one with %q", err, tt.want)
			}
		})
	}
}
