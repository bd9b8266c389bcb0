package callback

import (
	"errors"
	"fmt"
)

// LearningRateScheduler sets the learning rate at the beginning of each epoch.
// Each epoch logs it as "learning_rate". The fit fails where the rate is not a
// finite number of 0 or more, and where the optimizer's learning rate follows a
// schedule of its own.
type LearningRateScheduler struct {
	Base

	// Schedule gets the epoch, counted from 0, and the rate so far.
	Schedule func(epoch int, rate float64) float64
}

// TrainBegin returns an error when there is no schedule.
func (c *LearningRateScheduler) TrainBegin(Run) error {
	if c.Schedule == nil {
		return errors.New("callback: learning rate scheduler: Schedule is nil")
	}
	return nil
}

// EpochBegin sets the learning rate.
func (c *LearningRateScheduler) EpochBegin(r Run, epoch int) error {
	if err := r.SetLearningRate(c.Schedule(epoch, r.LearningRate())); err != nil {
		return fmt.Errorf("callback: learning rate scheduler: epoch %d: %w", epoch, err)
	}
	return nil
}

// EpochEnd logs the learning rate.
func (c *LearningRateScheduler) EpochEnd(r Run, _ int, logs *Logs) error {
	logs.Set("learning_rate", r.LearningRate())
	return nil
}
