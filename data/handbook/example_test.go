package handbook_test

import (
	"context"
	"fmt"

	"github.com/counterweight-go/counterweight/data/handbook"
)

// A small world; the zero Config makes the whole data set.
func Example() {
	ctx := context.Background()
	tx, err := handbook.Generate(ctx, handbook.Config{Customers: 100, Terminals: 400, Days: 60, Radius: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	features, err := tx.Features(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	split, err := tx.SplitAt(tx.Start.AddDate(0, 0, 30))
	if err != nil {
		fmt.Println(err)
		return
	}
	x, y, err := features.Tensors(split.Train)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("transactions:", tx.Len())
	fmt.Println("train:", x.Shape(), y.Shape())

	// Rank the test's transactions by their amount alone.
	scores := make([]float64, len(split.Test))
	for i, row := range split.Test {
		scores[i] = tx.Amount[row]
	}
	p, err := tx.CardPrecision(split.Test, scores, 5)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("card precision at 5: %.2f\n", p)
	// Output:
	// transactions: 10434
	// train: (1185, 15) (1185)
	// card precision at 5: 0.29
}
