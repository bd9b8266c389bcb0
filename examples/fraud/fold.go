package main

import (
	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/handbook"
	"gorgonia.org/tensor"
)

// fold is a week to train on and a later one to test on, standardised with the
// mean and standard deviation of the training week.
type fold struct {
	tx             *handbook.Transactions
	test           []int // rows of tx
	x, y           *tensor.Dense
	testX          *tensor.Dense
	testY          []float64
	amountWeight   *tensor.Dense // of the training rows, 1 on average
	classWeight    map[int]float64
	validationFrom int // the last fifth of the training week chooses the threshold
	validationY    []float64
}

func newFold(tx *handbook.Transactions, features *handbook.Features, split handbook.Split) (*fold, error) {
	f := &fold{tx: tx, test: split.Test}
	x, y, err := features.Tensors(split.Train)
	if err != nil {
		return nil, err
	}
	testX, testY, err := features.Tensors(split.Test)
	if err != nil {
		return nil, err
	}
	var scaler data.StandardScaler
	if err := scaler.Fit(x); err != nil {
		return nil, err
	}
	if f.x, err = scaler.Transform(x); err != nil {
		return nil, err
	}
	if f.testX, err = scaler.Transform(testX); err != nil {
		return nil, err
	}
	f.y, f.testY = y, float64s(testY)

	total := 0.
	for _, row := range split.Train {
		total += tx.Amount[row]
	}
	weights := make([]float32, len(split.Train))
	for i, row := range split.Train {
		weights[i] = float32(tx.Amount[row] * float64(len(weights)) / total)
	}
	f.amountWeight = tensor.New(tensor.WithShape(len(weights)), tensor.WithBacking(weights))

	counts, err := balance.Count(y, balance.Labels)
	if err != nil {
		return nil, err
	}
	if f.classWeight, err = (balance.Auto{}).Weights(counts); err != nil {
		return nil, err
	}
	if f.validationFrom, err = data.SplitTail(len(split.Train), validationShare); err != nil {
		return nil, err
	}
	f.validationY = float64s(y)[f.validationFrom:]
	return f, nil
}

// validationShare is the last part of the training week, in order of time.
const validationShare = 0.2

func (f *fold) frauds(rows []int) int {
	n := 0
	for _, row := range rows {
		if f.tx.Fraud(row) {
			n++
		}
	}
	return n
}

func float64s(t *tensor.Dense) []float64 {
	out := make([]float64, t.Shape().TotalSize())
	for i, v := range t.Float32s() {
		out[i] = float64(v)
	}
	return out
}
