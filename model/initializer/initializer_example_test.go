package initializer_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"github.com/counterweight-go/counterweight/model/initializer"
)

func ExampleByName() {
	i, err := initializer.ByName("HeNormal")
	if err != nil {
		log.Fatal(err)
	}
	kernel := make([]float64, 3*2)
	if err := i.Fill(kernel, []int{3, 2}, rand.New(rand.NewPCG(1, 0))); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s %.3f\n", i.Name(), kernel)
	// Output: he_normal [-0.745 0.394 -0.463 -0.916 0.443 -0.346]
}
