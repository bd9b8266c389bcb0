package optimizer

import (
	"fmt"
	"math"
	"regexp"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
)

// Common holds what every optimizer here can do beside its rule. The zero value
// does none of it. A step does its work in Keras's order: it accumulates, clips
// the gradient, shrinks the weights, applies the rule, and averages.
type Common struct {
	// WeightDecay d shrinks the weights by w ← w - lr·d·w, apart from the
	// gradient (Loshchilov and Hutter 2019). 0 means none; for AdamW and Muon
	// 0.004.
	WeightDecay float64
	// ExcludeFromWeightDecay are regular expressions. A weight whose name, such
	// as "dense_1/bias", matches one of them anywhere does not shrink. Keras
	// looks at the last part of the name only. It is an error if one matches no
	// weight or if nothing shrinks anyway.
	ExcludeFromWeightDecay []string

	// ClipNorm c shortens the gradient of each weight that is longer than c,
	// g ← g·c/max(‖g‖,c). GlobalClipNorm does it to all of them together, and
	// makes all NaN if one is not finite; ClipValue limits each element to
	// [-c,c]. 0 means off. Only one of the three can be on.
	ClipNorm, GlobalClipNorm, ClipValue float64

	// UseEMA keeps a moving average of each weight, a ← m·a + (1-m)·w after
	// each step, which begins as the weights of the first step. The model takes
	// the averages at the end of a fit.
	UseEMA      bool
	EMAMomentum float64 // m, 0 to 1; 0 means 0.99
	// EMAOverwriteFrequency also gives the averages to the model after every
	// so many steps. 0 means never.
	EMAOverwriteFrequency int

	// GradientAccumulationSteps k moves the weights at every k-th step only,
	// by the mean of k gradients. 0 means at every step; otherwise 2 or more.
	// The moving averages follow at every step, and a schedule counts every
	// step, as in Keras.
	GradientAccumulationSteps int
}

// base is what the optimizers have in common, before defaults.
type base struct {
	name     string
	rate     float64 // 0 means usual
	usual    float64
	schedule schedule.Schedule
	common   Common
}

// setting is a number of a config with the range that it must lie in.
type setting struct {
	name      string
	v, lo, hi float64 // lo and hi are allowed values
}

var below1 = math.Nextafter(1, 0)

// check judges everything but the weights and fills in defaults.
func (b *base) check(settings []setting) error {
	c := &b.common
	if b.schedule != nil {
		if b.rate != 0 {
			return fmt.Errorf("optimizer: %s: both a learning rate, %v, and a schedule, expected one of them", b.name, b.rate)
		}
		if err := b.schedule.Check(); err != nil {
			return fmt.Errorf("optimizer: %s: %w", b.name, err)
		}
	}
	if c.EMAMomentum != 0 && !c.UseEMA {
		return fmt.Errorf("optimizer: %s: EMAMomentum %v without UseEMA", b.name, c.EMAMomentum)
	}
	if c.EMAOverwriteFrequency != 0 && !c.UseEMA {
		return fmt.Errorf("optimizer: %s: EMAOverwriteFrequency %d without UseEMA", b.name, c.EMAOverwriteFrequency)
	}
	b.rate, c.WeightDecay, c.EMAMomentum = or(b.rate, b.usual), or(c.WeightDecay, 0), or(c.EMAMomentum, 0.99)
	for _, s := range append(settings,
		setting{"learning rate", b.rate, 0, math.MaxFloat64}, setting{"weight decay", c.WeightDecay, 0, math.MaxFloat64},
		setting{"EMAMomentum", c.EMAMomentum, 0, 1}, setting{"EMAOverwriteFrequency", float64(c.EMAOverwriteFrequency), 0, math.MaxInt},
		setting{"ClipNorm", c.ClipNorm, 0, math.MaxFloat64}, setting{"GlobalClipNorm", c.GlobalClipNorm, 0, math.MaxFloat64},
		setting{"ClipValue", c.ClipValue, 0, math.MaxFloat64}) {
		if !(s.v >= s.lo && s.v <= s.hi) {
			return fmt.Errorf("optimizer: %s: %s %v, expected a number from %v to %v", b.name, s.name, s.v, s.lo, s.hi)
		}
	}
	if k := c.GradientAccumulationSteps; k < 0 || k == 1 {
		return fmt.Errorf("optimizer: %s: GradientAccumulationSteps %d, expected 2 or more (0 for none)", b.name, k)
	}
	clips := 0
	for _, v := range []float64{c.ClipNorm, c.GlobalClipNorm, c.ClipValue} {
		if v > 0 {
			clips++
		}
	}
	if clips > 1 {
		return fmt.Errorf("optimizer: %s: ClipNorm %v, GlobalClipNorm %v and ClipValue %v, expected at most one of them",
			b.name, c.ClipNorm, c.GlobalClipNorm, c.ClipValue)
	}
	return nil
}

// matching says for each weight whether one of the patterns is found in its
// name. Each pattern must be found in one of them.
func matching(weights []Weight, patterns []string) ([]bool, error) {
	found := make([]bool, len(weights))
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, err
		}
		some := false
		for i, w := range weights {
			if re.MatchString(w.Name) {
				found[i], some = true, true
			}
		}
		if !some && len(weights) > 0 {
			return nil, fmt.Errorf("no weight has a name like %q", p)
		}
	}
	return found, nil
}
