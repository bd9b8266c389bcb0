package loss_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// What the predictions of a loss are.
type predictions int

const (
	numbers  predictions = iota
	positive             // above 0
	chances              // of a sigmoid
	shares               // of a softmax
	anyShare             // probabilities whose sum is not 1
)

// subject is a loss and its formula, written down once more in float64. The
// formula gets one row of predictions (probabilities where the loss is made on
// logits) and its targets: a row, or one class number.
type subject struct {
	name    string
	make    func(fromLogits bool, r loss.Reduction) loss.Loss
	pred    predictions
	cols    int
	target  loss.Form
	soft    bool // targets between 0 and 1
	logits  bool // the loss takes FromLogits
	needs   bool // it takes nothing else
	raw     bool // it takes probabilities without dividing them by their sum
	formula func(p, y []float64) float64
}

var counts = []float64{1000, 100, 10, 50}

// mean is the mean over the columns of a row.
func mean(f func(p, y float64) float64) func(p, y []float64) float64 {
	return func(p, y []float64) float64 { return sum(f)(p, y) / float64(len(p)) }
}

func sum(f func(p, y float64) float64) func(p, y []float64) float64 {
	return func(p, y []float64) float64 {
		var s float64
		for j := range p {
			s += f(p[j], y[j])
		}
		return s
	}
}

func bce(p, y float64) float64 { return -y*math.Log(p) - (1-y)*math.Log(1-p) }

// atClass is a formula of the probability of the true class.
func atClass(f func(p float64) float64) func(p, y []float64) float64 {
	return func(p, y []float64) float64 { return f(p[int(y[0])]) }
}

func softmax(z []float64) []float64 {
	p, s := make([]float64, len(z)), 0.
	for j, v := range z {
		p[j] = math.Exp(v)
		s += p[j]
	}
	for j := range p {
		p[j] /= s
	}
	return p
}

// logsOf turns probabilities into logits that give them.
func logsOf(p []float64) []float64 {
	z := make([]float64, len(p))
	for j := range p {
		z[j] = math.Log(p[j])
	}
	return z
}

var costs = [][]float64{{0, 1, 2, 3}, {5, 0, 1, 2}, {1, 1, 0, 9}, {.5, 4, 2, 0}}

