package callback_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
)

// On rare events accuracy says little: watch average precision instead, and
// keep the weights of the epoch in which it was best. A fit calls the hooks;
// here a loop does.
func ExampleEarlyStopping() {
	stop := &callback.EarlyStopping{
		Monitor:            "val_average_precision",
		Patience:           2,
		RestoreBestWeights: true,
	}
	r := &fakeRun{directions: map[string]metric.Direction{"average_precision": metric.Up}}
	if err := stop.TrainBegin(r); err != nil {
		fmt.Println(err)
	}
	for epoch, value := range []float64{0.41, 0.62, 0.60, 0.61, 0.65} {
		var logs callback.Logs
		logs.Set("val_average_precision", value)
		if err := stop.EpochEnd(r, epoch, &logs); err != nil {
			fmt.Println(err)
		}
		if r.stopped {
			break
		}
	}
	fmt.Printf("stopped at epoch %d, best %.2f at epoch %d\n", stop.StoppedEpoch, stop.Best, stop.BestEpoch)
	// Output: stopped at epoch 3, best 0.62 at epoch 1
}
