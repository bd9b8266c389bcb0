package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

func TestGemmRequests(t *testing.T) {
	const m, n, k = 30, 17, 5
	for name, form := range map[string]kernel.Form{"NN": kernel.NN, "NT": kernel.NT, "TN": kernel.TN} {
		var out bytes.Buffer
		if err := gemm(strings.NewReader(name+" 30 17 5 0\n"+name+" 30 17 5 0.001\n"), &out); err != nil {
			t.Fatal(err)
		}
		a, b, c := digits(m*k), digits(k*n), make([]float32, m*n)
		for i := range m {
			for j := range n {
				for l := range k {
					x, y := a[i*k+l], b[l*n+j]
					if form == kernel.TN {
						x = a[l*m+i]
					}
					if form == kernel.NT {
						y = b[j*k+l]
					}
					c[i*n+j] += x * y
				}
			}
		}
		for in := json.NewDecoder(&out); in.More(); {
			var got answer
			if err := in.Decode(&got); err != nil || !(got.Seconds[0] > 0) || got.Sum != checksum(c) {
				t.Errorf("%s: got %+v, %v, expected the sum %v", name, got, err, checksum(c))
			}
		}
	}
}

func TestGemmErrors(t *testing.T) {
	for _, line := range []string{"", "NN 1 2", "TT 1 2 3 0", "NN 0 2 3 0", "NN 1 -2 3 0", "NN 1 2 3 soon"} {
		if err := gemm(strings.NewReader(line+"\n"), &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "request") {
			t.Errorf("%q: error %v", line, err)
		}
	}
}
