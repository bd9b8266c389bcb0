package layer_test

import (
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/model/layer"
)

// noiseCases are cases of the layers that are random in training.
func noiseCases() []layerCase {
	flat, steps, image := []int{20}, []int{5, 4}, []int{3, 3, 4}
	all := []layerCase{
		{name: "dropout of whole timesteps", layer: layer.Dropout{Rate: 0.4, NoiseShape: []int{0, 5, 1}}, in: steps, out: steps, mask: passes, trains: true, random: true},
		{name: "spatial dropout 1d", layer: layer.SpatialDropout1D{Rate: 0.4}, in: steps, out: steps, mask: passes, trains: true, random: true},
		{name: "spatial dropout 2d", layer: layer.SpatialDropout2D{Rate: 0.4}, in: image, out: image, mask: passes, trains: true, random: true},
		{name: "spatial dropout 2d of rate 1", layer: layer.SpatialDropout2D{Rate: 1}, in: image, out: image, mask: passes, trains: true},
	}
	for _, l := range []layer.Layer{layer.AlphaDropout{Rate: 0.4}, layer.GaussianNoise{StdDev: 0.3}, layer.GaussianDropout{Rate: 0.3}} {
		all = append(all,
			layerCase{name: l.Class(), layer: l, in: flat, out: flat, trains: true, random: true},
			layerCase{name: l.Class() + " on sequences", layer: l, in: steps, out: steps, mask: passes, trains: true, random: true},
		)
	}
	for _, l := range []layer.Layer{layer.AlphaDropout{}, layer.GaussianNoise{}, layer.GaussianDropout{}, layer.SpatialDropout1D{}} {
		all = append(all, layerCase{name: l.Class() + " of nothing", layer: l, in: steps, out: steps, mask: passes})
	}
	return all
}

// One decision holds along the axes of size 1.
func TestSpatialDropout(t *testing.T) {
	shape := []int{3, 3, 40}
	c := layerCase{layer: layer.SpatialDropout2D{Rate: 0.5}, in: shape, out: shape}
	u := c.use(t, mode{rows: 4, training: true})
	x, _ := u.state()
	y := u.run(t)
	dropped := 0
	for sample := range 4 {
		for channel := range 40 {
			first := sample*360 + channel
			keep := y[first] / x[first]
			if keep == 0 {
				dropped++
			}
			for place := range 9 {
				if at := first + 40*place; math.Abs(y[at]-keep*x[at]) > 1e-12 {
					t.Fatalf("sample %d, channel %d, place %d: factor %v, expected %v", sample, channel, place, y[at]/x[at], keep)
				}
			}
		}
	}
	if dropped < 50 || dropped > 110 {
		t.Errorf("%d of 160 channels dropped", dropped)
	}
}

// One row may decide for the whole batch.
func TestDropoutOfTheBatch(t *testing.T) {
	c := layerCase{layer: layer.Dropout{Rate: 0.5, NoiseShape: []int{1, 0}}, in: []int{40}, out: []int{40}}
	y := c.use(t, mode{rows: 3, training: true}).run(t)
	for i := range 40 {
		if (y[i] == 0) != (y[40+i] == 0) || (y[i] == 0) != (y[80+i] == 0) {
			t.Fatalf("column %d: %v, %v and %v", i, y[i], y[40+i], y[80+i])
		}
	}
}

