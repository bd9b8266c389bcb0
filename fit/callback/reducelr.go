package callback

import (
	"fmt"
	"log/slog"
	"math"
)

// ReduceLROnPlateau lowers the learning rate when a monitored value has stopped
// improving, by the rules of Keras 3. After Patience epochs without an
// improvement, counted outside the Cooldown,
//
//	rate ← max(rate·Factor, MinLR)
//
// and the count starts anew after Cooldown epochs. A rate that is MinLR or less
// stays. An improvement is one of [EarlyStopping]. Each epoch logs
// "learning_rate", the one that it was trained with.
//
// The fit fails where the optimizer's learning rate follows a schedule. The
// struct can serve several fits, one after the other.
type ReduceLROnPlateau struct {
	Base

	Monitor  string  // key in the logs; "" means "val_loss"
	Factor   float64 // above 0 and below 1; 0 means 0.1
	Patience int     // 0 means 10; 1 is the least
	Mode     Mode
	MinDelta float64 // least change that counts, the sign is ignored; 0 means 1e-4, Zero none
	Cooldown int     // epochs after a reduction that do not count
	MinLR    float64

	monitor  monitor
	factor   float64
	patience int
	best     float64
	wait     int
	cooling  int
}

// TrainBegin forgets the fit before. It returns an error when a setting is out
// of range, or Mode is Auto and neither a loss nor a metric tells the direction.
func (c *ReduceLROnPlateau) TrainBegin(r Run) error {
	c.best, c.wait, c.cooling = math.NaN(), 0, 0
	c.factor, c.patience = c.Factor, c.Patience
	if c.factor == 0 {
		c.factor = 0.1
	}
	if c.patience == 0 {
		c.patience = 10
	}
	delta := c.MinDelta
	if delta == 0 {
		delta = 1e-4
	}
	switch {
	case !(c.factor > 0 && c.factor < 1):
		return fmt.Errorf("callback: reduce learning rate: factor is %v, want a number above 0 and below 1", c.factor)
	case c.patience < 0:
		return fmt.Errorf("callback: reduce learning rate: patience is %d, want 0 or more", c.patience)
	case c.Cooldown < 0:
		return fmt.Errorf("callback: reduce learning rate: cooldown is %d, want 0 or more", c.Cooldown)
	case !(c.MinLR >= 0 && c.MinLR <= math.MaxFloat64):
		return fmt.Errorf("callback: reduce learning rate: least learning rate is %v, want a finite number that is not negative", c.MinLR)
	}
	var err error
	c.monitor, err = newMonitor(r, "reduce learning rate", c.Monitor, c.Mode, delta)
	return err
}

// EpochEnd logs the learning rate and lowers it when it is time. A value that
// is not in the logs, as between validations, is warned of once and the epoch
// does not count.
func (c *ReduceLROnPlateau) EpochEnd(r Run, epoch int, logs *Logs) error {
	value, found := c.monitor.value(r, epoch, logs)
	rate := r.LearningRate()
	logs.Set("learning_rate", rate)
	if !found {
		return nil
	}
	if c.cooling > 0 {
		c.cooling--
		c.wait = 0
	}
	switch {
	case c.monitor.improves(value, c.best):
		c.best, c.wait = value, 0
		return nil
	case c.cooling > 0:
		return nil
	}
	c.wait++
	if c.wait < c.patience || rate <= c.MinLR {
		return nil
	}
	lower := max(rate*c.factor, c.MinLR)
	if err := r.SetLearningRate(lower); err != nil {
		return fmt.Errorf("callback: reduce learning rate: %w", err)
	}
	r.Logger().Debug("reduce learning rate: no improvement",
		slog.Int("epoch", epoch), slog.Float64("from", rate), slog.Float64("to", lower))
	c.cooling, c.wait = c.Cooldown, 0
	return nil
}
