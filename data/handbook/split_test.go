package handbook

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func date(month time.Month, day int) time.Time {
	return time.Date(2018, month, day, 0, 0, 0, 0, time.UTC)
}

func TestHandbookSplit(t *testing.T) {
	tx, err := whole()
	if err != nil {
		t.Fatal(err)
	}
	frauds := func(rows []int) (n int) {
		for _, row := range rows {
			if tx.Fraud(row) {
				n++
			}
		}
		return n
	}
	s, err := tx.SplitAt(date(7, 25))
	if err != nil {
		t.Fatal(err)
	}
	got := [4]int{len(s.Train), frauds(s.Train), len(s.Test), frauds(s.Test)}
	if want := [4]int{67_240, 598, 58_264, 385}; got != want {
		t.Errorf("train rows and frauds, test rows and frauds: %v, want %v", got, want)
	}

	folds, err := tx.PrequentialFolds(date(8, 15), 4)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s, folds[3]); len(folds) != 4 || d != "" {
		t.Errorf("last of %d folds is not the split of 25 July", len(folds))
	}
}

// oneADay is a table with a customer's transaction on each of the given days.
func oneADay(customers ...[]int) *Transactions {
	tx := &Transactions{Start: date(4, 1)}
	for day := range 40 {
		for c, days := range customers {
			for _, d := range days {
				if d == day {
					tx.Time = append(tx.Time, int32(day*daySeconds+c))
					tx.Customer = append(tx.Customer, int32(c))
				}
			}
		}
	}
	n := len(tx.Time)
	tx.Terminal, tx.Amount, tx.Scenario = make([]int32, n), make([]float64, n), make([]uint8, n)
	return tx
}

func TestKnownCustomersLeaveTheTest(t *testing.T) {
	every := make([]int, 40)
	for d := range every {
		every[d] = d
	}
	// From day 10: train on days 10 to 16, test on days 24 to 30.
	for _, tt := range []struct {
		name      string
		fraud     int   // the day of customer 1's only fraud
		remaining []int // the test days on which customer 1 still is
	}{
		{"before the training", 9, []int{24, 25, 26, 27, 28, 29, 30}},
		{"first day of training", 10, nil},
		{"last day of training", 16, nil},
		{"first day of the delay", 17, []int{24}},
		{"sixth day of the delay", 22, []int{24, 25, 26, 27, 28, 29}},
		{"last day of the delay", 23, []int{24, 25, 26, 27, 28, 29, 30}},
		{"in the test", 24, []int{24, 25, 26, 27, 28, 29, 30}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tx := oneADay(every, every)
			tx.Scenario[2*tt.fraud+1] = 2
			s, err := tx.SplitAt(date(4, 11))
			if err != nil {
				t.Fatal(err)
			}
			var zero, one []int
			for _, row := range s.Test {
				if tx.Customer[row] == 1 {
					one = append(one, tx.Day(row))
				} else {
					zero = append(zero, tx.Day(row))
				}
			}
			if d := cmp.Diff([]int{20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33}, s.Train); d != "" {
				t.Errorf("training rows (-want +got):\n%s", d)
			}
			if d := cmp.Diff([]int{24, 25, 26, 27, 28, 29, 30}, zero); d != "" {
				t.Errorf("honest customer (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.remaining, one); d != "" {
				t.Errorf("compromised customer (-want +got):\n%s", d)
			}
		})
	}
}

func TestSplitOutsideTheData(t *testing.T) {
	tx := oneADay([]int{0, 39})
	for _, tt := range []struct {
		name  string
		start time.Time
		ok    bool
	}{
		{"first day", date(4, 1), true},
		{"first day, by the clock of another zone", time.Date(2018, 4, 1, 23, 0, 0, 0, time.FixedZone("", -8*3600)), true},
		{"last possible day", date(4, 20), true},
		{"too early", date(3, 31), false},
		{"too late", date(4, 21), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tx.SplitAt(tt.start)
			if (err == nil) != tt.ok {
				t.Errorf("error %v", err)
			}
			if err != nil && !strings.Contains(err.Error(), tt.start.Format(time.DateOnly)) {
				t.Errorf("error %q does not name the date", err)
			}
		})
	}
	if _, err := (&Transactions{}).SplitAt(date(4, 1)); err == nil {
		t.Error("no error for an empty table")
	}
	if _, err := tx.PrequentialFolds(date(4, 14), 2); err != nil {
		t.Error(err)
	}
	if _, err := tx.PrequentialFolds(date(4, 14), 3); err == nil || !strings.Contains(err.Error(), "2018-03-31") {
		t.Errorf("got %v, want an error about the third fold", err)
	}
	if _, err := tx.PrequentialFolds(date(4, 14), 0); err == nil {
		t.Error("no error for 0 folds")
	}
}
