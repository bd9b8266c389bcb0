package balance

import (
	"bytes"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// notices is a logger that keeps its lines without time and level.
func notices() (*slog.Logger, func() []string) {
	var buf bytes.Buffer
	h := slog.NewTextHandler(&buf, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	return slog.New(h), func() []string {
		text := strings.TrimSpace(buf.String())
		if text == "" {
			return nil
		}
		return strings.Split(text, "\n")
	}
}

const (
	overridden = `level=WARN msg="class weights have no effect: sample weights override them" class_weight=`
	lacking    = `level=WARN msg="classes without a class weight weigh 1" classes=`
	unused     = `level=WARN msg="class weights name classes that do not occur in the targets" classes=`
	allZero    = `level=WARN msg="all weights are zero: nothing can be learnt"`
)

func TestResolve(t *testing.T) {
	labels := f32(shape{4}, 0, 1, 1, 2)
	steps := f32(shape{2, 2}, 0, 1, 1, 1)
	transposed := f64(shape{2, 3}, 1, 2, 3, 4, 5, 6)
	if err := transposed.T(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		r     Request
		want  any // nil: no weights
		shape tensor.Shape
		class map[int]float64
		log   []string
	}{
		{name: "nothing"},
		{name: "nothing but targets", r: Request{Y: labels}},
		{name: "nil dense weights", r: Request{Y: labels, SampleWeight: (*tensor.Dense)(nil)}},

		{name: "map", r: Request{Y: labels, ClassWeight: Map{0: 1, 1: 50, 2: 3}},
			want: []float32{1, 50, 50, 3}, shape: shape{4}, class: map[int]float64{0: 1, 1: 50, 2: 3}},
		{name: "list", r: Request{Y: labels, ClassWeight: List{1, 50, 3}, Classes: 3},
			want: []float32{1, 50, 50, 3}, shape: shape{4}, class: map[int]float64{0: 1, 1: 50, 2: 3}},
		{name: "auto", r: Request{Y: f64(shape{6}, 1, 1, 1, 1, 0, 0), ClassWeight: Auto{}},
			want: []float64{.75, .75, .75, .75, 1.5, 1.5}, shape: shape{6}, class: map[int]float64{0: 1.5, 1: .75}},
		{name: "column of targets", r: Request{Y: f64(shape{2, 1}, 0, 1), ClassWeight: List{2, 3}},
			want: []float64{2, 3}, shape: shape{2}, class: map[int]float64{0: 2, 1: 3}},
		{name: "int targets", r: Request{Y: tensor.New(tensor.WithBacking([]int{0, 1})), ClassWeight: List{2, 3}},
			want: []float64{2, 3}, shape: shape{2}, class: map[int]float64{0: 2, 1: 3}},
		{name: "one-hot", r: Request{Y: f64(shape{2, 3}, 0, 0, 1, 1, 0, 0), Targets: OneHot, ClassWeight: Map{0: 5, 2: 7}},
			want: []float64{7, 5}, shape: shape{2}, class: map[int]float64{0: 5, 2: 7}},
		{name: "one row", r: Request{Y: f64(shape{1}, 3), ClassWeight: Auto{}},
			want: []float64{1}, shape: shape{1}, class: map[int]float64{3: 1}},

		// A class weight is a weight for every timestep.
		{name: "timesteps", r: Request{Y: steps, ClassWeight: List{2, 3}},
			want: []float32{2, 3, 3, 3}, shape: shape{2, 2}, class: map[int]float64{0: 2, 1: 3}},
		{name: "deep timesteps", r: Request{Y: f64(shape{2, 2, 1}, 0, 1, 1, 1), ClassWeight: List{2, 3}, LossShape: shape{2, 2}},
			want: []float64{2, 3, 3, 3}, shape: shape{2, 2}, class: map[int]float64{0: 2, 1: 3}},
		{name: "one-hot timesteps", r: Request{Y: f64(shape{1, 2, 2}, 0, 1, 1, 0), Targets: OneHot, ClassWeight: List{2, 3}},
			want: []float64{3, 2}, shape: shape{1, 2}, class: map[int]float64{0: 2, 1: 3}},
		{name: "one class for all timesteps", r: Request{Y: f64(shape{2}, 0, 1), ClassWeight: List{2, 3}, LossShape: shape{2, 5}},
			want: []float64{2, 3}, shape: shape{2}, class: map[int]float64{0: 2, 1: 3}},

		{name: "ignored labels", r: Request{Y: f64(shape{2, 3}, 0, -1, 1, -1, 0, 0), Ignored: []int{-1}, Classes: 2, ClassWeight: Auto{}},
			want: []float64{2. / 3, 1, 2, 1, 2. / 3, 2. / 3}, shape: shape{2, 3}, class: map[int]float64{0: 2. / 3, 1: 2}},
		{name: "an ignored class", r: Request{Y: f64(shape{3}, 2, 0, 1), Ignored: []int{2}, Classes: 3, Strict: true, ClassWeight: List{3, 5}},
			want: []float64{1, 3, 5}, shape: shape{3}, class: map[int]float64{0: 3, 1: 5}},
		{name: "signs", r: Request{Y: f64(shape{3}, -1, 1, -1), Targets: Signs, Classes: 2, ClassWeight: Auto{}},
			want: []float64{.75, 1.5, .75}, shape: shape{3}, class: map[int]float64{0: .75, 1: 1.5}},
		{name: "signs of one class", r: Request{Y: f64(shape{2}, -1, -1), Targets: Signs, ClassWeight: Map{0: 4}},
			want: []float64{4, 4}, shape: shape{2}, class: map[int]float64{0: 4}},

		{name: "per sample", r: Request{Y: labels, SampleWeight: f64(shape{4}, 1, 2, 3, 0)},
			want: []float32{1, 2, 3, 0}, shape: shape{4}},
		{name: "per sample, column", r: Request{Y: labels, SampleWeight: f64(shape{4, 1}, 1, 2, 3, 4)},
			want: []float32{1, 2, 3, 4}, shape: shape{4}},
		{name: "per sample though n = T", r: Request{Y: steps, SampleWeight: f64(shape{2}, 5, 7)},
			want: []float32{5, 7}, shape: shape{2}},
		{name: "per sample column though n = T", r: Request{Y: steps, SampleWeight: f64(shape{2, 1}, 5, 7)},
			want: []float32{5, 7}, shape: shape{2}},
		{name: "temporal", r: Request{Y: steps, SampleWeight: f64(shape{2, 2}, 1, 2, 3, 4)},
			want: []float32{1, 2, 3, 4}, shape: shape{2, 2}},
		{name: "temporal, deep", r: Request{LossShape: shape{2, 2}, SampleWeight: f32(shape{2, 2, 1}, 1, 2, 3, 4)},
			want: []float32{1, 2, 3, 4}, shape: shape{2, 2}},
		{name: "temporal, transposed", r: Request{LossShape: shape{3, 2}, SampleWeight: transposed},
			want: []float64{1, 4, 2, 5, 3, 6}, shape: shape{3, 2}},
		{name: "per pixel", r: Request{LossShape: shape{1, 2, 2}, SampleWeight: f64(shape{1, 2, 2}, 1, 2, 3, 4)},
			want: []float64{1, 2, 3, 4}, shape: shape{1, 2, 2}},
		{name: "per image", r: Request{Y: f64(shape{2}, 0, 1), LossShape: shape{2, 2, 2}, Conflict: Multiply, ClassWeight: List{2, 3}, SampleWeight: f64(shape{2, 1}, 5, 7)},
			want: []float64{10, 21}, shape: shape{2}, class: map[int]float64{0: 2, 1: 3}},
		{name: "ints as weights", r: Request{LossShape: shape{2}, SampleWeight: tensor.New(tensor.WithBacking([]int{3, 1}))},
			want: []float64{3, 1}, shape: shape{2}},

		{name: "override", r: Request{Y: labels, ClassWeight: Auto{}, SampleWeight: f64(shape{4}, 1, 2, 3, 4)},
			want: []float32{1, 2, 3, 4}, shape: shape{4}, log: []string{overridden + "auto"}},
		{name: "override asks nothing of class weights and targets",
			r:    Request{Y: f64(shape{2, 3}, .1, math.NaN(), 7, -1, 2, 3), Classes: 2, Strict: true, ClassWeight: Map{-9: math.NaN()}, SampleWeight: f64(shape{2}, 1, 2), LossShape: shape{2}},
			want: []float64{1, 2}, shape: shape{2}, log: []string{overridden + `"{\"-9\": NaN}"`}},
		{name: "multiply", r: Request{Y: labels, Conflict: Multiply, ClassWeight: List{1, 10, 100}, SampleWeight: f64(shape{4}, 1, 2, 3, 4)},
			want: []float32{1, 20, 30, 400}, shape: shape{4}, class: map[int]float64{0: 1, 1: 10, 2: 100}},
		{name: "multiply timesteps by samples", r: Request{Y: steps, Conflict: Multiply, ClassWeight: List{2, 3}, SampleWeight: f64(shape{2}, 5, 7)},
			want: []float32{10, 15, 21, 21}, shape: shape{2, 2}, class: map[int]float64{0: 2, 1: 3}},
		{name: "multiply samples by timesteps", r: Request{Y: f64(shape{2}, 0, 1), LossShape: shape{2, 2}, Conflict: Multiply, ClassWeight: List{2, 3}, SampleWeight: f64(shape{2, 2}, 1, 2, 3, 4)},
			want: []float64{2, 4, 9, 12}, shape: shape{2, 2}, class: map[int]float64{0: 2, 1: 3}},
		{name: "multiply timesteps", r: Request{Y: steps, Conflict: Multiply, ClassWeight: List{2, 3}, SampleWeight: f64(shape{2, 2}, 1, 2, 3, 4)},
			want: []float32{2, 6, 9, 12}, shape: shape{2, 2}, class: map[int]float64{0: 2, 1: 3}},
		{name: "conflict rules are for two", r: Request{Y: labels, Conflict: Reject, ClassWeight: List{1, 2, 3}},
			want: []float32{1, 2, 2, 3}, shape: shape{4}, class: map[int]float64{0: 1, 1: 2, 2: 3}},

		{name: "missing classes", r: Request{Y: labels, ClassWeight: Map{1: 50}},
			want: []float32{1, 50, 50, 1}, shape: shape{4}, class: map[int]float64{0: 1, 1: 50, 2: 1}, log: []string{lacking + `"[0 2]"`}},
		{name: "empty map", r: Request{Y: labels, ClassWeight: Map{}},
			want: []float32{1, 1, 1, 1}, shape: shape{4}, class: map[int]float64{0: 1, 1: 1, 2: 1}, log: []string{lacking + `"[0 1 2]"`}},
		{name: "foreign class", r: Request{Y: labels, ClassWeight: Map{0: 2, 1: 2, 2: 2, 9: 5}},
			want: []float32{2, 2, 2, 2}, shape: shape{4}, class: map[int]float64{0: 2, 1: 2, 2: 2, 9: 5}, log: []string{unused + "[9]"}},
		{name: "class that K knows but the data lacks", r: Request{Y: labels, ClassWeight: List{2, 2, 2, 5}, Classes: 4, Strict: true},
			want: []float32{2, 2, 2, 2}, shape: shape{4}, class: map[int]float64{0: 2, 1: 2, 2: 2, 3: 5}, log: []string{unused + "[3]"}},
		{name: "scikit-learn, part of a map", r: Request{Y: f64(shape{6}, 2, 2, 2, 3, 3, 4), ClassWeight: Map{2: 1.5}},
			want: []float64{1.5, 1.5, 1.5, 1, 1, 1}, shape: shape{6}, class: map[int]float64{2: 1.5, 3: 1, 4: 1}, log: []string{lacking + `"[3 4]"`}},
		{name: "all zero", r: Request{Y: labels, SampleWeight: f64(shape{4}, 0, 0, 0, 0)},
			want: []float32{0, 0, 0, 0}, shape: shape{4}, log: []string{allZero}},
		{name: "all classes zero", r: Request{Y: labels, ClassWeight: List{0, 0, 0}},
			want: []float32{0, 0, 0, 0}, shape: shape{4}, class: map[int]float64{0: 0, 1: 0, 2: 0}, log: []string{allZero}},

		// scikit-learn's indices=range(4): weights of part of the rows, for all.
		{name: "scikit-learn, counted rows", r: Request{Y: f64(shape{6}, 1, 1, 1, 2, 2, 2), ClassWeight: Auto{}, CountRows: 4},
			want: []float64{2. / 3, 2. / 3, 2. / 3, 2, 2, 2}, shape: shape{6}, class: map[int]float64{1: 2. / 3, 2: 2}},
		{name: "class after the counted rows", r: Request{Y: f64(shape{4}, 0, 1, 1, 2), ClassWeight: Auto{}, CountRows: 3, Strict: true},
			want: []float64{1.5, .75, .75, 1}, shape: shape{4}, class: map[int]float64{0: 1.5, 1: .75}},
		{name: "counted timesteps", r: Request{Y: f64(shape{2, 2}, 0, 1, 1, 1), ClassWeight: Auto{}, CountRows: 1},
			want: []float64{1, 1, 1, 1}, shape: shape{2, 2}, class: map[int]float64{0: 1, 1: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			logger, lines := notices()
			c.r.Logger = logger
			got, err := Resolve(c.r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.class, got.Classes, approx); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.log, lines()); diff != "" {
				t.Error(diff)
			}
			if c.want == nil {
				if got.W != nil {
					t.Errorf("got weights %v, want none", got.W)
				}
				return
			}
			if diff := cmp.Diff(c.want, got.W.Data(), approx); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.shape, got.W.Shape()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestResolveErrors(t *testing.T) {
	labels := f32(shape{3}, 0, 1, 1)
	nan := math.NaN()
	for _, c := range []struct {
		name string
		r    Request
		want string
	}{
		{"reject", Request{Y: labels, ClassWeight: Auto{}, SampleWeight: labels, Conflict: Reject}, "balance: both class weights and sample weights are given"},
		{"unknown rule", Request{Y: labels, ClassWeight: Auto{}, SampleWeight: labels, Conflict: 3}, "balance: unknown conflict rule 3"},
		{"class weights without targets", Request{ClassWeight: Auto{}}, "balance: class weights need targets, there are none"},
		{"sample weights of what", Request{SampleWeight: labels}, "balance: sample weights need targets or the shape of the loss"},
		{"strict", Request{Y: labels, ClassWeight: Map{5: 1}, Strict: true}, "balance: class weights lack classes [0 1], which occur"},
		{"unknown class", Request{Y: labels, ClassWeight: Map{0: 1, 2: 5}, Classes: 2}, "balance: class weights name unknown class 2, want 0 to 1"},
		{"unknown class of a list", Request{Y: labels, ClassWeight: List{1, 1, 1}, Classes: 2}, "unknown class 2"},
		{"unknown class, one-hot", Request{Y: f32(shape{1, 2}, 0, 1), Targets: OneHot, ClassWeight: Map{2: 5}}, "unknown class 2, want 0 to 1"},
		{"negative class", Request{Y: labels, ClassWeight: Map{-1: 1}}, "unknown class -1, want 0 or more"},
		{"label of no class", Request{Y: labels, ClassWeight: Auto{}, Classes: 1}, "balance: label 1 in row 1 is not a class, want 0 to 0"},
		{"negative label", Request{Y: f32(shape{2, 2}, 0, 0, -1, 0), ClassWeight: Auto{}}, "label -1 in row 1, timestep 0 is not a class, want 0 or more"},
		{"fraction", Request{Y: f32(shape{2}, 0, .5), ClassWeight: Auto{}}, "balance: label 0.5 in row 1 is not a whole number"},
		{"classes of one-hot", Request{Y: f32(shape{1, 2}, 0, 1), Targets: OneHot, Classes: 3, ClassWeight: Auto{}}, "one-hot targets have 2 classes, the model 3"},
		{"weight of a class", Request{Y: labels, ClassWeight: Map{0: 1, 1: nan}}, "balance: weight NaN of class 1"},
		{"weight of a foreign policy", Request{Y: labels, ClassWeight: foreign{1: -1}}, "balance: weight -1 of class 1"},
		{"multi-label", Request{Y: f32(shape{2, 3}, 0, 1, 1, 0, 0, 1), ClassWeight: Auto{}, LossShape: shape{2}}, "balance: class weights give targets of shape (2, 3) weights of shape (2, 3), the loss has (2): use sample weights"},
		{"multiply checks sample weights", Request{Y: labels, ClassWeight: Auto{}, Conflict: Multiply, SampleWeight: f64(shape{2}, 1, 1)}, "sample weights have shape (2)"},

		{"negative", Request{Y: labels, SampleWeight: f64(shape{3}, 1, -.5, 1)}, "balance: sample weight -0.5 in row 1, want a finite number not below 0"},
		{"NaN", Request{Y: labels, SampleWeight: f64(shape{3}, 1, 1, nan)}, "sample weight NaN in row 2"},
		{"infinite", Request{LossShape: shape{1, 2}, SampleWeight: f64(shape{1, 2}, 1, math.Inf(1))}, "sample weight +Inf in row 0, timestep 1"},
		{"pixel", Request{LossShape: shape{1, 2, 2}, SampleWeight: f64(shape{1, 2, 2}, 1, 1, 1, nan)}, "sample weight NaN in row 0, element 3"},
		{"too large", Request{Y: labels, SampleWeight: f64(shape{3}, 1, 1, 1e39)}, "balance: weight 1e+39 in row 2 is too large for float32"},
		{"strings", Request{Y: labels, SampleWeight: tensor.New(tensor.WithBacking([]string{"a", "b", "c"}))}, "balance: sample weights: data: cannot convert string"},
		{"rows", Request{Y: labels, SampleWeight: f64(shape{4}, 1, 1, 1, 1)}, "balance: sample weights have shape (4), want (3) or (3, 1) per sample"},
		{"scalar", Request{Y: labels, SampleWeight: tensor.New(tensor.FromScalar(1.0))}, "sample weights have shape (), want (3)"},
		{"temporal without timesteps", Request{Y: labels, SampleWeight: f64(shape{3, 2}, 1, 1, 1, 1, 1, 1)}, "have shape (3, 2), want (3) or (3, 1) per sample"},
		{"timesteps", Request{LossShape: shape{2, 3}, SampleWeight: f64(shape{2, 2}, 1, 1, 1, 1)}, "have shape (2, 2), want (2) or (2, 1) per sample, (2, 3) or (2, 3, 1) per timestep"},
		{"vector of timesteps", Request{LossShape: shape{2, 3}, SampleWeight: f64(shape{3}, 1, 1, 1)}, "have shape (3), want (2)"},

		{"rows of targets and loss", Request{Y: labels, LossShape: shape{4}, SampleWeight: f64(shape{4}, 1, 1, 1, 1)}, "targets have shape (3), the loss (4)"},
		{"scalar targets", Request{Y: tensor.New(tensor.FromScalar(1.0)), SampleWeight: labels}, "balance: the loss has shape ()"},
		{"empty loss", Request{LossShape: shape{3, 0}, SampleWeight: labels}, "the loss has shape (3, 0)"},
		{"counted rows", Request{Y: labels, ClassWeight: Auto{}, CountRows: 4}, "balance: cannot count the classes of 4 rows, want 0 to 3"},
		{"negative counted rows", Request{Y: labels, ClassWeight: Auto{}, CountRows: -1}, "of -1 rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.r.Logger, _ = notices()
			got, err := Resolve(c.r)
			if err == nil || !strings.Contains(err.Error(), c.want) || got != nil {
				t.Errorf("got %v, %v, want an error with %q", got, err, c.want)
			}
		})
	}
}

// foreign is somebody else's policy, unchecked.
type foreign map[int]float64

func (f foreign) Weights(Counts) (map[int]float64, error) { return f, nil }
func (f foreign) String() string                          { return "foreign" }

func TestResolveLeavesTheRequestAlone(t *testing.T) {
	w := f64(shape{2}, 1, 2)
	policy := foreign{0: 3}
	logger, _ := notices()
	got, err := Resolve(Request{Y: f64(shape{2}, 0, 1), ClassWeight: policy, SampleWeight: w, Conflict: Multiply, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	got.W.Float64s()[0], got.Classes[0] = 9, 9
	if w.Float64s()[0] != 1 || len(policy) != 1 || policy[0] != 3 {
		t.Error("the result shares memory with the request")
	}
	if got, err = Resolve(Request{Y: w, SampleWeight: w}); err != nil {
		t.Fatal(err)
	}
	got.W.Float64s()[0] = 9
	if w.Float64s()[0] != 1 {
		t.Error("the result shares memory with the sample weights")
	}
}

func TestDefaultLogger(t *testing.T) {
	logger, lines := notices()
	old := slog.Default()
	slog.SetDefault(logger)
	defer slog.SetDefault(old)
	if _, err := Resolve(Request{Y: f64(shape{1}, 0), ClassWeight: Map{}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{lacking + "[0]"}, lines()); diff != "" {
		t.Error(diff)
	}
}

// A class map is the per-sample vector of its values, labels are their one-hot
// rows, and Auto's sample weights sum to N.
func TestResolveProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, steps, k := rapid.IntRange(1, 12).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "timesteps"), rapid.IntRange(1, 5).Draw(t, "classes")
		class := rapid.SliceOfN(rapid.IntRange(0, k-1), n*steps, n*steps).Draw(t, "class")
		m := Map{}
		for c := range k {
			m[c] = rapid.Float64Range(0, 100).Draw(t, "weight")
		}
		labels, vector, hot := make([]float64, n*steps), make([]float64, n*steps), make([]float64, n*steps*k)
		for i, c := range class {
			labels[i], vector[i], hot[i*k+c] = float64(c), m[c], 1
		}
		logger, _ := notices()
		resolve := func(r Request) *Resolved {
			r.Logger, r.LossShape = logger, shape{n, steps}
			got, err := Resolve(r)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		y := f64(shape{n, steps}, labels...)
		if k == 1 {
			k = 2 // a last axis of 1 would read as (n,T,1)
			hot = make([]float64, n*steps*2)
			for i := range class {
				hot[2*i] = 1
			}
		}
		oneHot := Request{Y: f64(shape{n, steps, k}, hot...), Targets: OneHot}
		byMap, byVector := resolve(Request{Y: y, ClassWeight: m}), resolve(Request{Y: y, SampleWeight: f64(shape{n, steps}, vector...)})
		if diff := cmp.Diff(byVector.W.Float64s(), byMap.W.Float64s()); diff != "" {
			t.Fatalf("the map differs from its vector: %s", diff)
		}
		for _, p := range []ClassWeight{m, Auto{}, LogDamped{}, EffectiveNumber{}, InverseSqrt{}} {
			oneHot.ClassWeight = p
			byHot, byLabel := resolve(oneHot), resolve(Request{Y: y, ClassWeight: p})
			if diff := cmp.Diff(byLabel.W.Float64s(), byHot.W.Float64s()); diff != "" {
				t.Fatalf("%v: one-hot targets differ from labels: %s", p, diff)
			}
		}
		sum := 0.0
		for _, w := range resolve(Request{Y: y, ClassWeight: Auto{}}).W.Float64s() {
			sum += w
		}
		if math.Abs(sum/float64(n*steps)-1) > 1e-12 {
			t.Fatalf("auto's weights sum to %v, want %d", sum, n*steps)
		}
	})
}

func BenchmarkResolve(b *testing.B) {
	const n = 1000000
	y, hot, w := make([]float32, n), make([]float32, 2*n), make([]float32, n)
	for i := range y {
		w[i] = 1
		if i%100 == 0 {
			y[i], hot[2*i+1] = 1, 1
		} else {
			hot[2*i] = 1
		}
	}
	labels, oneHot, samples := f32(shape{n}, y...), f32(shape{n, 2}, hot...), f32(shape{n}, w...)
	for _, c := range []struct {
		name string
		r    Request
	}{
		{"labels", Request{Y: labels, ClassWeight: Auto{}}},
		{"one-hot", Request{Y: oneHot, Targets: OneHot, ClassWeight: Auto{}}},
		{"samples", Request{Y: labels, SampleWeight: samples}},
		{"multiply", Request{Y: labels, ClassWeight: Auto{}, SampleWeight: samples, Conflict: Multiply}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Resolve(c.r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
