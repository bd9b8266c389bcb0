package handbook

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// testdata/small_world.csv was made from the same description with numpy
// (RandomState), CPython (random) and pandas (time-based rolling windows).
func TestSmallWorldAgainstNumpyAndPandas(t *testing.T) {
	tx := generate(t, Config{Customers: 24, Terminals: 300, Days: 40, Radius: 4})
	f, err := tx.Features(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open("testdata/small_world.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if records = records[1:]; len(records) != tx.Len() {
		t.Fatalf("%d transactions, want %d", tx.Len(), len(records))
	}
	for row, record := range records {
		var want []float64
		for _, s := range record {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, v)
		}
		got := []float64{float64(tx.Time[row]), float64(tx.Customer[row]), float64(tx.Terminal[row]), float64(tx.Scenario[row])}
		for _, x := range f.X[row] {
			got = append(got, float64(x))
		}
		if d := cmp.Diff(want, got, cmpopts.EquateApprox(1e-6, 1e-6)); d != "" {
			t.Fatalf("row %d (-want +got):\n%s", row, d)
		}
	}
}

// oracle computes the features of one row from their definition.
func oracle(tx *Transactions, row int) [NumFeatures]float32 {
	var x [NumFeatures]float32
	at := tx.Start.Add(time.Duration(tx.Time[row]) * time.Second)
	x[0] = float32(tx.Amount[row])
	if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
		x[1] = 1
	}
	if at.Hour() <= 6 {
		x[2] = 1
	}
	for w, days := range []int{1, 7, 30} {
		var n, frauds, count int
		var sum float64
		for r := range row + 1 {
			age := int(tx.Time[row] - tx.Time[r])
			if tx.Customer[r] == tx.Customer[row] && age < days*daySeconds {
				n++
				sum += tx.Amount[r]
			}
			age -= 7 * daySeconds
			if tx.Terminal[r] == tx.Terminal[row] && 0 <= age && age < days*daySeconds {
				count++
				if tx.Fraud(r) {
					frauds++
				}
			}
		}
		x[3+2*w], x[4+2*w] = float32(n), float32(sum/float64(n))
		if count > 0 {
			x[9+2*w], x[10+2*w] = float32(count), float32(float64(frauds)/float64(count))
		}
	}
	return x
}

func TestFeaturesAgainstTheirDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few customers and terminals, and times on a coarse grid, so that
		// ties and transactions on the edge of a window are common.
		n := rapid.IntRange(1, 60).Draw(t, "n")
		tx := &Transactions{Start: time.Date(2018, 4, rapid.IntRange(1, 7).Draw(t, "start"), 0, 0, 0, 0, time.UTC)}
		now := int32(0)
		for range n {
			now += rapid.SampledFrom([]int32{0, 1, 3599, 3600, 12 * 3600, daySeconds, 6 * daySeconds}).Draw(t, "step")
			tx.Time = append(tx.Time, now)
			tx.Customer = append(tx.Customer, rapid.Int32Range(0, 2).Draw(t, "customer"))
			tx.Terminal = append(tx.Terminal, rapid.Int32Range(0, 2).Draw(t, "terminal"))
			tx.Amount = append(tx.Amount, float64(rapid.IntRange(0, 50000).Draw(t, "cents"))/100)
			tx.Scenario = append(tx.Scenario, rapid.Uint8Range(0, 3).Draw(t, "scenario"))
		}
		f, err := tx.Features(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for row := range n {
			if d := cmp.Diff(oracle(tx, row), f.X[row], cmpopts.EquateApprox(1e-6, 0)); d != "" {
				t.Fatalf("row %d (-want +got):\n%s", row, d)
			}
			if (f.Y[row] == 1) != tx.Fraud(row) {
				t.Fatalf("row %d: y = %v", row, f.Y[row])
			}
		}
	})
}

func TestFeaturesRejectBrokenTables(t *testing.T) {
	for name, breakIt := range map[string]func(*Transactions){
		"short column":      func(tx *Transactions) { tx.Amount = tx.Amount[1:] },
		"falling time":      func(tx *Transactions) { tx.Time[1] = tx.Time[0] - 1 },
		"negative time":     func(tx *Transactions) { tx.Time[0] = -1 },
		"negative customer": func(tx *Transactions) { tx.Customer[2] = -1 },
		"negative terminal": func(tx *Transactions) { tx.Terminal[2] = math.MinInt32 },
	} {
		t.Run(name, func(t *testing.T) {
			tx := generate(t, Config{Customers: 3, Terminals: 3, Days: 5, Radius: 200})
			breakIt(tx)
			if _, err := tx.Features(context.Background()); err == nil {
				t.Error("no error from Features")
			}
			if _, err := tx.SplitAt(tx.Start); err == nil {
				t.Error("no error from SplitAt")
			}
			if _, err := tx.CardPrecision([]int{0}, []float64{1}, 1); err == nil {
				t.Error("no error from CardPrecision")
			}
		})
	}
}

func BenchmarkFeatures(b *testing.B) {
	tx, err := whole()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tx.Features(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
