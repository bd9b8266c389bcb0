package callback_test

import (
	"fmt"
	"testing"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/google/go-cmp/cmp"
)

// hooks calls all hooks of a callback in an order of its own.
func hooks(c callback.Callback, r callback.Run, logs *callback.Logs) []error {
	return []error{
		c.TrainBegin(r), c.EpochBegin(r, 1), c.BatchBegin(r, 2), c.BatchEnd(r, 3, logs),
		c.ValidationBegin(r), c.ValidationEnd(r, logs), c.EpochEnd(r, 4, logs), c.TrainEnd(r, logs),
	}
}

func TestLambdaCallback(t *testing.T) {
	r, logs := new(fakeRun), makeLogs(map[string]float64{"loss": 7})
	var called []string
	note := func(name string, got callback.Run, number int, with *callback.Logs) error {
		if got != r || with != logs {
			t.Errorf("%s got other arguments", name)
		}
		called = append(called, fmt.Sprint(name, number))
		return fmt.Errorf("error of %s", name)
	}
	errs := hooks(callback.LambdaCallback{
		OnTrainBegin:      func(r callback.Run) error { return note("train begin", r, 0, logs) },
		OnEpochBegin:      func(r callback.Run, n int) error { return note("epoch begin", r, n, logs) },
		OnBatchBegin:      func(r callback.Run, n int) error { return note("batch begin", r, n, logs) },
		OnBatchEnd:        func(r callback.Run, n int, l *callback.Logs) error { return note("batch end", r, n, l) },
		OnValidationBegin: func(r callback.Run) error { return note("validation begin", r, 0, logs) },
		OnValidationEnd:   func(r callback.Run, l *callback.Logs) error { return note("validation end", r, 0, l) },
		OnEpochEnd:        func(r callback.Run, n int, l *callback.Logs) error { return note("epoch end", r, n, l) },
		OnTrainEnd:        func(r callback.Run, l *callback.Logs) error { return note("train end", r, 0, l) },
	}, r, logs)
	names := []string{"train begin", "epoch begin", "batch begin", "batch end", "validation begin", "validation end", "epoch end", "train end"}
	numbers := []int{0, 1, 2, 3, 0, 0, 4, 0}
	var want []string
	for i, name := range names {
		want = append(want, fmt.Sprint(name, numbers[i]))
		checkError(t, errs[i], "error of "+name)
	}
	if diff := cmp.Diff(want, called); diff != "" {
		t.Error(diff)
	}
}

func TestEmptyCallbacksDoNothing(t *testing.T) {
	for _, c := range []callback.Callback{callback.LambdaCallback{}, callback.Base{}} {
		for i, err := range hooks(c, nil, nil) {
			if err != nil {
				t.Errorf("%T, hook %d: %v", c, i, err)
			}
		}
	}
}

func ExampleLambdaCallback() {
	watch := callback.LambdaCallback{
		OnEpochEnd: func(_ callback.Run, epoch int, logs *callback.Logs) error {
			recall, _ := logs.Get("val_recall")
			fmt.Printf("epoch %d: recall %.2f\n", epoch, recall)
			return nil
		},
	}
	// A fit calls the hooks.
	var logs callback.Logs
	logs.Set("val_recall", 0.7)
	if err := watch.EpochEnd(nil, 0, &logs); err != nil {
		fmt.Println(err)
	}
	// Output: epoch 0: recall 0.70
}
