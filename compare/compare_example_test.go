package compare_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"github.com/counterweight-go/counterweight/compare"
	"github.com/counterweight-go/counterweight/data/table"
)

func Example() {
	// 400 rows, a tenth of them faulty, which shows in the second number.
	rng := rand.New(rand.NewPCG(1, 1))
	x, z, state := make([]float64, 400), make([]float64, 400), make([]string, 400)
	for i := range state {
		x[i], z[i], state[i] = rng.NormFloat64(), rng.NormFloat64(), "sound"
		if i%10 == 0 {
			z[i], state[i] = z[i]+1.5, "faulty"
		}
	}
	t, err := table.New(table.NewNumbers("x", x), table.NewNumbers("z", z), table.NewText("state", state))
	if err != nil {
		log.Fatal(err)
	}
	d, err := compare.NewData(t, "state", "", nil)
	if err != nil {
		log.Fatal(err)
	}
	strategies, err := compare.ParseStrategies("none,auto", nil)
	if err != nil {
		log.Fatal(err)
	}
	r, err := compare.Run(context.Background(), d, compare.Config{Strategies: strategies, Seed: 2, Hidden: []int{8}, Epochs: 60, BatchSize: 32})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range r.Strategies {
		fmt.Printf("%s: recall at 0.5 is %.1f\n", s.Name, s.Mean[compare.Plain].Recall)
	}
	fmt.Println(r.Advice())
	// Output:
	// none: recall at 0.5 is 0.0
	// auto: recall at 0.5 is 0.8
	// On these folds no strategy is shown to rank rows better than none does, so train plainly and choose the threshold on rows held out.
}
