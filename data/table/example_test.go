package table_test

import (
	"fmt"
	"strings"

	"github.com/counterweight-go/counterweight/data/table"
	"gorgonia.org/tensor"
)

func Example() {
	file := strings.NewReader("age,city,churned\n20,Rome,no\n40,Oslo,no\n,Rome,yes\n")
	t, err := table.Read(file, "customers.csv", table.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	target, err := t.Column("churned")
	if err != nil {
		fmt.Println(err)
		return
	}
	labels, err := table.LabelsOf(target, "") // the rarer label is class 1
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(labels.Names, labels.Classes)

	inputs, err := t.Without("churned")
	if err != nil {
		fmt.Println(err)
		return
	}
	encoder, err := table.Encoding{}.Fit(inputs, []int{0, 1}) // on the training rows
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := encoder.Transform(inputs, []int{2}, tensor.Float32)
	if err != nil {
		fmt.Println(err)
		return
	}
	// The median age, standardised; then a missing city, an unseen one, Oslo, Rome.
	fmt.Println(x.X.Float32s())
	// Output:
	// [no yes] [0 0 1]
	// [0 0 0 0 1]
}
