package nprand

import (
	"fmt"
	"testing"
)

// The expected numbers of this file were printed by CPython 3.11.
func TestPythonAgainstCPython(t *testing.T) {
	for _, tt := range []struct {
		seed    uint64
		random  []float64
		indices []int
	}{
		{0, []float64{0.8444218515250481, 0.7579544029403025}, []int{0, 0, 1, 8, 497, 1739178872, 3943786419}},
		{42, []float64{0.6394267984578837, 0.025010755222666936}, []int{0, 0, 0, 2, 754, 440213415, 2906402157}},
		{1<<32 + 5, []float64{0.15727238718789782, 0.2824866316461999}, []int{0, 1, 2, 2, 796, 2129333703, 3136672473}},
		{1<<64 - 1, []float64{0.021825695401270107, 0.3380953268613758}, []int{0, 1, 2, 1, 941, 1593622763, 3298503726}},
	} {
		t.Run(fmt.Sprint(tt.seed), func(t *testing.T) {
			p := NewPython(tt.seed)
			same(t, "random", times(2, p.Random), tt.random)
			var got []int
			for _, n := range []int{1, 2, 3, 10, 1000, 1 << 31, 1<<32 - 1} {
				got = append(got, p.RandBelow(n))
			}
			same(t, "choice", got, tt.indices)
		})
	}
}

func TestSampleAgainstCPython(t *testing.T) {
	for _, tt := range []struct {
		seed uint64
		n    int
		want []int
		next float64 // random() after the sample
	}{
		{0, 10, []int{6, 9, 0}, 0.25891675029296335},
		{1, 100, []int{17, 72, 97, 8, 32}, 0.11791870367106105},
		{1, 100, []int{17, 72, 97, 8, 32, 15}, 0.49543508709194095},
		{2, 1000, []int{978, 883, 970, 869, 57, 93, 86, 369, 855, 173, 753, 828, 685, 874, 315, 257, 620, 217, 621, 36}, 0.5812040171120031},
		{3, 21, []int{7, 18, 17, 4, 11}, 0.9159448117309811},
		{4, 22, []int{7, 9, 3, 12, 15}, 0.15497227080241027},
		{5, 5, []int{4, 2, 3, 1, 0}, 0.8403481205226678},
		{6, 86, []int{73, 10, 62, 33, 4, 0}, 0.14557801680876725},
		{7, 85, []int{41, 19, 50, 6, 9, 68}, 0.09413004193968255},
		{8, 4, []int{}, 0.2267058593810488},
		{9, 277, []int{237, 191, 136, 70, 95, 3, 173, 257, 276, 41, 171, 20, 194, 86, 231, 216, 80, 263, 121, 26, 56, 67}, 0.5062690516689823},
		{9, 278, []int{237, 191, 136, 70, 95, 3, 173, 257, 41, 171, 20, 194, 86, 231, 216, 80, 121, 26, 56, 67, 259, 32}, 0.7742094672355111},
	} {
		t.Run(fmt.Sprintf("%d of %d", len(tt.want), tt.n), func(t *testing.T) {
			p := NewPython(tt.seed)
			same(t, "sample", p.Sample(tt.n, len(tt.want)), tt.want)
			same(t, "next", p.Random(), tt.next)
		})
	}
}
