package schedule_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/vectors"
)

func TestKerasVectors(t *testing.T) {
	var cases []struct {
		Schedule string
		Args     json.RawMessage
		Steps    []int
		LR       []float64
	}
	vectors.Read(t, "testdata/schedules.json", &cases)
	replayed := 0
	for _, c := range cases {
		s := fromKeras(t, c.Schedule, c.Args)
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		var got []float64
		for _, step := range c.Steps {
			got = append(got, s.Rate(step))
		}
		vectors.Equal(t, c.Schedule+string(c.Args), got, c.LR)
		replayed++
	}
	t.Logf("replayed %d of %d schedules", replayed, len(cases))
}

func fromKeras(t *testing.T, name string, args json.RawMessage) schedule.Schedule {
	var a struct {
		Initial   float64 `json:"initial_learning_rate"`
		Steps     int     `json:"decay_steps"`
		First     int     `json:"first_decay_steps"`
		DecayRate float64 `json:"decay_rate"`
		End       float64 `json:"end_learning_rate"`
		TMul      float64 `json:"t_mul"`
		MMul      float64 `json:"m_mul"`
		Target    float64 `json:"warmup_target"`
		Warmup    int     `json:"warmup_steps"`
		Alpha     float64
		Power     float64
		Staircase bool
		Cycle     bool

		Boundaries []int
		Values     []float64
	}
	dec := json.NewDecoder(strings.NewReader(string(args)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		t.Fatal(err)
	}
	s, err := schedule.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	switch s.(type) {
	case schedule.ExponentialDecay:
		return schedule.ExponentialDecay{InitialLearningRate: a.Initial, DecaySteps: a.Steps, DecayRate: a.DecayRate, Staircase: a.Staircase}
	case schedule.InverseTimeDecay:
		return schedule.InverseTimeDecay{InitialLearningRate: a.Initial, DecaySteps: a.Steps, DecayRate: a.DecayRate, Staircase: a.Staircase}
	case schedule.PiecewiseConstantDecay:
		return schedule.PiecewiseConstantDecay{Boundaries: a.Boundaries, Values: a.Values}
	case schedule.PolynomialDecay:
		return schedule.PolynomialDecay{InitialLearningRate: a.Initial, DecaySteps: a.Steps, EndLearningRate: a.End, Power: a.Power, Cycle: a.Cycle}
	case schedule.CosineDecay:
		return schedule.CosineDecay{InitialLearningRate: a.Initial, DecaySteps: a.Steps, Alpha: a.Alpha, WarmupTarget: a.Target, WarmupSteps: a.Warmup}
	case schedule.CosineDecayRestarts:
		return schedule.CosineDecayRestarts{InitialLearningRate: a.Initial, FirstDecaySteps: a.First, TMul: a.TMul, MMul: a.MMul, Alpha: a.Alpha}
	}
	t.Fatalf("no schedule for %q", name)
	return nil
}

func TestEdges(t *testing.T) {
	for _, c := range []struct {
		name string
		s    schedule.Schedule
		step int
		want float64
	}{
		{"one value", schedule.PiecewiseConstantDecay{Values: []float64{0.3}}, 7, 0.3},
		{"end of zero", schedule.PolynomialDecay{InitialLearningRate: 1, DecaySteps: 4, EndLearningRate: schedule.Zero}, 4, 0},
		{"default end", schedule.PolynomialDecay{InitialLearningRate: 1, DecaySteps: 4}, 400, 1e-4},
		{"cycle at its end", schedule.PolynomialDecay{InitialLearningRate: 1, DecaySteps: 4, Cycle: true}, 8, 1e-4},
		{"warm-up of no steps", schedule.CosineDecay{DecaySteps: 10, WarmupTarget: 0.2}, 0, 0.2},
		{"after the decay", schedule.CosineDecay{InitialLearningRate: 1, DecaySteps: 10, Alpha: 0.1}, 1e9, 0.1},
		{"function", schedule.Func(func(step int) float64 { return float64(step) }), 3, 3},
	} {
		if err := c.s.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := c.s.Rate(c.step); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: rate %v at step %d, expected %v", c.name, got, c.step, c.want)
		}
	}
}

// Each restart begins at the full height again, to the step, however the
// logarithm rounds.
func TestRestartsBeginAtTheTop(t *testing.T) {
	for _, mul := range []int{1, 2, 3, 5, 7, 10} {
		s := schedule.CosineDecayRestarts{InitialLearningRate: 1, FirstDecaySteps: 2, TMul: float64(mul)}
		at, length := 0, 2
		for restart := range 8 {
			if got := s.Rate(at); got != 1 {
				t.Errorf("TMul %d: restart %d, step %d: rate %v, expected 1", mul, restart, at, got)
			}
			if got := s.Rate(at + length/2); math.Abs(got-0.5) > 1e-9 {
				t.Errorf("TMul %d: in the middle of run %d: rate %v, expected 0.5", mul, restart, got)
			}
			at, length = at+length, length*mul
		}
	}
}

func TestCheck(t *testing.T) {
	for name, s := range map[string]schedule.Schedule{
		"DecaySteps 0":                     schedule.ExponentialDecay{InitialLearningRate: 1, DecayRate: 0.5},
		"DecaySteps -1":                    schedule.PolynomialDecay{InitialLearningRate: 1, DecaySteps: -1},
		"DecayRate 0":                      schedule.InverseTimeDecay{InitialLearningRate: 1, DecaySteps: 1},
		"InitialLearningRate 0":            schedule.CosineDecay{DecaySteps: 3},
		"InitialLearningRate NaN":          schedule.CosineDecayRestarts{InitialLearningRate: math.NaN(), FirstDecaySteps: 3},
		"InitialLearningRate +Inf":         schedule.PolynomialDecay{InitialLearningRate: math.Inf(1), DecaySteps: 3},
		"WarmupSteps 3 without":            schedule.CosineDecay{InitialLearningRate: 1, DecaySteps: 3, WarmupSteps: 3},
		"TMul 0.5":                         schedule.CosineDecayRestarts{InitialLearningRate: 1, FirstDecaySteps: 3, TMul: 0.5},
		"1 Values for 1 Boundaries":        schedule.PiecewiseConstantDecay{Boundaries: []int{1}, Values: []float64{1}},
		"boundary 2 follows 2":             schedule.PiecewiseConstantDecay{Boundaries: []int{2, 2}, Values: []float64{3, 2, 1}},
		"Values[1] -1":                     schedule.PiecewiseConstantDecay{Boundaries: []int{2}, Values: []float64{3, -1}},
		"schedule: Func: it is nil":        schedule.Func(nil),
		"schedule: ExponentialDecay: Init": schedule.ExponentialDecay{},
	} {
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%T%+v: error %v, expected one with %q", s, s, err, name)
		}
	}
}

func TestByName(t *testing.T) {
	for _, name := range schedule.Names() {
		for _, form := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
			if s, err := schedule.ByName(form); err != nil || s.Name() != name {
				t.Errorf("ByName(%q) = %v, %v", form, s, err)
			}
		}
	}
	if s, err := schedule.ByName("cosine_decay"); err != nil || s.Name() != "CosineDecay" {
		t.Errorf("ByName(cosine_decay) = %v, %v", s, err)
	}
	if _, err := schedule.ByName("cosine"); err == nil || !strings.Contains(err.Error(), "CosineDecay") {
		t.Errorf("error %v, expected one that lists the names", err)
	}
}
