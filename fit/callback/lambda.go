package callback

// LambdaCallback calls the functions that are set. They have the signatures of
// the hooks of Callback.
type LambdaCallback struct {
	OnTrainBegin      func(r Run) error
	OnEpochBegin      func(r Run, epoch int) error
	OnBatchBegin      func(r Run, batch int) error
	OnBatchEnd        func(r Run, batch int, logs *Logs) error
	OnValidationBegin func(r Run) error
	OnValidationEnd   func(r Run, logs *Logs) error
	OnEpochEnd        func(r Run, epoch int, logs *Logs) error
	OnTrainEnd        func(r Run, logs *Logs) error
}

func (c LambdaCallback) TrainBegin(r Run) error {
	if c.OnTrainBegin == nil {
		return nil
	}
	return c.OnTrainBegin(r)
}

func (c LambdaCallback) EpochBegin(r Run, epoch int) error {
	if c.OnEpochBegin == nil {
		return nil
	}
	return c.OnEpochBegin(r, epoch)
}

func (c LambdaCallback) BatchBegin(r Run, batch int) error {
	if c.OnBatchBegin == nil {
		return nil
	}
	return c.OnBatchBegin(r, batch)
}

func (c LambdaCallback) BatchEnd(r Run, batch int, logs *Logs) error {
	if c.OnBatchEnd == nil {
		return nil
	}
	return c.OnBatchEnd(r, batch, logs)
}

func (c LambdaCallback) ValidationBegin(r Run) error {
	if c.OnValidationBegin == nil {
		return nil
	}
	return c.OnValidationBegin(r)
}

func (c LambdaCallback) ValidationEnd(r Run, logs *Logs) error {
	if c.OnValidationEnd == nil {
		return nil
	}
	return c.OnValidationEnd(r, logs)
}

func (c LambdaCallback) EpochEnd(r Run, epoch int, logs *Logs) error {
	if c.OnEpochEnd == nil {
		return nil
	}
	return c.OnEpochEnd(r, epoch, logs)
}

func (c LambdaCallback) TrainEnd(r Run, logs *Logs) error {
	if c.OnTrainEnd == nil {
		return nil
	}
	return c.OnTrainEnd(r, logs)
}
