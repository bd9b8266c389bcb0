package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// request is a matrix product to time: op(A)·op(B), which is (m,n), over k.
type request struct {
	form    kernel.Form
	m, n, k int
	seconds float64
}

// answer is the time of one product for each way to call for it, of which there
// is one here, and a sum over its elements by which the two sides see that they
// computed the same.
type answer struct {
	Seconds [1]float64 `json:"seconds"`
	Sum     float64    `json:"sum"`
}

// gemm answers requests, one a line, until there are no more.
func gemm(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		r, err := parseRequest(lines.Text())
		if err != nil {
			return err
		}
		if err := json.NewEncoder(out).Encode(r.measure()); err != nil {
			return err
		}
	}
	return lines.Err()
}

func parseRequest(line string) (r request, err error) {
	var form string
	if _, err := fmt.Sscan(line, &form, &r.m, &r.n, &r.k, &r.seconds); err != nil {
		return r, fmt.Errorf("request %q: %w", line, err)
	}
	i := slices.Index([]string{"NN", "NT", "TN"}, form) // in the order of [kernel.Form]
	if i < 0 || min(r.m, r.n, r.k) < 1 {
		return r, fmt.Errorf("request %q: expected NN, NT or TN and three positive sizes", line)
	}
	r.form = kernel.Form(i)
	return r, nil
}

// measure runs the product as a dense layer does in training: prepared once on
// operands that stay where they are, so that a run copies what it wants in
// another order, such as a weight that stands transposed, and multiplies.
func (r request) measure() answer {
	a, b, c := digits(r.m*r.k), digits(r.k*r.n), make([]float32, r.m*r.n)
	product := kernel.NewProduct(r.form, r.m, r.n, r.k, a, b, c, nil, false)
	for calls := 1; ; calls *= 2 { // the short runs warm up
		start := time.Now()
		for range calls {
			product.Run()
		}
		if took := time.Since(start).Seconds(); took >= r.seconds {
			return answer{[1]float64{took / float64(calls)}, checksum(c)}
		}
	}
}

// digits are small whole numbers, whose products float32 adds up exactly.
func digits(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i%11*(i%7)%5 - 2)
	}
	return x
}

// checksum adds up the elements with weights that tell rows from columns.
func checksum(c []float32) (sum float64) {
	for i, v := range c {
		sum += float64(v) * float64(i%13-6)
	}
	return sum
}