var subjects = []subject{
	{name: "mean squared error", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.MeanSquaredError{Reduction: r} }, cols: 4,
		formula: mean(func(p, y float64) float64 { return (p - y) * (p - y) })},
	{name: "mean absolute error", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.MeanAbsoluteError{Reduction: r} }, cols: 4,
		formula: mean(func(p, y float64) float64 { return math.Abs(p - y) })},
	{name: "mean absolute percentage error", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.MeanAbsolutePercentageError{Reduction: r} }, cols: 4,
		formula: mean(func(p, y float64) float64 { return 100 * math.Abs((p-y)/y) })},
	{name: "mean squared logarithmic error", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.MeanSquaredLogarithmicError{Reduction: r} }, cols: 3, pred: positive, target: loss.Probabilities, soft: true,
		formula: mean(func(p, y float64) float64 { return math.Pow(math.Log((1+p)/(1+y)), 2) })},
	{name: "huber", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.Huber{Delta: .7, Reduction: r} }, cols: 4,
		formula: mean(func(p, y float64) float64 {
			if e := math.Abs(p - y); e > .7 {
				return .7 * (e - .35)
			}
			return (p - y) * (p - y) / 2
		})},
	{name: "log cosh", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.LogCosh{Reduction: r} }, cols: 4,
		formula: mean(func(p, y float64) float64 { return math.Log(math.Cosh(p - y)) })},
	{name: "poisson", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.Poisson{Reduction: r} }, cols: 4, pred: positive, target: loss.Probabilities, soft: true,
		formula: mean(func(p, y float64) float64 { return p - y*math.Log(p+1e-7) })},
	{name: "hinge", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.Hinge{Reduction: r} }, cols: 4, target: loss.Signs,
		formula: mean(func(p, y float64) float64 { return max(1-y*p, 0) })},
	{name: "squared hinge", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.SquaredHinge{Reduction: r} }, cols: 4, target: loss.Signs,
		formula: mean(func(p, y float64) float64 { return math.Pow(max(1-y*p, 0), 2) })},
	{name: "hinge of 0 and 1", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.Hinge{Reduction: r} }, cols: 4, target: loss.Probabilities,
		formula: mean(func(p, y float64) float64 { return max(1-(2*y-1)*p, 0) })},
	{name: "categorical hinge", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.CategoricalHinge{Reduction: r} }, cols: 4, target: loss.OneHot,
		formula: func(p, y []float64) float64 {
			own, rival := 0., 0.
			for j := range p {
				own += y[j] * p[j]
				rival = max(rival, (1-y[j])*p[j]) // the true class's own 0 is among them
			}
			return max(rival-own+1, 0)
		}},
	{name: "divergence", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.KLDivergence{Reduction: r} }, cols: 4, pred: anyShare, target: loss.Probabilities, soft: true,
		formula: sum(func(p, y float64) float64 { return y * math.Log(y/p) })},
	{name: "cosine", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.CosineSimilarity{Reduction: r} }, cols: 4,
		formula: func(p, y []float64) float64 {
			dot := func(a, b []float64) float64 { return sum(func(x, y float64) float64 { return x * y })(a, b) }
			return -dot(p, y) / math.Sqrt(dot(p, p)*dot(y, y))
		}},

	{name: "binary crossentropy", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.BinaryCrossentropy{FromLogits: z, LabelSmoothing: .1, Reduction: r}
	}, cols: 3, pred: chances, target: loss.Probabilities, soft: true, logits: true,
		formula: mean(func(p, y float64) float64 { return bce(p, y*.9+.05) })},
	{name: "positive weight", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.BinaryCrossentropy{FromLogits: z, PosWeight: []float64{9}, Reduction: r}
	}, cols: 1, pred: chances, target: loss.Probabilities, logits: true,
		formula: func(p, y []float64) float64 { return -9*y[0]*math.Log(p[0]) - (1-y[0])*math.Log(1-p[0]) }},
	{name: "positive weights of labels", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.BinaryCrossentropy{FromLogits: z, PosWeight: []float64{9, .5, 4}, Reduction: r}
	}, cols: 3, pred: chances, target: loss.Probabilities, soft: true, logits: true,
		formula: func(p, y []float64) (s float64) {
			for j, a := range []float64{9, .5, 4} {
				s -= (a*y[j]*math.Log(p[j]) + (1-y[j])*math.Log(1-p[j])) / 3
			}
			return s
		}},
	{name: "binary focal", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.BinaryFocalCrossentropy{FromLogits: z, Gamma: 1.5, ApplyClassBalancing: true, Alpha: .7, Reduction: r}
	}, cols: 3, pred: chances, target: loss.Probabilities, logits: true,
		formula: mean(func(p, y float64) float64 {
			if y == 1 {
				return -.7 * math.Pow(1-p, 1.5) * math.Log(p)
			}
			return -.3 * math.Pow(p, 1.5) * math.Log(1-p)
		})},
	{name: "binary focal without focus", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.BinaryFocalCrossentropy{FromLogits: z, Gamma: loss.Zero, Reduction: r}
	}, cols: 3, pred: chances, target: loss.Probabilities, soft: true, logits: true, formula: mean(bce)},
	{name: "asymmetric", make: func(z bool, r loss.Reduction) loss.Loss { return loss.Asymmetric{FromLogits: z, Reduction: r} }, cols: 4, pred: chances, target: loss.Probabilities, logits: true,
		formula: sum(func(p, y float64) float64 {
			if y == 1 {
				return -(1 - p) * math.Log(p)
			}
			m := max(p-.05, 0)
			return -math.Pow(m, 4) * math.Log(1-m)
		})},
	{name: "asymmetric without clip", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.Asymmetric{GammaPos: loss.Zero, GammaNeg: 2, Clip: loss.Zero, FromLogits: z, Reduction: r}
	}, cols: 4, pred: chances, target: loss.Probabilities, logits: true,
		formula: sum(func(p, y float64) float64 { return -y*math.Log(p) - (1-y)*p*p*math.Log(1-p) })},

	{name: "categorical crossentropy", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.CategoricalCrossentropy{FromLogits: z, LabelSmoothing: .2, Reduction: r}
	}, cols: 4, pred: shares, target: loss.OneHot, logits: true,
		formula: sum(func(p, y float64) float64 { return -(y*.8 + .05) * math.Log(p) })},
	{name: "sparse categorical crossentropy", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.SparseCategoricalCrossentropy{FromLogits: z, Reduction: r}
	}, cols: 4, pred: shares, target: loss.Indices, logits: true,
		formula: atClass(func(p float64) float64 { return -math.Log(p) })},
	{name: "categorical focal", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.CategoricalFocalCrossentropy{FromLogits: z, Reduction: r}
	}, cols: 4, pred: shares, target: loss.OneHot, soft: true, logits: true,
		formula: sum(func(p, y float64) float64 { return -.25 * y * (1 - p) * (1 - p) * math.Log(p) })},
	{name: "sparse categorical focal", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.SparseCategoricalFocalCrossentropy{FromLogits: z, Gamma: .5, Alpha: []float64{.1, .2, .3, .4}, Reduction: r}
	}, cols: 4, pred: shares, target: loss.Indices, logits: true,
		formula: func(p, y []float64) float64 {
			q := p[int(y[0])]
			return -.1 * (1 + y[0]) * math.Sqrt(1-q) * math.Log(q)
		}},
	{name: "generalized crossentropy", make: func(_ bool, r loss.Reduction) loss.Loss {
		return loss.CategoricalGeneralizedCrossEntropy{Q: .7, Reduction: r}
	}, cols: 4, pred: shares, target: loss.Indices, raw: true,
		formula: atClass(func(p float64) float64 { return (1 - math.Pow(p, .7)) / .7 })},
	{name: "poly", make: func(z bool, r loss.Reduction) loss.Loss { return loss.Poly1{FromLogits: z, Reduction: r} }, cols: 4, pred: shares, target: loss.Indices, logits: true,
		formula: atClass(func(p float64) float64 { return -math.Log(p) + 2*(1-p) })},
	{name: "poly focal of shares", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.Poly1{Epsilon: -1, Gamma: 2, OneHot: true, FromLogits: z, Reduction: r}
	}, cols: 4, pred: shares, target: loss.OneHot, soft: true, logits: true,
		formula: sum(func(p, y float64) float64 { return y * (-(1-p)*(1-p)*math.Log(p) - math.Pow(1-p, 3)) })},
	{name: "poly of one column", make: func(z bool, r loss.Reduction) loss.Loss { return loss.Poly1{FromLogits: z, Reduction: r} }, cols: 1, pred: chances, target: loss.Probabilities, logits: true,
		formula: mean(func(p, y float64) float64 { return bce(p, y) + 2*(y*(1-p)+(1-y)*p) })},
	{name: "expected cost", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.ExpectedCost{Cost: costs, FromLogits: z, Reduction: r}
	}, cols: 4, pred: shares, raw: true, target: loss.Indices, logits: true,
		formula: func(p, y []float64) (s float64) {
			for j := range p {
				s += costs[int(y[0])][j] * p[j]
			}
			return s
		}},
	{name: "expected cost of shares", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.ExpectedCost{Cost: costs, OneHot: true, FromLogits: z, Reduction: r}
	}, cols: 4, pred: shares, raw: true, target: loss.OneHot, soft: true, logits: true,
		formula: func(p, y []float64) (s float64) {
			for i := range y {
				for j := range p {
					s += y[i] * costs[i][j] * p[j]
				}
			}
			return s
		}},
	{name: "expected cost of one column", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.ExpectedCost{Cost: [][]float64{{0, 1}, {50, .5}}, FromLogits: z, Reduction: r}
	}, cols: 1, pred: chances, target: loss.Probabilities, logits: true,
		formula: mean(func(p, y float64) float64 { return y*(.5*p+50*(1-p)) + (1-y)*p })},

	{name: "ldam", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.LDAM{Counts: counts, Scale: 3, FromLogits: z, Reduction: r}
	}, cols: 4, pred: shares, target: loss.Indices, logits: true, needs: true,
		formula: func(p, y []float64) float64 {
			z, c := logsOf(p), int(y[0])
			z[c] -= .5 * math.Pow(10/counts[c], .25)
			for j := range z {
				z[j] *= 3
			}
			return -math.Log(softmax(z)[c])
		}},
	{name: "ldam of one column", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.LDAM{Counts: []float64{990, 10}, MaxMargin: .4, FromLogits: z, Reduction: r}
	}, cols: 1, pred: chances, target: loss.Probabilities, logits: true, needs: true,
		formula: func(p, y []float64) float64 {
			z := []float64{math.Log(1 - p[0]), math.Log(p[0])}
			c := int(y[0])
			z[c] -= .4 * []float64{math.Pow(10./990, .25), 1}[c]
			return -math.Log(softmax([]float64{30 * z[0], 30 * z[1]})[c])
		}},
	{name: "logit adjusted", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.LogitAdjusted{Counts: counts, Tau: 1.3, OneHot: true, FromLogits: z, Reduction: r}
	}, cols: 4, pred: shares, target: loss.OneHot, logits: true, needs: true,
		formula: func(p, y []float64) float64 {
			z := logsOf(p)
			for j := range z {
				z[j] += 1.3 * math.Log(counts[j]/1160)
			}
			return sum(func(p, y float64) float64 { return -y * math.Log(p) })(softmax(z), y)
		}},
	{name: "vector scaling", make: func(z bool, r loss.Reduction) loss.Loss {
		// Scaled logits are not determined by probabilities: TestVectorScaling.
		return loss.VectorScaling{Counts: counts, Gamma: loss.Zero, Tau: 1.3, OneHot: true, FromLogits: z, Reduction: r}
	}, cols: 4, pred: shares, target: loss.OneHot, logits: true, needs: true,
		formula: func(p, y []float64) float64 {
			z := logsOf(p)
			for j := range z {
				z[j] += 1.3 * math.Log(counts[j]/1160)
			}
			return sum(func(p, y float64) float64 { return -y * math.Log(p) })(softmax(z), y)
		}},
	{name: "balanced softmax", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.BalancedSoftmax{Counts: counts, FromLogits: z, Reduction: r}
	}, cols: 4, pred: shares, target: loss.Indices, logits: true, needs: true,
		formula: func(p, y []float64) float64 { // Σ n_j·p_j normalises
			all := 0.
			for j := range p {
				all += counts[j] * p[j]
			}
			return -math.Log(counts[int(y[0])] * p[int(y[0])] / all)
		}},
	{name: "balanced softmax of one column", make: func(z bool, r loss.Reduction) loss.Loss {
		return loss.BalancedSoftmax{Counts: []float64{99, 1}, FromLogits: z, Reduction: r}
	}, cols: 1, pred: chances, target: loss.Probabilities, logits: true, needs: true,
		formula: mean(func(p, y float64) float64 { return bce(p/(p+99*(1-p)), y) })},

	{name: "dice of rows", make: func(_ bool, r loss.Reduction) loss.Loss { return loss.Dice{Axis: []int{-1}, Reduction: r} }, cols: 4, pred: anyShare, target: loss.OneHot, soft: true,
		formula: func(p, y []float64) float64 {
			tp, all := 0., 1e-7
			for j := range p {
				tp, all = tp+p[j]*y[j], all+p[j]+y[j]
			}
			return 1 - 2*tp/all
		}},
	{name: "tversky of rows", make: func(_ bool, r loss.Reduction) loss.Loss {
		return loss.Tversky{Alpha: .3, Beta: .7, Gamma: 4. / 3, Axis: []int{2}, Reduction: r}
	}, cols: 4, pred: anyShare, target: loss.OneHot, soft: true,
		formula: func(p, y []float64) float64 {
			var tp, fp, fn float64
			for j := range p {
				tp, fp, fn = tp+p[j]*y[j], fp+p[j]*(1-y[j]), fn+(1-p[j])*y[j]
			}
			return math.Pow(1-tp/(tp+.3*fp+.7*fn+1e-7), .75)
		}},
}

