package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/counterweight-go/counterweight/balance/calibrate"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"golang.org/x/term"
	"gorgonia.org/tensor"
)

// result is how a detector did on a fold, averaged over its seeds.
type result struct {
	scores
	rocAUC, averagePrecision, cardPrecision, brier float64
	threshold                                      float64
	atHalf, atBest                                 metric.Counts
	seconds                                        float64 // of one training
}

// scores are a detector's predictions, kept for the curves: those of the first seed.
type scores []float64

// job is one training: a detector, a fold and a seed. The rehearsal trains on
// the first four fifths of the week to choose the threshold on the last.
type job struct {
	detector, fold, seed int
	rehearsal            bool
}

// outcome is what a job found out.
type outcome struct {
	predictions []float64
	seconds     float64
}

// train runs all trainings, as many at a time as there are processors, and
// returns the results by fold and detector.
func train(ctx context.Context, detectors []detector, folds []*fold, progress io.Writer) ([][]result, error) {
	var jobs []job
	for f := range folds {
		for d, det := range detectors {
			if det.strategy.corrects {
				continue // shares the trainings of the detector before it
			}
			for seed := range det.seeds {
				jobs = append(jobs, job{detector: d, fold: f, seed: seed})
			}
			jobs = append(jobs, job{detector: d, fold: f, rehearsal: true})
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	bar := newBar(progress, len(jobs))
	outcomes := make(map[job]outcome, len(jobs))
	var mu sync.Mutex
	var wg sync.WaitGroup
	queue := make(chan job)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for j := range queue {
				o, err := detectors[j.detector].train(ctx, folds[j.fold], j, progress)
				if err != nil {
					cancel(err)
					continue
				}
				mu.Lock()
				outcomes[j] = o
				bar.step(detectors[j.detector])
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	wg.Wait()
	bar.done()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	results := make([][]result, len(folds))
	for f := range folds {
		for d := range detectors {
			r, err := judge(detectors, d, f, folds[f], outcomes)
			if err != nil {
				return nil, err
			}
			results[f] = append(results[f], r)
		}
	}
	return results, nil
}

// train fits the detector once and predicts the test week, or, in a rehearsal,
// the last part of the training week.
func (d detector) train(ctx context.Context, f *fold, j job, notices io.Writer) (outcome, error) {
	logger := slog.New(slog.DiscardHandler)
	if j == (job{detector: j.detector}) && j.detector < len(strategies) {
		logger = slog.New(slog.NewTextHandler(notices, nil)) // once is enough
	}
	m, err := model.NewFromSeed(uint64(j.seed+1), d.model.layers...)
	if err != nil {
		return outcome{}, err
	}
	trainer, err := fit.Compile(m, fit.Config{
		Optimizer: optimizer.Adam{LearningRate: d.model.learningRate},
		Loss:      loss.BinaryCrossentropy{},
		Logger:    logger,
	})
	if err != nil {
		return outcome{}, err
	}
	options := fit.Options{
		BatchSize: d.model.batch, Epochs: d.model.epochs, ClassWeight: d.strategy.class, Verbose: fit.Silent,
	}
	if d.strategy.byAmount {
		options.SampleWeight = f.amountWeight
	}
	x := f.testX
	if j.rehearsal {
		options.ValidationSplit = validationShare
		options.ValidationEpochs = []int{d.model.epochs}
		if x, err = data.Rows(f.x, f.validationFrom, f.x.Shape()[0]); err != nil {
			return outcome{}, err
		}
	}
	start := time.Now()
	if _, err := trainer.Fit(ctx, f.x, f.y, options); err != nil {
		return outcome{}, fmt.Errorf("%s, %s: %w", d.model.name, d.strategy.name, err)
	}
	seconds := time.Since(start).Seconds()
	var p *tensor.Dense
	if p, err = trainer.Predict(ctx, x, fit.PredictOptions{BatchSize: 4096}); err != nil {
		return outcome{}, err
	}
	return outcome{float64s(p), seconds}, nil
}

// judge measures a detector on a fold.
func judge(detectors []detector, d, f int, week *fold, outcomes map[job]outcome) (result, error) {
	det := detectors[d]
	trained := d
	prior := calibrate.PriorCorrection{}
	if det.strategy.corrects {
		trained--
		prior.Weights = []float64{week.classWeight[0], week.classWeight[1]}
	}
	corrected := func(p []float64) ([]float64, error) {
		if !det.strategy.corrects {
			return p, nil
		}
		return prior.Binary(p)
	}
	validation, err := corrected(outcomes[job{detector: trained, fold: f, rehearsal: true}].predictions)
	if err != nil {
		return result{}, err
	}
	var r result
	if r.threshold, _, err = (calibrate.FBeta{}).Threshold(week.validationY, validation, nil); err != nil {
		return result{}, err
	}
	for seed := range det.seeds {
		o := outcomes[job{detector: trained, fold: f, seed: seed}]
		p, err := corrected(o.predictions)
		if err != nil {
			return result{}, err
		}
		if seed == 0 {
			r.scores = p
		}
		if err := r.add(week, p, o.seconds, 1/float64(det.seeds)); err != nil {
			return result{}, err
		}
	}
	return r, nil
}

// add counts the predictions of one seed, by its share of all seeds.
func (r *result) add(week *fold, p []float64, seconds, share float64) error {
	auc, err := metric.ROCAUCScore(week.testY, p, nil)
	if err != nil {
		return err
	}
	ap, err := metric.AveragePrecisionScore(week.testY, p, nil)
	if err != nil {
		return err
	}
	brier, err := metric.BrierScore(week.testY, p, nil)
	if err != nil {
		return err
	}
	cards, err := week.tx.CardPrecision(week.test, p, 100)
	if err != nil {
		return err
	}
	half, err := metric.Confusion(week.testY, p, nil, 0.5)
	if err != nil {
		return err
	}
	best, err := metric.Confusion(week.testY, p, nil, r.threshold)
	if err != nil {
		return err
	}
	r.rocAUC += share * auc
	r.averagePrecision += share * ap
	r.brier += share * brier
	r.cardPrecision += share * cards
	r.seconds += share * seconds
	r.atHalf = plus(r.atHalf, half, share)
	r.atBest = plus(r.atBest, best, share)
	return nil
}

func plus(a, b metric.Counts, share float64) metric.Counts {
	return metric.Counts{TP: a.TP + share*b.TP, FP: a.FP + share*b.FP, TN: a.TN + share*b.TN, FN: a.FN + share*b.FN}
}

// bar shows on a terminal how many trainings are done.
type bar struct {
	w              io.Writer
	finished, jobs int
	start          time.Time
}

func newBar(w io.Writer, jobs int) *bar {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		w = io.Discard
	}
	return &bar{w: w, jobs: jobs, start: time.Now()}
}

func (b *bar) step(d detector) {
	b.finished++
	left := time.Since(b.start) / time.Duration(b.finished) * time.Duration(b.jobs-b.finished)
	fmt.Fprintf(b.w, "\r\x1b[Ktraining %d of %d, about %.0f s left (%s, %s)", b.finished, b.jobs, left.Seconds(), d.model.name, d.strategy.name)
}

func (b *bar) done() { fmt.Fprint(b.w, "\r\x1b[K") }
