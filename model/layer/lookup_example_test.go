package layer_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/model/layer"
)

func ExampleStringLookup() {
	countries := []string{"de", "fr", "de", "pl", "de", "fr"}
	lookup := layer.StringLookup{MaxTokens: 3} // one index for all that are rare
	if err := lookup.Adapt(countries); err != nil {
		fmt.Println(err)
		return
	}
	x, err := lookup.Encode([]string{"fr", "pl", "de", "it"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(lookup.Vocabulary, x.Float32s())
	// Output: [de fr] [2 0 1 0]
}

func ExampleDiscretization_Adapt() {
	bins := layer.Discretization{NumBins: 4, OutputMode: layer.OneHotOutput}
	if err := bins.Adapt([]float64{1, 2, 3, 4, 10, 20, 30, 40}); err != nil {
		fmt.Println(err)
		return
	}
	x, err := bins.Encode([]float64{0, 25})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bins.BinBoundaries, x.Float32s())
	// Output: [2 4 20] [1 0 0 0 0 0 0 1]
}