const suiteRows, suiteSteps = 3, 2

// draw returns predictions, or the logits of predictions, and targets.
func (s subject) draw(logits bool, seed uint64) (pred, y []float64) {
	rng := rand.New(rand.NewPCG(seed, 5))
	rows := suiteRows * suiteSteps
	for range rows * s.cols {
		v := 1.5 * rng.NormFloat64()
		switch {
		case s.pred == positive:
			v = .2 + 2*rng.Float64()
		case s.pred == anyShare:
			v = .05 + .9*rng.Float64()
		case s.pred == chances && !logits:
			v = 1 / (1 + math.Exp(-v))
		}
		pred = append(pred, v)
	}
	for r := range rows {
		if s.pred == shares && !logits {
			copy(pred[r*s.cols:], softmax(pred[r*s.cols:][:s.cols]))
		}
		class := rng.IntN(s.cols)
		if s.target == loss.Indices {
			y = append(y, float64(class))
			continue
		}
		for j := range s.cols {
			v := rng.NormFloat64()
			switch {
			case s.soft:
				v = .1 + .8*rng.Float64()
			case s.target == loss.OneHot:
				v = float64(max(1-(class-j)*(class-j), 0))
			case s.target == loss.Probabilities:
				v = float64(rng.IntN(2))
			case s.target == loss.Signs:
				v = float64(2*rng.IntN(2) - 1)
			}
			y = append(y, v)
		}
	}
	return pred, y
}

