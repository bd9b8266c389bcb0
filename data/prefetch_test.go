package data

import (
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"

	"github.com/counterweight-go/counterweight/internal/goroutines"
)

// source gives what a function says, batch by batch.
type source struct {
	batches func(o Order, yield func(Batch, error) bool)
}

func (s source) Len() int { return -1 }
func (s source) Batches(o Order) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) { s.batches(o, yield) }
}

func TestPrefetchGivesTheSameBatches(t *testing.T) {
	d := newTensors(t, count32(11, 2), count64(11), count32(11))
	for _, o := range []Order{{BatchSize: 3, Seed: 5}, {BatchSize: 11}, {BatchSize: 4, Shuffle: ShuffleOff}} {
		if diff := cmp.Diff(pass(t, d, o), pass(t, Prefetch{d}, o)); diff != "" {
			t.Error(diff)
		}
	}
	if n := (Prefetch{d}).Len(); n != 11 {
		t.Errorf("Len is %d, want 11", n)
	}
}

// The next batch is read while the consumer holds one, and does not write over it.
func TestPrefetchReadsAhead(t *testing.T) {
	asked := make(chan int, 10)
	x := count32(1)
	s := source{func(_ Order, yield func(Batch, error) bool) {
		for i := range 4 {
			asked <- i
			x.Float32s()[0] = float32(i)
			if !yield(Batch{X: x}, nil) {
				return
			}
		}
	}}
	want := float32(0)
	for b, err := range (Prefetch{s}).Batches(Order{}) {
		if err != nil {
			t.Fatal(err)
		}
		if want == 0 {
			for range 2 { // batch 1 is being read though batch 0 is not done with
				select {
				case <-asked:
				case <-time.After(10 * time.Second):
					t.Fatal("nothing is read ahead")
				}
			}
		}
		if got := b.X.Float32s()[0]; got != want {
			t.Fatalf("batch %v, want %v", got, want)
		}
		want++
	}
	if want != 4 {
		t.Errorf("%v batches, want 4", want)
	}
}

func TestPrefetchPassesErrorsOn(t *testing.T) {
	boom := errors.New("boom")
	for _, c := range []struct {
		name  string
		after func(yield func(Batch, error) bool)
		want  string
	}{
		{"error", func(yield func(Batch, error) bool) { yield(Batch{}, boom) }, "boom"},
		{"panic", func(func(Batch, error) bool) { panic("ouch") }, "data: the data set panicked: ouch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := source{func(_ Order, yield func(Batch, error) bool) {
				if yield(Batch{X: count32(2)}, nil) {
					c.after(yield)
				}
			}}
			var got []string
			for b, err := range (Prefetch{s}).Batches(Order{}) {
				got = append(got, fmt.Sprint(b.X, err))
			}
			if len(got) != 2 || !strings.Contains(got[1], c.want) {
				t.Errorf("got %q, want a batch and %q", got, c.want)
			}
		})
	}
}

// However a pass ends, no goroutine stays behind.
func TestPrefetchLeavesNoGoroutine(t *testing.T) {
	d := Prefetch{newTensors(t, count32(100), nil, nil)}
	before := runtime.NumGoroutine()
	for stopAfter := range 6 {
		i := 0
		for range d.Batches(Order{BatchSize: 20}) {
			if i++; i > stopAfter {
				break
			}
		}
		next, stop := iter.Pull2(d.Batches(Order{BatchSize: 20}))
		for range stopAfter {
			next()
		}
		stop()
	}
	func() { // nor when the consumer panics
		defer func() { _ = recover() }()
		for range d.Batches(Order{BatchSize: 20}) {
			panic("consumer")
		}
	}()
	if after := goroutines.Settled(before); after != before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

// Tensors of other layouts and types are copied as well.
func TestPrefetchCopiesAnyTensor(t *testing.T) {
	turned := count32(2, 3)
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	for _, x := range []*tensor.Dense{turned, tensor.New(tensor.WithBacking([]int{3, 4}))} {
		s := source{func(_ Order, yield func(Batch, error) bool) { yield(Batch{X: x}, nil) }}
		for b := range (Prefetch{s}).Batches(Order{}) {
			if fmt.Sprint(b.X) != fmt.Sprint(x) || b.X == x {
				t.Errorf("got %v, want a copy of %v", b.X, x)
			}
		}
	}
}

func TestSteadyPrefetchAllocatesNothing(t *testing.T) {
	next, stop := iter.Pull2(Prefetch{newTensors(t, count32(1000, 3), count32(1000), count64(1000))}.Batches(Order{BatchSize: 7}))
	defer stop()
	for range 3 {
		next()
	}
	if allocs := testing.AllocsPerRun(100, func() { next() }); allocs != 0 {
		t.Errorf("%v allocations per batch, want 0", allocs)
	}
}
