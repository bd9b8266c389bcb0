package records_test

import (
	"fmt"
	"io"
	"iter"
	"log/slog"
	"runtime"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/records"
	"github.com/counterweight-go/counterweight/data/table"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/goroutines"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// customers is a table with numbers, text, gaps, labels and weights.
func customers(rows int) string {
	var out strings.Builder
	out.WriteString("age,city,income,churned,weight\n")
	for i := range rows {
		age, city := fmt.Sprint(20+i*7%50), []string{"Rome", "Oslo", "Kyiv", ""}[i*i%4]
		if i%11 == 3 {
			age = ""
		}
		churned := "no"
		if i*37%17 < 4 {
			churned = "yes"
		}
		fmt.Fprintf(&out, "%s,%s,%g,%s,%g\n", age, city, float64(i*i%97)/3, churned, 1+float64(i%3)/2)
	}
	return out.String()
}

// memory are the customers as arrays, and the columns that a stream needs for
// the same numbers.
type memory struct {
	x, y, w tensor.Tensor
	columns records.Columns
}

func inMemory(t testing.TB, text string) memory {
	t.Helper()
	tab, err := table.Read(strings.NewReader(text), "customers", table.Options{})
	must(t, err)
	target, err := tab.Column("churned")
	must(t, err)
	labels, err := table.LabelsOf(target, "yes")
	must(t, err)
	weights, err := tab.Tensor("weight")
	must(t, err)
	inputs, err := tab.Without("churned", "weight")
	must(t, err)
	encoder, err := table.Encoding{}.Fit(inputs, nil)
	must(t, err)
	encoded, err := encoder.Transform(inputs, nil, tensor.Float32)
	must(t, err)
	y, err := labels.Tensor(nil, tensor.Float32)
	must(t, err)
	must(t, weights.Reshape(tab.Rows()))
	return memory{encoded.X, y, weights, records.Columns{Y: []string{"churned"}, W: "weight", Encoder: encoder, Labels: labels.Names}}
}

func trainer(t testing.TB, inputs int) *fit.Trainer {
	t.Helper()
	m, err := model.Config{Seed: 5}.Sequential(layer.Input{Shape: []int{inputs}}, layer.Dense{Units: 6, Activation: layer.ReLU}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
	must(t, err)
	tr, err := fit.Compile(m, fit.Config{Optimizer: optimizer.Adam{}, Loss: loss.BinaryCrossentropy{}, Logger: slog.New(slog.DiscardHandler)})
	must(t, err)
	return tr
}

// sameHistory trains on a source of the customers and on arrays of them.
func sameHistory(t *testing.T, source records.Source, m memory) {
	t.Helper()
	inputs := m.x.Shape()[1]
	for _, weighted := range []bool{false, true} {
		for _, shuffle := range []data.Shuffle{data.ShuffleRows, data.ShuffleBatches, data.ShuffleOff} {
			o := fit.Options{BatchSize: 32, Epochs: 3, Verbose: fit.Silent, Shuffle: shuffle, ClassWeight: balance.Auto{}}
			columns := m.columns
			if weighted {
				o.ClassWeight, o.SampleWeight = nil, m.w
			} else {
				columns.W = ""
			}
			want, err := trainer(t, inputs).Fit(t.Context(), m.x, m.y, o)
			must(t, err)
			o.SampleWeight = nil
			got, err := trainer(t, inputs).FitDataset(t.Context(), &records.Dataset{Source: source, Columns: columns}, o)
			must(t, err)
			if fmt.Sprint(got.Values) != fmt.Sprint(want.Values) {
				t.Errorf("shuffle %v, weights %v: history %v, from memory %v", shuffle, weighted, got.Values, want.Values)
			}
		}
	}
}

// stopsEarly leaves passes after two batches, in a loop and as a fit does, and
// checks that no goroutine stays. held tells how many connections or files are
// open.
func stopsEarly(t *testing.T, ds *records.Dataset, held func() int) {
	t.Helper()
	before, open := runtime.NumGoroutine(), held()
	for _, d := range []data.Dataset{ds, data.Prefetch{Dataset: ds}} {
		for _, shuffle := range []data.Shuffle{data.ShuffleRows, data.ShuffleOff} {
			n := 0
			for _, err := range d.Batches(data.Order{BatchSize: 4, Shuffle: shuffle}) {
				must(t, err)
				if n++; n == 2 {
					break
				}
			}
			next, stop := iter.Pull2(d.Batches(data.Order{BatchSize: 4}))
			next()
			stop()
		}
	}
	if now := held(); now != open {
		t.Errorf("%d held after passes that were left, %d before", now, open)
	}
	if after := goroutines.Settled(before); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

// list is a source in memory.
type list struct {
	names  []string
	rows   [][]string
	opened *int // rows that are open
	fails  int  // row that cannot be read; 0 for none
}

func (l list) Name() string { return "list" }

func (l list) Open(columns []string) (records.Rows, error) {
	if columns == nil {
		columns = l.names
	}
	r := &listRows{list: l, columns: columns}
	for _, c := range columns {
		i, err := table.Find(l.names, true, c)
		if err != nil {
			return nil, err
		}
		r.keep = append(r.keep, i)
	}
	if l.opened != nil {
		*l.opened++
	}
	return r, nil
}

type listRows struct {
	list
	columns []string
	keep    []int
	at      int
}

func (r *listRows) Names() []string { return r.columns }
func (r *listRows) Close() error {
	if r.opened != nil {
		*r.opened--
	}
	return nil
}
func (r *listRows) Next(values []table.Value) error {
	if r.at == len(r.rows) {
		return io.EOF
	}
	if r.fails > 0 && r.at == r.fails {
		return fmt.Errorf("row %d: lost", r.at)
	}
	for i, at := range r.keep {
		values[i] = table.TextValue(r.rows[r.at][at])
	}
	r.at++
	return nil
}

// counting is a source of the numbers from 0 on, with their parity.
func counting(rows int) list {
	l := list{names: []string{"n", "odd"}}
	for i := range rows {
		l.rows = append(l.rows, []string{fmt.Sprint(i), fmt.Sprint(i % 2)})
	}
	return l
}
