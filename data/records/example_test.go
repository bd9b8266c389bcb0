package records_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/records"
	"github.com/counterweight-go/counterweight/data/table"
)

// The first rows, in memory, say what the columns mean; then all rows come from
// the file, a batch at a time.
func Example() {
	dir, err := os.MkdirTemp("", "records")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "transactions.csv")
	text := "amount,country,fraud\n10,NO,no\n30,SE,no\n,NO,yes\n50,DK,no\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	head, err := table.Read(strings.NewReader(text[:strings.Index(text, "50")]), "", table.Options{Columns: []string{"amount", "country"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	encoder, err := table.Encoding{}.Fit(head, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	ds := records.Dataset{
		Source:  records.CSV{Path: path},
		Columns: records.Columns{Y: []string{"fraud"}, Labels: []string{"no", "yes"}, Encoder: encoder},
	}
	// Of each row: the standardised amount, then a missing country, one that the
	// encoder has not seen, Norway, Sweden.
	for b, err := range ds.Batches(data.Order{BatchSize: 2, Shuffle: data.ShuffleOff}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.1f %v\n", b.X.Float32s(), b.Y.Float32s())
	}
	fmt.Println(ds.Len(), "rows")
	// Output:
	// [-1.2 0.0 0.0 1.0 0.0 1.2 0.0 0.0 0.0 1.0] [0 0]
	// [0.0 0.0 0.0 1.0 0.0 3.7 0.0 1.0 0.0 0.0] [1 0]
	// 4 rows
}
