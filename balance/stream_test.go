package balance

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// batches is a data set of given targets and weights.
type batches struct {
	y, w   [][]float64
	passes int
	err    error
}

func (b *batches) Len() int { return -1 }
func (b *batches) Batches(data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		b.passes++
		for i, y := range b.y {
			var w *tensor.Dense
			if b.w != nil {
				w = f64(shape{len(b.w[i])}, b.w[i]...)
			}
			if !yield(data.Batch{Y: f64(shape{len(y)}, y...), W: w}, nil) {
				return
			}
		}
		if b.err != nil {
			yield(data.Batch{}, b.err)
		}
	}
}

// counted knows its classes.
type counted struct {
	*batches
	counts map[int]int
	err    error
}

func (c counted) ClassCounts() (map[int]int, error) { return c.counts, c.err }

const (
	asked  = `level=INFO msg="class weights come from the counts that the data set gives" class_weight=auto entries=`
	passed = `level=INFO msg="class weights need counts: one pass over the data counts its classes" class_weight=auto`
)

// Two passes over batches of labels.
func TestStream(t *testing.T) {
	y := [][]float64{{0, 0, 0}, {1, 0}, {2}}
	for _, c := range []struct {
		name   string
		ds     data.Dataset
		r      Request
		want   string // of one pass
		passes int    // for counting
		log    []string
	}{
		{"nothing", &batches{y: y}, Request{}, "[<nil> <nil> <nil>]", 0, nil},
		{"map", &batches{y: y}, Request{ClassWeight: Map{0: 1, 1: 5, 2: 7}}, "[[1 1 1] [5 1] [7]]", 0, nil},
		{"list", &batches{y: y}, Request{ClassWeight: List{1, 5, 7}, Classes: 3}, "[[1 1 1] [5 1] [7]]", 0, nil},
		{"missing and unused classes", &batches{y: y}, Request{ClassWeight: Map{0: 2, 9: 4}}, "[[2 2 2] [1 2] [1]]", 0,
			[]string{lacking + "[1]", lacking + "[2]", unused + "[9]"}},
		{"auto counts", &batches{y: y}, Request{ClassWeight: Auto{}}, "[[0.5 0.5 0.5] [2 0.5] [2]]", 1, []string{passed}},
		{"auto asks", counted{&batches{y: y}, map[int]int{0: 4, 1: 1, 2: 1, 3: 0}, nil}, Request{ClassWeight: Auto{}}, "[[0.5 0.5 0.5] [2 0.5] [2]]", 0,
			[]string{asked + "6"}},
		{"auto asks for more than counts", counted{&batches{y: y}, map[int]int{0: 4, 1: 1, 2: 1, 255: 9}, nil}, Request{ClassWeight: Auto{}, Classes: 3, Ignored: []int{255}}, "[[0.5 0.5 0.5] [2 0.5] [2]]", 0,
			[]string{asked + "6"}},
		{"auto counts where nobody did", counted{&batches{y: y}, nil, fmt.Errorf("of two shapes: %w", data.ErrNotCounted)}, Request{ClassWeight: Auto{}}, "[[0.5 0.5 0.5] [2 0.5] [2]]", 1,
			[]string{passed}},
		{"sample weights", &batches{y: y, w: [][]float64{{1, 2, 3}, {4, 5}, {6}}}, Request{}, "[[1 2 3] [4 5] [6]]", 0, nil},
		{"override", &batches{y: y, w: [][]float64{{1, 2, 3}, {4, 5}, {6}}}, Request{ClassWeight: Auto{}}, "[[1 2 3] [4 5] [6]]", 1,
			[]string{passed, overridden + "auto"}},
		{"multiply", &batches{y: y, w: [][]float64{{1, 2, 3}, {4, 5}, {6}}}, Request{ClassWeight: Auto{}, Conflict: Multiply}, "[[0.5 1 1.5] [8 2.5] [12]]", 1,
			[]string{passed}},
		{"all zero", &batches{y: y, w: [][]float64{{0, 0, 0}, {0, 0}, {0}}}, Request{}, "[[0 0 0] [0 0] [0]]", 0, []string{allZero}},
		{"a batch of zeros", &batches{y: y, w: [][]float64{{0, 0, 0}, {0, 1}, {0}}}, Request{}, "[[0 0 0] [0 1] [0]]", 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			logger, lines := notices()
			c.r.Logger = logger
			s, err := NewStream(context.Background(), c.r, c.ds)
			if err != nil {
				t.Fatal(err)
			}
			b, ok := c.ds.(*batches)
			if !ok {
				b = c.ds.(counted).batches
			}
			if b.passes != c.passes {
				t.Errorf("%d passes for counting, want %d", b.passes, c.passes)
			}
			for range 2 {
				var got []any
				for b, err := range b.Batches(data.Order{}) {
					if err != nil {
						t.Fatal(err)
					}
					var given tensor.Tensor
					if b.W != nil {
						given = b.W
					}
					w, err := s.Resolve(b.Y, given, nil)
					if err != nil {
						t.Fatal(err)
					}
					if w == nil {
						got = append(got, nil)
					} else {
						got = append(got, w.Data())
					}
				}
				s.EndPass()
				if fmt.Sprint(got) != c.want {
					t.Errorf("weights %v, want %v", got, c.want)
				}
			}
			if diff := cmp.Diff(c.log, lines()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStreamErrors(t *testing.T) {
	boom := errors.New("boom")
	y := f64(shape{2}, 0, 1)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		r    Request
		ds   data.Dataset
		want string
	}{
		{"targets in the request", nil, Request{Y: y}, &batches{}, "balance: a stream takes targets"},
		{"bad weight", nil, Request{ClassWeight: Map{1: -1}}, &batches{}, "balance: weight -1 of class 1"},
		{"unknown class", nil, Request{ClassWeight: Map{2: 1}, Classes: 2}, &batches{}, "unknown class 2"},
		{"nothing to count", nil, Request{ClassWeight: Auto{}}, &batches{}, "there are no targets"},
		{"not a class", nil, Request{ClassWeight: Auto{}}, &batches{y: [][]float64{{.5}}}, "label 0.5 in row 0"},
		{"reading", nil, Request{ClassWeight: Auto{}}, &batches{err: boom}, "balance: counting classes: boom"},
		{"cancelled", cancelled, Request{ClassWeight: Auto{}}, &batches{y: [][]float64{{0}}}, "context canceled"},
		{"counts fail", nil, Request{ClassWeight: Auto{}}, counted{&batches{}, nil, boom}, "balance: class counts of the data set: boom"},
		{"counts of no class", nil, Request{ClassWeight: Auto{}, Classes: 2}, counted{&batches{}, map[int]int{2: 1}, nil}, "balance: the data set counts class 2, want 0 to 1"},
		{"counts below 0", nil, Request{ClassWeight: Auto{}}, counted{&batches{}, map[int]int{0: -3}, nil}, "class 0 has a count of -3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.ctx == nil {
				c.ctx = context.Background()
			}
			c.r.Logger, _ = notices()
			if _, err := NewStream(c.ctx, c.r, c.ds); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}

	w := f64(shape{2}, 1, 1)
	for _, c := range []struct {
		name  string
		r     Request
		first tensor.Tensor // weights of the first batch; the second has the others
		want  string
	}{
		{"weights come late", Request{}, nil, "balance: a batch has sample weights, those before it had none"},
		{"weights stop", Request{}, w, "balance: a batch has no sample weights, those before it had"},
		{"reject", Request{ClassWeight: Map{0: 1, 1: 2}, Conflict: Reject}, w, "balance: both class weights and sample weights"},
		{"strict", Request{ClassWeight: Map{0: 1}, Strict: true}, nil, "balance: class weights lack classes [1]"},
		{"label of no class", Request{ClassWeight: Map{0: 1}, Classes: 1}, nil, "label 1 in row 1 is not a class"},
		{"temporal", Request{Mode: Temporal}, w, "balance: temporal sample weights need a loss of shape (n,T), it has (2)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.r.Logger, _ = notices()
			s, err := NewStream(context.Background(), c.r, &batches{})
			if err != nil {
				t.Fatal(err)
			}
			second := tensor.Tensor(w)
			if c.first != nil {
				second = nil
			}
			_, err = s.Resolve(y, c.first, nil)
			if err == nil {
				_, err = s.Resolve(y, second, nil)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestTemporalMode(t *testing.T) {
	steps := f32(shape{2, 2}, 0, 1, 1, 1)
	temporal := f64(shape{2, 2}, 1, 2, 3, 4)
	if got, err := Resolve(Request{Y: steps, Mode: Temporal, SampleWeight: temporal}); err != nil || fmt.Sprint(got.W.Data()) != "[1 2 3 4]" {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := Resolve(Request{LossShape: shape{2, 1}, Mode: Temporal, SampleWeight: f64(shape{2, 1}, 1, 2)}); err != nil || !cmp.Equal(got.W.Shape(), tensor.Shape{2, 1}) {
		t.Errorf("got %v, %v", got, err)
	}
	for want, r := range map[string]Request{
		"temporal sample weights have shape (2), want (2, 2) or (2, 2, 1)": {Y: steps, Mode: Temporal, SampleWeight: f64(shape{2}, 1, 2)},
		"temporal sample weights have shape (2, 1), want (2, 2)":           {Y: steps, Mode: Temporal, SampleWeight: f64(shape{2, 1}, 1, 2)},
		"temporal sample weights need a loss of shape (n,T), it has (2)":   {LossShape: shape{2}, Mode: Temporal, SampleWeight: f64(shape{2}, 1, 2)},
		"unknown sample weight mode 7, want Inferred or Temporal":          {Y: steps, Mode: 7},
	} {
		if _, err := Resolve(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
