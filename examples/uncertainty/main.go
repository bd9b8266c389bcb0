// Uncertainty fits a line to measurements of very different precision. Weighted
// by 1/sigma², training finds the generalised least-squares solution, which
// gonum computes beside it; unweighted, the ordinary one.
//
//	go run ./examples/uncertainty
package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// truth are the coefficients of three columns, and the constant.
var truth = []float64{2, -1, 0.5, 3}

func main() {
	if err := run(context.Background(), 400, 600, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "uncertainty:", err)
		os.Exit(1)
	}
}

// measurements are n rows of three columns, their values, and how uncertain
// each value is.
func measurements(n int) (x, y, sigma []float64) {
	rng := rand.New(rand.NewPCG(1, 0))
	for range n {
		value := truth[3]
		for _, c := range truth[:3] {
			v := rng.NormFloat64()
			x = append(x, v)
			value += c * v
		}
		s := .1 * math.Pow(30, rng.Float64()) // from 0.1 to 3
		sigma = append(sigma, s)
		y = append(y, value+s*rng.NormFloat64())
	}
	return x, y, sigma
}

// solve returns the least-squares solution under weights, and the standard
// errors of its coefficients where a measurement i has the uncertainty sigma_i.
func solve(x, y, w, sigma []float64) (beta, errors []float64, err error) {
	n := len(y)
	design := mat.NewDense(n, 4, nil)
	var normal, noise mat.Dense // XᵀWX, and XᵀWΣWX
	rhs := mat.NewVecDense(4, nil)
	for i := range n {
		design.SetRow(i, append(append([]float64{}, x[3*i:3*i+3]...), 1))
	}
	weighted := mat.NewDense(n, 4, nil)
	scaled := mat.NewDense(n, 4, nil)
	for i := range n {
		for j := range 4 {
			weighted.Set(i, j, w[i]*design.At(i, j))
			scaled.Set(i, j, sigma[i]*weighted.At(i, j))
		}
	}
	normal.Mul(weighted.T(), design)
	noise.Mul(scaled.T(), scaled)
	rhs.MulVec(weighted.T(), mat.NewVecDense(n, y))
	var inverse, covariance mat.Dense
	if err := inverse.Inverse(&normal); err != nil {
		return nil, nil, err
	}
	covariance.Product(&inverse, &noise, &inverse)
	var b mat.VecDense
	b.MulVec(&inverse, rhs)
	for j := range 4 {
		beta, errors = append(beta, b.AtVec(j)), append(errors, math.Sqrt(covariance.At(j, j)))
	}
	return beta, errors, nil
}

// train finds the same by gradient descent; nil weights are ones.
func train(ctx context.Context, x, y, w []float64, epochs int) ([]float64, error) {
	n := len(y)
	m, err := model.Config{Seed: 1, DType: tensor.Float64}.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 1})
	if err != nil {
		return nil, err
	}
	trainer, err := fit.Compile(m, fit.Config{Optimizer: optimizer.SGD{LearningRate: .1}, Loss: loss.MeanSquaredError{}})
	if err != nil {
		return nil, err
	}
	o := fit.Options{BatchSize: n, Epochs: epochs, Verbose: fit.Silent}
	if w != nil {
		o.SampleWeight = tensor.New(tensor.WithShape(n), tensor.WithBacking(w))
	}
	xs, ys := tensor.New(tensor.WithShape(n, 3), tensor.WithBacking(x)), tensor.New(tensor.WithShape(n), tensor.WithBacking(y))
	if _, err := trainer.Fit(ctx, xs, ys, o); err != nil {
		return nil, err
	}
	var beta []float64
	for _, part := range m.Weights() { // the kernel, then the bias
		beta = append(beta, part.Value.Float64s()...)
	}
	return beta, nil
}

// solution is a row of the table.
type solution struct {
	name         string
	beta, errors []float64 // errors may be nil
}

func solutions(ctx context.Context, n, epochs int) ([]solution, error) {
	x, y, sigma := measurements(n)
	ones, w := make([]float64, n), make([]float64, n)
	mean := 0.
	for i, s := range sigma {
		ones[i], w[i] = 1, 1/(s*s)
		mean += w[i] / float64(n)
	}
	for i := range w {
		w[i] /= mean // a mean weight of 1 keeps the learning rate what it was
	}
	all := []solution{{"truth", truth, nil}}
	for _, c := range []struct {
		name  string
		exact []float64
		given []float64
	}{{"unweighted", ones, nil}, {"1/sigma²", w, w}} {
		beta, errors, err := solve(x, y, c.exact, sigma)
		if err != nil {
			return nil, err
		}
		all = append(all, solution{c.name + ", gonum", beta, errors})
		if beta, err = train(ctx, x, y, c.given, epochs); err != nil {
			return nil, err
		}
		all = append(all, solution{c.name + ", trained", beta, nil})
	}
	return all, nil
}

func run(ctx context.Context, n, epochs int, w io.Writer) error {
	all, err := solutions(ctx, n, epochs)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d measurements, their standard deviations from 0.1 to 3\n\n%-22s %9s %9s %9s %9s   standard errors\n", n, "", "slope 1", "slope 2", "slope 3", "constant")
	for _, s := range all {
		fmt.Fprintf(w, "%-22s", s.name)
		for _, b := range s.beta {
			fmt.Fprintf(w, " %9.5f", b)
		}
		for i, e := range s.errors {
			if i == 0 {
				fmt.Fprint(w, "  ")
			}
			fmt.Fprintf(w, " %.3f", e)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "\nEach measurement weighs as much as it knows: the same data say several times more.\n")
	return nil
}