// rows are the formula's losses.
func (s subject) rows(logits bool, pred, y []float64) []float64 {
	out := make([]float64, suiteRows*suiteSteps)
	per := len(y) / len(out)
	for r := range out {
		p := slices.Clone(pred[r*s.cols:][:s.cols])
		if logits && s.pred == shares {
			p = softmax(p)
		} else if logits {
			for j := range p {
				p[j] = 1 / (1 + math.Exp(-p[j]))
			}
		}
		out[r] = s.formula(p, y[r*per:][:per])
	}
	return out
}

// term is a loss in a plan of its own, differentiated by its predictions.
type term struct {
	plan       *engine.Plan
	sum        *engine.Tensor
	rows       *tensor.Dense
	pred, grad *tensor.Dense
}

// build makes a plan of a loss on predictions, or on the output of a sigmoid or
// softmax of them.
func build(t testing.TB, l loss.Loss, dt tensor.Dtype, shape tensor.Shape, pred, y, w []float64, link engine.Link) term {
	t.Helper()
	param := &engine.Param{Name: "pred", Value: dense(dt, shape, pred), Trainable: true}
	target, err := l.Targets(shape[1:])
	if err != nil {
		t.Fatal(err)
	}
	yShape := append(tensor.Shape{shape[0]}, target.Shape...)
	if target.Form == loss.Indices {
		yShape = tensor.Shape{len(y)}
	}
	out := term{pred: param.Value}
	out.plan, err = engine.Build(dt, true, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
		p, err := g.Param(param)
		if err != nil {
			return nil, nil, err
		}
		if link != engine.NoLink {
			o, err := op.Activation(dt, op.ActivationConfig{X: shape, Activation: kernel.Sigmoid})
			if link == engine.SoftmaxLink {
				o, err = op.RowActivation(dt, op.RowActivationConfig{X: shape, Activation: kernel.Softmax})
			}
			if err != nil {
				return nil, nil, err
			}
			z := p
			if p, err = g.Apply(o, z); err != nil {
				return nil, nil, err
			}
			p.Logits, p.Link = z, link
		}
		yt, err := g.InputOver("targets", dense(dt, yShape, y))
		if err != nil {
			return nil, nil, err
		}
		wt, err := g.InputOver("weights", dense(dt, tensor.Shape{len(w)}, w))
		if err != nil {
			return nil, nil, err
		}
		term, err := l.Term(g, p, yt, wt)
		if err != nil {
			return nil, nil, err
		}
		out.sum, out.rows = term.Sum, term.Rows
		return term.Sum, nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.plan.Run(); err != nil {
		t.Fatal(err)
	}
	out.grad = out.plan.Grad(param)
	return out
}

func dense(dt tensor.Dtype, shape tensor.Shape, v []float64) *tensor.Dense {
	if dt == tensor.Float64 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(slices.Clone(v)))
	}
	f := make([]float32, len(v))
	for i := range v {
		f[i] = float32(v[i])
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(f))
}