// The noise has the mean and the deviation that it should have.
func TestNoise(t *testing.T) {
	const n = 20000
	alpha := 1.7580993408473766
	scale := 1 / math.Sqrt(0.7*(1+0.3*alpha*alpha))
	for _, test := range []struct {
		layer    layer.Layer
		noise    func(y, x float64) float64
		mean, sd float64
	}{
		{layer.GaussianNoise{StdDev: 0.3}, func(y, x float64) float64 { return y - x }, 0, 0.3},
		{layer.GaussianDropout{Rate: 0.2}, func(y, x float64) float64 { return y / x }, 1, 0.5},
		// Whether an element was kept.
		{layer.AlphaDropout{Rate: 0.3}, func(y, x float64) float64 {
			y = (y - scale*alpha*0.3) / scale
			switch {
			case math.Abs(y-x) < 1e-9:
				return 1
			case math.Abs(y+alpha) < 1e-9:
				return 0
			}
			return math.NaN()
		}, 0.7, math.Sqrt(0.21)},
	} {
		c := layerCase{layer: test.layer, in: []int{n}, out: []int{n}}
		u := c.use(t, mode{rows: 1, training: true})
		x, _ := u.state()
		var sum, square float64
		for i, y := range u.run(t) {
			v := test.noise(y, x[i])
			sum += v
			square += (v - test.mean) * (v - test.mean)
		}
		mean, sd := sum/n, math.Sqrt(square/n)
		if !(math.Abs(mean-test.mean) < 5*test.sd/math.Sqrt(n)) || !(math.Abs(sd-test.sd) < 0.03*test.sd) {
			t.Errorf("%s: mean %v and deviation %v, expected %v and %v", test.layer.Class(), mean, sd, test.mean, test.sd)
		}
	}
}

func TestNoiseErrors(t *testing.T) {
	nan := math.NaN()
	noise := "expected a noise shape with 0, 1 or the size of each axis, and 0 or 1 for the batch in front, got "
	for _, test := range []struct {
		name  string
		layer layer.Layer
		in    []int
		want  string
	}{
		{"alpha dropout of rate 1", layer.AlphaDropout{Rate: 1}, []int{4}, "expected a rate from 0 up to, but without, 1, got 1"},
		{"alpha dropout of NaN", layer.AlphaDropout{Rate: nan}, []int{4}, "expected a rate from 0 up to, but without, 1, got NaN"},
		{"gaussian dropout of rate 1", layer.GaussianDropout{Rate: 1}, []int{4}, "expected a rate from 0 up to, but without, 1, got 1"},
		{"negative noise", layer.GaussianNoise{StdDev: -0.1}, []int{4}, "expected a standard deviation from 0 to 1, got -0.1"},
		{"much noise", layer.GaussianNoise{StdDev: 1.1}, []int{4}, "expected a standard deviation from 0 to 1, got 1.1"},
		{"noise NaN", layer.GaussianNoise{StdDev: nan}, []int{4}, "expected a standard deviation from 0 to 1, got NaN"},
		{"spatial dropout of flat samples", layer.SpatialDropout1D{}, []int{4}, "expected sequences, of shape (timesteps, features), got shape [4]"},
		{"spatial dropout of sequences", layer.SpatialDropout2D{}, []int{4, 2}, "expected images, of shape (rows, columns, channels), got shape [4 2]"},
		{"spatial rate", layer.SpatialDropout1D{Rate: 2}, []int{4, 2}, "expected a rate from 0 to 1, got 2"},
		{"short noise shape", layer.Dropout{NoiseShape: []int{1}}, []int{4}, noise + "[1] for shape [4]"},
		{"noise shape of the batch", layer.Dropout{NoiseShape: []int{4, 4}}, []int{4}, noise + "[4 4] for shape [4]"},
		{"noise shape that does not fit", layer.AlphaDropout{NoiseShape: []int{0, 2}}, []int{4}, noise + "[0 2] for shape [4]"},
	} {
		if _, err := layer.Build(test.layer, [][]int{test.in}); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, expected %s", test.name, err, test.want)
		}
	}
}

func TestNoiseNames(t *testing.T) {
	for class, l := range map[string]layer.Layer{
		"SpatialDropout1D": layer.SpatialDropout1D{Name: "n"}, "SpatialDropout2D": layer.SpatialDropout2D{Name: "n"},
		"AlphaDropout": layer.AlphaDropout{Name: "n"}, "GaussianNoise": layer.GaussianNoise{Name: "n"}, "GaussianDropout": layer.GaussianDropout{Name: "n"},
	} {
		if l.Class() != class || l.GivenName() != "n" {
			t.Errorf("%T: class %q and name %q, expected %q and %q", l, l.Class(), l.GivenName(), class, "n")
		}
	}
}
