package compare

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/counterweight-go/counterweight/data"
)

// Config says how strategies are compared. The zero value compares Defaults.
type Config struct {
	Strategies []Strategy // nil means Defaults()
	Folds      int        // 0 means 5
	Seed       uint64     // of the folds, weights, batches and samplers
	Hidden     []int      // units of the hidden layers; nil means 64 and 32, an empty list is logistic regression
	Epochs     int        // 0 means 30
	BatchSize  int        // 0 means 128

	// Checkpoint is a folder that keeps what is done, so that a comparison which
	// was interrupted can go on; "" keeps nothing. What lies there from another
	// run is dropped, unless Resume. Once the result is safe, RemoveCheckpoint
	// clears it away.
	Checkpoint string
	// Resume takes up what lies in Checkpoint. That it lies there from other
	// data or settings is an error; the strategies may be others.
	Resume bool

	// Progress is told after each strategy of each fold, one call at a time.
	Progress func(Progress)
	// Logger takes notices; nil means slog.Default().
	Logger *slog.Logger
}

// Progress is how far a comparison is.
type Progress struct {
	Strategy     string // that was trained last
	Fold         int
	Done, Of     int           // strategies times folds
	Left         time.Duration // estimated
	FromResuming int           // of Done, what an earlier run had done
}

// ErrUse is in the errors of settings that no data could make right.
var ErrUse = errors.New("wrong use")

type useError struct{ error }

func (useError) Is(target error) bool { return target == ErrUse }

// comparison is a Config with its defaults, and what is needed on the way.
type comparison struct {
	Config
	log *slog.Logger
}

// Check judges the settings, without data. Its errors are ErrUse.
func (c Config) Check() error {
	_, err := c.settle()
	return err
}

func (c Config) settle() (*comparison, error) {
	bad := func(format string, args ...any) (*comparison, error) {
		return nil, useError{fmt.Errorf("compare: "+format, args...)}
	}
	for _, f := range []struct {
		name string
		v    *int
		or   int
	}{{"number of folds", &c.Folds, 5}, {"number of epochs", &c.Epochs, 30}, {"batch size", &c.BatchSize, 128}} {
		if *f.v < 0 {
			return bad("the %s is %d, expected 1 or more (0 for %d)", f.name, *f.v, f.or)
		}
		if *f.v == 0 {
			*f.v = f.or
		}
	}
	if c.Folds < 2 {
		return bad("the number of folds is %d, expected 2 or more", c.Folds)
	}
	if c.Hidden == nil {
		c.Hidden = []int{64, 32}
	}
	for _, units := range c.Hidden {
		if units < 1 || units > 1<<16 {
			return bad("a hidden layer of %d units, expected 1 to %d", units, 1<<16)
		}
	}
	if c.Strategies == nil {
		c.Strategies = Defaults()
	}
	if len(c.Strategies) == 0 {
		return bad("there are no strategies to compare")
	}
	for i, s := range c.Strategies {
		if err := s.check(); err != nil {
			return bad("strategy %q: %w", s.Name, err)
		}
		if slices.ContainsFunc(c.Strategies[:i], func(t Strategy) bool { return t.Name == s.Name }) {
			return bad("strategy %q is named twice", s.Name)
		}
	}
	if c.Resume && c.Checkpoint == "" {
		return bad("nothing is kept to resume: expected a folder for it")
	}
	return &comparison{Config: c, log: once(c.Logger)}, nil
}

func errTooFew(d *Data, class, n, folds int) error {
	return fmt.Errorf("compare: with %d folds, a training fold has %d rows of class %q, expected at least 2, as a threshold is chosen on some of them", folds, n, d.Names[class])
}

// Run compares strategies. Each is trained on every fold of the same division
// of the rows, from the same initial weights: once on 80 % of the training rows
// to choose a threshold on the rest, and once on all training rows for the test
// rows. Encoders, samplers and weights see training rows only.
//
// As many trainings run at a time as there are processors. The result does not
// depend on their number, but for the seconds. When ctx is cancelled, Run returns
// its error, and what is done lies in Checkpoint.
func Run(ctx context.Context, d *Data, config Config) (*Result, error) {
	c, err := config.settle()
	if err != nil {
		return nil, err
	}
	folds, err := foldsOf(d, c.Folds, c.Seed)
	if err != nil {
		return nil, err
	}
	kept, err := c.keeper(d)
	if err != nil {
		return nil, err
	}
	outcomes, err := c.trainAll(ctx, d, folds, kept)
	if err != nil {
		if ctx.Err() == nil && !c.Resume { // what is done is of no use
			err = errors.Join(err, kept.drop())
		}
		return nil, err
	}
	return c.result(d, folds, outcomes)
}