var suiteWeights = []float64{1, .5, 0, 3, 2, .25}

// Each loss is its formula, and its gradient that of the formula, on
// probabilities, on logits, and on what a sigmoid or softmax makes of them.
func TestFormulas(t *testing.T) {
	for _, s := range subjects {
		modes := map[string]struct{ logits, link bool }{"predictions": {}}
		if s.pred == chances || s.pred == shares {
			modes["link"] = struct{ logits, link bool }{true, true}
		}
		if s.logits {
			modes["logits"] = struct{ logits, link bool }{true, false}
		}
		if s.needs {
			delete(modes, "predictions")
		}
		for name, mode := range modes {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				pred, y := s.draw(mode.logits, 1)
				link := engine.NoLink
				switch {
				case mode.link && s.pred == shares:
					link = engine.SoftmaxLink
				case mode.link:
					link = engine.SigmoidLink
				}
				shape := tensor.Shape{suiteRows, suiteSteps, s.cols}
				got := build(t, s.make(mode.logits && !mode.link, loss.Sum), tensor.Float64, shape, pred, y, suiteWeights, link)
				for r, want := range s.rows(mode.logits, pred, y) {
					if v := got.rows.Float64s()[r]; math.Abs(v-want) > 1e-9*(1+math.Abs(want)) {
						t.Fatalf("row %d: got %v, the formula gives %v", r, v, want)
					}
				}
				total := func() (v float64) {
					for r, l := range s.rows(mode.logits, pred, y) {
						v += suiteWeights[r] * l
					}
					return v
				}
				for i, x := range pred {
					const h = 1e-6
					pred[i] = x + h
					up := total()
					pred[i] = x - h
					down := total()
					pred[i] = x
					want := (up - down) / (2 * h)
					if s.pred == shares && !mode.logits && !s.raw {
						want += s.drift(pred, y, i)
					}
					if v := got.grad.Float64s()[i]; math.Abs(v-want) > 1e-6*(1+math.Abs(want)) {
						t.Fatalf("gradient %d: got %v, that of the formula is %v", i, v, want)
					}
				}
				single := build(t, s.make(mode.logits && !mode.link, loss.Sum), tensor.Float32, shape, pred, y, suiteWeights, link)
				for i, want := range got.grad.Float64s() {
					if v := float64(single.grad.Float32s()[i]); math.Abs(v-want) > 2e-4*(1+math.Abs(want)) {
						t.Fatalf("gradient %d: %v in float32, %v in float64", i, v, want)
					}
				}
				if n := testing.AllocsPerRun(20, func() { _ = got.plan.Run() }); n != 0 {
					t.Errorf("a step allocates %v times", n)
				}
			})
		}
	}
}

