// Gen writes the assembly of package kernel and the tables that go with it.
// Run it from internal/kernel with
//
//	go generate .
package main

import (
	"flag"
	"log"

	. "github.com/mmcloughlin/avo/build"
)

func main() {
	table := flag.String("table", "", "write the table of tile kernels to `FILE`")
	flag.Parse() // -out, -stubs and -pkg are avo's own
	ConstraintExpr("amd64,!noasm")
	for _, s := range []isa{avx512, avx2} {
		gather(s)
		for _, t := range []element{single, double} {
			for cols := 1; cols <= 2; cols++ {
				for rows := 1; rows <= s.maxRows; rows++ {
					tile(s, t, rows, cols)
				}
			}
			dots(s, t)
			m := vm{s: s, t: t}
			pointwise(m)
			optimizers(m)
			activationKernels(m)
			batchNorm(s, t)
			if t == single {
				functions(m)
				softmax(m)
				losses(m)
				dropout(s)
			}
		}
	}
	Generate()
	if err := dispatch(*table); err != nil {
		log.Fatal(err)
	}
}
