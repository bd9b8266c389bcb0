package sampler

import (
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// Shrinkage is how far [RandomOverSampler] moves rows: Shrink for all classes
// alike, or ShrinkBy class.
type Shrinkage interface {
	of(label int) float64
	check(in *input, quotas []quota) error
}

// Shrink is one shrinkage for all classes, at least 0.
type Shrink float64

// ShrinkBy is the shrinkage of each class that is resampled, at least 0.
type ShrinkBy map[int]float64

func (s Shrink) of(int) float64 { return float64(s) }

func (s Shrink) check(*input, []quota) error { return checkFactor(float64(s)) }

func (s ShrinkBy) of(label int) float64 { return s[label] }

func (s ShrinkBy) check(in *input, quotas []quota) error {
	for _, q := range quotas {
		if _, ok := s[in.classes[q.c].label]; !ok {
			return fmt.Errorf("class %d is resampled and has no shrinkage", in.classes[q.c].label)
		}
	}
	for _, label := range slices.Sorted(maps.Keys(s)) {
		if err := checkFactor(s[label]); err != nil {
			return fmt.Errorf("class %d: %w", label, err)
		}
		c, ok := in.find(label)
		if !ok {
			return fmt.Errorf("shrinkage of class %d, which y lacks", label)
		}
		if !slices.ContainsFunc(quotas, func(q quota) bool { return q.c == c }) {
			slog.Warn("sampler: shrinkage has no effect on a class that is not resampled", "class", label)
		}
	}
	return nil
}

func checkFactor(s float64) error {
	if !(s >= 0) || math.IsInf(s, 0) {
		return fmt.Errorf("shrinkage is %v, want a finite number of at least 0", s)
	}
	return nil
}

// bootstrapNoise appends what n new rows of a class move by.
func bootstrapNoise(noise []float64, in *input, c class, n int, shrink float64, rng *nprand.RandomState) []float64 {
	d := in.cols()
	h := math.Pow(4/(float64(d+2)*float64(in.rows())), 1/float64(d+4))
	scale := deviations(in, c, d)
	for j := range scale {
		scale[j] = float64(shrink*h) * scale[j]
	}
	for range n {
		for _, s := range scale {
			noise = append(noise, rng.StandardNormal()*s)
		}
	}
	return noise
}

// deviations returns the population standard deviation of the first d columns
// within a class.
func deviations(in *input, c class, d int) []float64 {
	if in.x.Dtype() == tensor.Float32 {
		return deviationsOf(in.x.Float32s(), in.cols(), c.rows, d)
	}
	return deviationsOf(in.x.Float64s(), in.cols(), c.rows, d)
}

func deviationsOf[F float32 | float64](x []F, cols int, rows []int, d int) []float64 {
	mean, sd := make([]float64, d), make([]float64, d)
	for _, r := range rows {
		for j := range mean {
			mean[j] += float64(x[r*cols+j])
		}
	}
	n := float64(len(rows))
	for j := range mean {
		mean[j] /= n
	}
	for _, r := range rows {
		for j := range sd {
			dev := float64(x[r*cols+j]) - mean[j]
			sd[j] += float64(dev * dev)
		}
	}
	for j := range sd {
		sd[j] = math.Sqrt(sd[j] / n)
	}
	return sd
}

// move adds noise to the last elements of x.
func move[F float32 | float64](x []F, noise []float64) error {
	x = x[len(x)-len(noise):]
	for i, v := range x {
		x[i] = F(noise[i] + float64(v))
		if x[i]-x[i] != 0 {
			return fmt.Errorf("shrinkage moves a row to %v: want a smaller one", x[i])
		}
	}
	return nil
}
