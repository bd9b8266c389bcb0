package balance_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/balance"
	"gorgonia.org/tensor"
)

// What each policy makes of 99 rows of class 0 for each of class 1.
func Example() {
	counts := balance.Counts{{Class: 0, N: 9900}, {Class: 1, N: 100}}
	for _, policy := range []balance.ClassWeight{
		balance.Map{0: 1, 1: 50},
		balance.Auto{},
		balance.LogDamped{},
		balance.EffectiveNumber{},
		balance.InverseSqrt{},
	} {
		w, err := policy.Weights(counts)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-18v %6.3f %7.3f\n", policy, w[0], w[1])
	}
	// Output:
	// {"0": 1, "1": 50}   1.000  50.000
	// auto                0.505  50.000
	// log:0.15            1.000   2.708
	// effective:0.999     0.174   1.826
	// inverse-sqrt        0.918   9.133
}

func ExampleResolve() {
	y := tensor.New(tensor.WithShape(4), tensor.WithBacking([]float32{0, 0, 0, 1}))
	resolved, err := balance.Resolve(balance.Request{Y: y, Classes: 2, ClassWeight: balance.Auto{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("class 0: %.3f, class 1: %.3f\n", resolved.Classes[0], resolved.Classes[1])
	fmt.Printf("%.3f\n", resolved.W.Float32s())
	// Output:
	// class 0: 0.667, class 1: 2.000
	// [0.667 0.667 0.667 2.000]
}

func ExampleParse() {
	for _, spec := range []string{"balanced", "log:0.3", `{"1": 50}`, "log:-1"} {
		policy, err := balance.Parse(spec)
		fmt.Println(policy, err)
	}
	// Output:
	// auto <nil>
	// log:0.3 <nil>
	// {"1": 50} <nil>
	// <nil> balance: log-damped mu is -1, want a finite number above 0
}