// job is a strategy on a fold.
type job struct{ strategy, fold int }

// jobs lists what is to be trained, fold by fold. Strategies with samplers come
// first: they may find that a class is too small for them.
func (c *comparison) jobs() []job {
	var out []job
	for f := range c.Folds {
		for _, samples := range []bool{true, false} {
			for s := range c.Strategies {
				if (c.Strategies[s].Sampler != nil) == samples {
					out = append(out, job{s, f})
				}
			}
		}
	}
	return out
}

// trainAll returns the outcomes by strategy and fold.
func (c *comparison) trainAll(ctx context.Context, d *Data, folds []data.Fold, kept *keeper) ([][]*outcome, error) {
	outcomes := make([][]*outcome, len(c.Strategies))
	for s := range outcomes {
		outcomes[s] = make([]*outcome, c.Folds)
	}
	var todo []job
	p := Progress{Of: len(c.Strategies) * c.Folds}
	for _, j := range c.jobs() {
		found, err := kept.load(&c.Strategies[j.strategy], j.fold, len(folds[j.fold].Test), c.Epochs)
		if err != nil {
			return nil, err
		}
		if found == nil {
			todo = append(todo, j)
			continue
		}
		outcomes[j.strategy][j.fold] = found
		p.Done++
	}
	p.FromResuming = p.Done
	encoded := newFolds(d, folds, c.Seed, todo)
	var mu sync.Mutex
	var wg sync.WaitGroup
	// The first failure by the order of jobs counts, not by time, so that one
	// comparison always fails alike: those before it go on, those after it stop.
	var failure error
	failed := len(todo)
	running := map[int]context.CancelFunc{}
	queue := make(chan int)
	start := time.Now()
	for range min(runtime.GOMAXPROCS(0), max(len(todo), 1)) {
		wg.Go(func() {
			for at := range queue {
				own, stop := context.WithCancel(ctx)
				mu.Lock()
				skipped := at > failed
				running[at] = stop
				mu.Unlock()
				if skipped || ctx.Err() != nil {
					stop()
					continue
				}
				j := todo[at]
				s := &c.Strategies[j.strategy]
				out, err := c.one(own, s, encoded, j, kept)
				stop()
				mu.Lock()
				delete(running, at)
				if err != nil {
					if at < failed {
						failed, failure = at, fmt.Errorf("compare: strategy %q, fold %d: %w", s.Name, j.fold, err)
						for other, stop := range running {
							if other > at {
								stop()
							}
						}
					}
					mu.Unlock()
					continue
				}
				outcomes[j.strategy][j.fold] = out
				p.Done++
				p.Strategy, p.Fold = s.Name, j.fold
				fresh := p.Done - p.FromResuming
				p.Left = time.Since(start) / time.Duration(fresh) * time.Duration(p.Of-p.Done)
				if c.Progress != nil {
					c.Progress(p)
				}
				mu.Unlock()
			}
		})
	}
	for at := range todo {
		queue <- at
	}
	close(queue)
	wg.Wait()
	if ctx.Err() != nil {
		return outcomes, context.Cause(ctx)
	}
	return outcomes, failure
}

// one trains a strategy on a fold and keeps the outcome.
func (c *comparison) one(ctx context.Context, s *Strategy, encoded *folds, j job, kept *keeper) (*outcome, error) {
	f, err := encoded.get(j.fold)
	if err != nil {
		return nil, err
	}
	defer encoded.done(j.fold)
	out, err := c.train(ctx, s, f)
	if err != nil {
		return nil, err
	}
	return out, kept.save(s, out)
}

// folds encodes each fold when it is first asked for, and forgets it when all of
// its jobs are done.
type folds struct {
	get  func(i int) (*fold, error)
	done func(i int)
}

func newFolds(d *Data, divided []data.Fold, seed uint64, todo []job) *folds {
	var mu sync.Mutex
	type entry struct {
		once sync.Once
		fold *fold
		err  error
		left int
	}
	entries := make([]entry, len(divided))
	for _, j := range todo {
		entries[j.fold].left++
	}
	return &folds{
		get: func(i int) (*fold, error) {
			e := &entries[i]
			e.once.Do(func() { e.fold, e.err = newFold(d, divided[i], i, seed) })
			return e.fold, e.err
		},
		done: func(i int) {
			mu.Lock()
			defer mu.Unlock()
			if entries[i].left--; entries[i].left == 0 {
				entries[i].fold = nil
			}
		},
	}
}