// drift is what dividing a row of probabilities by its sum adds to the
// gradient: their sum is 1, but not once one of them moves.
func (s subject) drift(pred, y []float64, i int) float64 {
	const h = 1e-6
	r := i / s.cols
	row := slices.Clone(pred)
	scaled := func(by float64) float64 {
		for j := r * s.cols; j < (r+1)*s.cols; j++ {
			row[j] = pred[j] * by
		}
		return suiteWeights[r] * s.rows(false, row, y)[r]
	}
	return -(scaled(1+h) - scaled(1-h)) / (2 * h)
}

// Every loss works with every reduction and weights of every rank, as
// quotients of its rows.
func TestReductionsOfAllLosses(t *testing.T) {
	weights := map[string][]float64{"none": nil, "samples": {1, 0, 2.5}, "timesteps": suiteWeights}
	for _, s := range subjects {
		for r := loss.SumOverBatchSize; r <= loss.CountNonzero; r++ {
			for name, w := range weights {
				t.Run(fmt.Sprintf("%s/%v/%s", s.name, r, name), func(t *testing.T) {
					pred, y := s.draw(s.needs, 2)
					yShape := tensor.Shape{suiteRows, suiteSteps}
					if s.target != loss.Indices {
						yShape = append(yShape, s.cols)
					}
					p := dense(tensor.Float64, tensor.Shape{suiteRows, suiteSteps, s.cols}, pred)
					got, err := loss.Compute(s.make(s.needs, r), dense(tensor.Float64, yShape, y), p, w)
					if err != nil {
						t.Fatal(err)
					}
					var numerator, weight, heavy float64
					rows := s.rows(s.needs, pred, y)
					for i, l := range rows {
						v := 1.
						if w != nil {
							v = w[i*len(w)/len(rows)]
						}
						numerator, weight = numerator+v*l, weight+v
						if v != 0 {
							heavy++
						}
					}
					want := numerator / float64(len(rows))
					switch r {
					case loss.Sum:
						want = numerator
					case loss.MeanWithSampleWeight: // the weights as they were given
						want = numerator / weight
						if name == "samples" {
							want = numerator / (weight / suiteSteps)
						}
					case loss.CountNonzero:
						want = numerator / heavy
					}
					if math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
						t.Errorf("got %v, expected %v", got, want)
					}
				})
			}
		}
	}
}

// Logits of ±100 give finite losses and gradients in both types.
func TestExtremeLogits(t *testing.T) {
	for _, s := range subjects {
		if s.pred != chances && s.pred != shares {
			continue
		}
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprint(s.name, "/", dt), func(t *testing.T) {
				pred, y := s.draw(true, 3)
				for i := range pred {
					pred[i] = 100 - 200*float64(i/2%2)
				}
				link := engine.SigmoidLink
				if s.pred == shares {
					link = engine.SoftmaxLink
				}
				got := build(t, s.make(false, loss.Sum), dt, tensor.Shape{suiteRows, suiteSteps, s.cols}, pred, y, suiteWeights, link)
				for _, d := range []*tensor.Dense{got.rows, got.grad} {
					for i, v := range values(d) {
						if v-v != 0 {
							t.Fatalf("element %d is %v", i, v)
						}
					}
				}
			})
		}
	}
}
