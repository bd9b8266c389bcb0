package layer_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
)

// einsumCases are equations of all kinds.
func einsumCases() []layerCase {
	kernel, both := []string{"kernel"}, []string{"kernel", "bias"}
	return []layerCase{
		{name: "einsum as dense", layer: layer.EinsumDense{Equation: "ab,bc->ac", OutputShape: []int{4}, BiasAxes: "c"}, in: []int{3}, out: []int{4}, weights: both},
		{name: "einsum on sequences", layer: layer.EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{0, 5}, BiasAxes: "bd", Activation: layer.Tanh}, in: []int{2, 3}, out: []int{2, 5}, weights: both},
		{name: "einsum with an ellipsis", layer: layer.EinsumDense{Equation: "...x,xy->...y", OutputShape: []int{2}, BiasAxes: "y"}, in: []int{2, 2, 3}, out: []int{2, 2, 2}, weights: both},
		{name: "einsum with an ellipsis behind", layer: layer.EinsumDense{Equation: "ab...,bc->ac...", OutputShape: []int{4}, BiasAxes: "c"}, in: []int{3, 2}, out: []int{4, 2}, weights: both},
		{name: "einsum with heads", layer: layer.EinsumDense{Equation: "abc,hcd->ahbd", OutputShape: []int{2, 0, 3}}, in: []int{2, 4}, out: []int{2, 2, 3}, weights: kernel},
		{name: "einsum step by step", layer: layer.EinsumDense{Equation: "abc,bcd->abd", OutputShape: []int{2, 3}, BiasAxes: "b"}, in: []int{2, 4}, out: []int{2, 3}, weights: both},
		{name: "einsum over two axes", layer: layer.EinsumDense{Equation: "abc,bcd->ad", OutputShape: []int{3}}, in: []int{2, 4}, out: []int{3}, weights: kernel},
		{name: "einsum with a sum", layer: layer.EinsumDense{Equation: "abc,cd->ad", OutputShape: []int{3}}, in: []int{2, 4}, out: []int{3}, weights: kernel},
	}
}

// A sum over an axis that the kernel lacks is that of the outputs along it.
func TestEinsumSum(t *testing.T) {
	each := layerCase{layer: layer.EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{2, 3}}, in: []int{2, 4}, out: []int{2, 3}}
	sum := layerCase{layer: layer.EinsumDense{Equation: "abc,cd->ad", OutputShape: []int{3}}, in: []int{2, 4}, out: []int{3}}
	steps, y := each.use(t, mode{rows: 1}).run(t), sum.use(t, mode{rows: 1}).run(t)
	for i := range y {
		if math.Abs(y[i]-steps[i]-steps[3+i]) > 1e-12 {
			t.Errorf("output %d is %v, expected %v", i, y[i], steps[i]+steps[3+i])
		}
	}
}

func TestEinsumErrors(t *testing.T) {
	example := `expected an equation such as "abc,cd->abd", "...x,xy->...y" or "ab...,bc->ac...", got `
	for _, test := range []struct {
		equation string
		out      []int
		bias     string
		want     string
	}{
		{"", nil, "", example + `""`},
		{"ab,bc", nil, "", example + `"ab,bc"`},
		{"ab->b", nil, "", example + `"ab->b"`},
		{"aa,ab->ab", nil, "", example + `"aa,ab->ab"`},
		{"a1,ab->ab", nil, "", example + `"a1,ab->ab"`},
		{"...a,ab->b...", []int{1}, "", example + `"...a,ab->b..."`},
		{"ab,bc->ac", []int{1}, "", `expected samples whose axes fit equation "ab,bc->ac", got shape [2 3]`},
		{"abcde,ef->abcdf", []int{1}, "", `expected samples whose axes fit equation "abcde,ef->abcdf", got shape [2 3]`},
		{"abc,cd->bad", []int{2, 3}, "", `expected the batch axis in front of input and output, and not in the kernel, got equation "abc,cd->bad"`},
		{"abc,cd->abd", []int{3}, "", `expected an output shape of 2 axes for equation "abc,cd->abd", got [3]`},
		{"abc,cd->abd", []int{4, 3}, "", `expected size 2 of axis 'b' of the output, as that of the input, got 4`},
		{"abc,cd->abe", []int{0, 3}, "", `axis 'e' of the output is neither one of the input nor one of the kernel`},
		{"abc,cd->abd", []int{0, 0}, "", `expected a size of at least 1 of axis 'd' of the output, got 0`},
		{"abc,cde->abd", []int{0, 2}, "", `axis 'e' of the kernel is neither one of the input nor one of the output`},
		{"abc,cd->abd", []int{0, 2}, "c", `axis 'c' of the bias is none of the output`},
		{"abc,cd->abd", []int{0, 2}, "a", `axis 'a' of the bias is none of the output`},
	} {
		_, err := layer.Build(layer.EinsumDense{Equation: test.equation, OutputShape: test.out, BiasAxes: test.bias}, [][]int{{2, 3}})
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, expected %s", test.equation, err, test.want)
		}
	}
	l := layer.EinsumDense{Name: "n"}
	if l.Class() != "EinsumDense" || l.GivenName() != "n" {
		t.Errorf("class %q and name %q", l.Class(), l.GivenName())
	}
}

// The fans are those of the equation: 12 inputs, 5 outputs.
func TestEinsumFans(t *testing.T) {
	for _, test := range []struct {
		initializer initializer.Initializer
		limit       float64
	}{{nil, math.Sqrt(6. / 17)}, {initializer.HeUniform{}, math.Sqrt(6. / 12)}} {
		built, err := layer.EinsumDense{Equation: "abc,dbc->ad", OutputShape: []int{5}, KernelInitializer: test.initializer}.Build([]int{3, 4})
		if err != nil {
			t.Fatal(err)
		}
		w, largest := make([]float64, 60), 0.
		for seed := range uint64(20) {
			if err := built.Weights[0].Initializer.Fill(w, built.Weights[0].Shape, rand.New(rand.NewPCG(seed, 1))); err != nil {
				t.Fatal(err)
			}
			for _, v := range w {
				largest = max(largest, math.Abs(v))
			}
		}
		if largest > test.limit || largest < 0.97*test.limit {
			t.Errorf("%v: the largest number is %v, expected just below %v", test.initializer, largest, test.limit)
		}
	}
}
