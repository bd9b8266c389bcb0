// Package schedule holds learning rates that change from step to step, as
// Keras computes them.
//
// A schedule is a plain struct, or any function as a [Func], and takes the
// place of an optimizer's learning rate:
//
//	optimizer.SGD{Schedule: schedule.CosineDecay{InitialLearningRate: 0.1, DecaySteps: 10000}}
//
// Steps are training steps, counted from 0, and not epochs.
//
// It imports nothing of this module.
package schedule
