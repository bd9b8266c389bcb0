package balance

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ClassWeight gives each class a weight.
//
// Weights computes them from the counts of the training targets. A class that
// occurs but is not in the result weighs 1. Weights must be finite and not
// negative. String is the form that Parse reads.
type ClassWeight interface {
	Weights(Counts) (map[int]float64, error)
	String() string
}

// Map gives weights by class. Classes it lacks weigh 1.
type Map map[int]float64

// Weights returns a copy of the map, whatever the counts.
func (m Map) Weights(Counts) (map[int]float64, error) {
	for _, c := range slices.Sorted(maps.Keys(m)) {
		if err := checkWeight(c, m[c]); err != nil {
			return nil, err
		}
	}
	out := make(map[int]float64, len(m))
	maps.Copy(out, m)
	return out, nil
}

func (m Map) String() string {
	var parts []string
	for _, c := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, fmt.Sprintf("%q: %s", strconv.Itoa(c), format(m[c])))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// List gives weights by class index: the first is that of class 0.
type List []float64

// Weights returns the list as a map, whatever the counts.
func (l List) Weights(c Counts) (map[int]float64, error) {
	m := make(Map, len(l))
	for i, w := range l {
		m[i] = w
	}
	return m.Weights(c)
}

func (l List) String() string {
	parts := make([]string, len(l))
	for i, w := range l {
		parts[i] = format(w)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// Auto balances the classes: N / (K n_c), with N target entries, n_c of them of
// class c, and K classes that occur. Every class then has the same total weight
// and the mean weight of a sample is 1, so the scale of a loss divided by N, and
// with it the effective learning rate, stays what it was. scikit-learn's
// 'balanced'.
type Auto struct{}

// Weights returns N / (K n_c) for each class.
func (Auto) Weights(c Counts) (map[int]float64, error) {
	n, k := float64(c.Total()), float64(len(c))
	return each(c, func(nc float64) float64 { return n / (k * nc) })
}

func (Auto) String() string { return "auto" }

// DefaultMu is the Mu of a LogDamped that names none.
const DefaultMu = 0.15

// LogDamped damps the ratio of the classes by a logarithm:
// max(1, ln(Mu N / n_c)). No class weighs less than 1. Mu is above 0, and
// 0 means DefaultMu.
type LogDamped struct {
	Mu float64
}

func (p LogDamped) mu() float64 {
	if p.Mu == 0 {
		return DefaultMu
	}
	return p.Mu
}

// Weights returns max(1, ln(Mu N / n_c)) for each class.
func (p LogDamped) Weights(c Counts) (map[int]float64, error) {
	mu := p.mu()
	if !(mu > 0) || math.IsInf(mu, 0) {
		return nil, fmt.Errorf("balance: log-damped mu is %v, want a finite number above 0", mu)
	}
	n := float64(c.Total())
	return each(c, func(nc float64) float64 { return max(1, math.Log(mu*(n/nc))) })
}

func (p LogDamped) String() string { return "log:" + format(p.mu()) }

// DefaultBeta is the Beta of an EffectiveNumber that names none.
const DefaultBeta = 0.999

// EffectiveNumber weighs by the inverse of the effective number of samples,
// (1 - Beta) / (1 - Beta^n_c), scaled so that the weights of the K classes that
// occur sum to K. Towards Beta 1 it becomes the inverse count, towards 0 every
// class weighs 1. Beta is in [0, 1), and 0 means DefaultBeta.
//
// Cui, Jia, Lin, Song, Belongie: Class-balanced loss based on effective number
// of samples, CVPR 2019.
type EffectiveNumber struct {
	Beta float64
}

func (p EffectiveNumber) beta() float64 {
	if p.Beta == 0 {
		return DefaultBeta
	}
	return p.Beta
}

// Weights returns the scaled (1 - Beta) / (1 - Beta^n_c) for each class.
func (p EffectiveNumber) Weights(c Counts) (map[int]float64, error) {
	beta := p.beta()
	if !(beta >= 0 && beta < 1) {
		return nil, fmt.Errorf("balance: effective number's beta is %v, want a number from 0 to 1, 1 excluded", beta)
	}
	// 1 - beta^n without cancellation where beta is close to 1.
	log := math.Log(beta)
	raw := func(nc float64) float64 { return (1 - beta) / -math.Expm1(nc*log) }
	var sum float64
	for _, k := range c {
		sum += raw(float64(k.N))
	}
	scale := float64(len(c)) / sum
	return each(c, func(nc float64) float64 { return raw(nc) * scale })
}

func (p EffectiveNumber) String() string { return "effective:" + format(p.beta()) }

// InverseSqrt weighs by 1 / sqrt(n_c), scaled so that the mean weight of a
// sample is 1: N / (sqrt(n_c) sum_j sqrt(n_j)). It lies between no weights and
// Auto.
type InverseSqrt struct{}

// Weights returns the scaled 1 / sqrt(n_c) for each class.
func (InverseSqrt) Weights(c Counts) (map[int]float64, error) {
	var sum float64
	for _, k := range c {
		sum += math.Sqrt(float64(k.N))
	}
	scale := float64(c.Total()) / sum
	return each(c, func(nc float64) float64 { return scale / math.Sqrt(nc) })
}

func (InverseSqrt) String() string { return "inverse-sqrt" }

// each applies a formula of n_c to every class.
func each(c Counts, weight func(nc float64) float64) (map[int]float64, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	out := make(map[int]float64, len(c))
	for _, k := range c {
		out[k.Class] = weight(float64(k.N))
	}
	return out, nil
}

func checkWeight(class int, w float64) error {
	if !(w >= 0) || math.IsInf(w, 0) {
		return fmt.Errorf("balance: weight %v of class %d, want a finite number not below 0", w, class)
	}
	return nil
}

func format(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
