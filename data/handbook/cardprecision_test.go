package handbook

import (
	"math"
	"testing"
)

func TestCardPrecision(t *testing.T) {
	type row struct {
		day, customer int
		fraud         bool
		score         float64
	}
	for _, tt := range []struct {
		name string
		k    int
		rows []row
		want float64
	}{
		{"one of two", 2, []row{{0, 0, true, .9}, {0, 1, false, .8}, {0, 2, true, .7}}, 1. / 2},
		{"fewer customers than k", 4, []row{{0, 0, true, .9}, {0, 1, true, .1}}, 2. / 4},
		{"a customer counts once", 2, []row{{0, 0, true, .9}, {0, 0, true, .8}, {0, 1, true, .7}}, 2. / 2},
		{"highest score, any fraud", 1, []row{{0, 0, true, .1}, {0, 0, false, .9}, {0, 1, false, .5}}, 1},
		{"negative scores", 1, []row{{0, 0, true, -1}, {0, 1, false, -2}}, 1},
		{"ties by identity", 1, []row{{0, 0, false, .5}, {0, 1, true, .5}}, 0},
		{"the caught leave", 1, []row{{0, 0, true, .9}, {1, 0, true, .9}, {1, 1, false, .8}}, 1. / 2},
		{"the caught make room", 1, []row{{0, 0, true, .9}, {1, 0, true, .9}, {1, 1, true, .8}}, 2. / 2},
		{"the missed stay", 1, []row{{0, 0, true, .1}, {0, 1, false, .9}, {1, 0, true, .9}}, 1. / 2},
		{"false alarms stay", 1, []row{{0, 0, false, .9}, {1, 0, true, .9}, {1, 1, false, .8}}, 1. / 2},
		{"a day without customers left", 1, []row{{0, 0, true, .9}, {1, 0, true, .9}}, 1. / 2},
		{"days without rows do not count", 1, []row{{0, 0, true, .9}, {7, 1, true, .9}}, 2. / 2},
		{"no fraud", 3, []row{{0, 0, false, .9}, {1, 1, false, .9}}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tx := &Transactions{}
			var rows []int
			var scores []float64
			for i, r := range tt.rows {
				tx.Time = append(tx.Time, int32(r.day*daySeconds))
				tx.Customer = append(tx.Customer, int32(r.customer))
				tx.Scenario = append(tx.Scenario, map[bool]uint8{true: 1}[r.fraud])
				// Backwards, as the order of rows must not matter.
				j := len(tt.rows) - 1 - i
				rows, scores = append(rows, j), append(scores, tt.rows[j].score)
			}
			tx.Terminal, tx.Amount = make([]int32, len(rows)), make([]float64, len(rows))
			got, err := tx.CardPrecision(rows, scores, tt.k)
			if err != nil || math.Abs(got-tt.want) > 1e-15 {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestCardPrecisionRejects(t *testing.T) {
	tx := oneADay([]int{0, 1, 2})
	for _, tt := range []struct {
		name   string
		rows   []int
		scores []float64
		k      int
	}{
		{"no rows", nil, nil, 1},
		{"k of 0", []int{0}, []float64{1}, 0},
		{"too few scores", []int{0, 1}, []float64{1}, 1},
		{"row below the table", []int{-1}, []float64{1}, 1},
		{"row above the table", []int{3}, []float64{1}, 1},
		{"NaN score", []int{0, 1}, []float64{1, math.NaN()}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := tx.CardPrecision(tt.rows, tt.scores, tt.k); err == nil {
				t.Error("no error")
			}
		})
	}
}
