package archive

import (
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/hdf5"
	"gorgonia.org/tensor"
)

// trainable lists the arrays that an optimizer moves, in the order of the file.
func (t *tree) trainable() (all []*engine.Param) {
	for _, e := range t.entries {
		params := t.model.ParamsOf(e.name)
		if e.inner != nil {
			params = e.inner.trainable()
		}
		for _, p := range params {
			if p.Trainable {
				all = append(all, p)
			}
		}
	}
	return all
}

// stateIn reads the variables of an optimizer.
func stateIn(vars *hdf5.Group) (all []*tensor.Dense, err error) {
	if vars == nil {
		return nil, nil
	}
	for i := range vars.Datasets {
		d := vars.Dataset(strconv.Itoa(i))
		if d == nil {
			return nil, fmt.Errorf("the state of the optimizer: expected array %d of %d, got none", i, len(vars.Datasets))
		}
		v, err := variable(d, i == 0)
		if err != nil {
			return nil, fmt.Errorf("the state of the optimizer: array %d: %w", i, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// variable reads an array; the number of steps is an integer.
func variable(d *hdf5.Dataset, integer bool) (*tensor.Dense, error) {
	var backing any
	var err error
	switch {
	case integer:
		backing, err = d.Int64s()
	case d.Type == hdf5.Float64:
		backing, err = d.Float64s()
	default:
		backing, err = d.Float32s()
	}
	if err != nil {
		return nil, err
	}
	if d.Len() == 0 {
		return nil, fmt.Errorf("shape %v holds nothing", d.Shape)
	}
	if len(d.Shape) == 0 {
		return tensor.New(tensor.FromScalar(reflect.ValueOf(backing).Index(0).Interface())), nil
	}
	return tensor.New(tensor.WithShape(d.Shape...), tensor.WithBacking(backing)), nil
}

// restore gives the optimizer of a trainer the state of the file.
func (c *Compiled) restore(t *fit.Trainer) error {
	if c.state == nil || reflect.TypeOf(t.Config().Optimizer) != reflect.TypeOf(c.Config.Optimizer) {
		return nil
	}
	own, err := t.Optimizer().State()
	if err != nil {
		return err
	}
	head := headOf(own)
	values := make([]*tensor.Dense, len(own))
	for i, v := range own {
		values[i] = v.Value
	}
	switch {
	case len(c.state) <= head: // it was saved before the first step
		copy(values, c.state)
	default:
		saved, _, err := freshState(t.Config().Optimizer, c.trained, c.trained)
		if err != nil {
			return err
		}
		state := arranged(saved, c.state, c.grouped, own)
		if len(saved) != len(state) {
			return fmt.Errorf("the state of the optimizer %s: expected %d arrays, got %d", t.Config().Optimizer.Name(), len(saved), len(state))
		}
		here, _, err := freshState(t.Config().Optimizer, c.trained, t.Trained())
		if err != nil {
			return err
		}
		at := map[string]*tensor.Dense{}
		for i, name := range saved {
			at[name] = state[i]
		}
		for i, name := range here {
			if values[i] = at[name]; values[i] == nil {
				return fmt.Errorf("the state of the optimizer: it lacks %s", own[i].Name)
			}
		}
	}
	if err := t.Optimizer().SetState(values); err != nil {
		return fmt.Errorf("the state of the optimizer: %w", err)
	}
	return nil
}

// headOf counts what stands before the arrays of weights: the number of steps,
// and the learning rate where there is no schedule.
func headOf(state []optimizer.Variable) int {
	if len(state) > 1 && state[1].Name == "learning_rate" {
		return 2
	}
	return 1
}

// freshState lists what the state of an optimizer of some weights, some of all,
// consists of before the first step. A name is that of one array.
func freshState(o optimizer.Optimizer, all, some []*engine.Param) (names []string, state []optimizer.Variable, err error) {
	count := map[string]int{}
	for _, p := range all {
		count[p.Name]++
	}
	unique := map[*engine.Param]string{}
	for i, p := range all {
		unique[p] = p.Name
		if count[p.Name] > 1 { // in models inside the model
			unique[p] = fmt.Sprintf("%d/%s", i, p.Name)
		}
	}
	var weights []optimizer.Weight
	for _, p := range some {
		weights = append(weights, optimizer.Weight{Name: unique[p], Value: p.Value})
	}
	stepper, err := o.New(weights)
	if err != nil {
		return nil, nil, err
	}
	if state, err = stepper.State(); err != nil {
		return nil, nil, err
	}
	for _, v := range state {
		names = append(names, v.Name)
	}
	return names, state, nil
}

// writeState puts the state of a trainer's optimizer into the file of weights.
// Weights that it does not move, because no loss depends on them, have in Keras
// a state, too: that of the beginning.
func writeState(root *hdf5.Group, t *tree, trainer *fit.Trainer) error {
	o, all := trainer.Config().Optimizer, t.trainable()
	names, fresh, err := freshState(o, all, all)
	if err != nil {
		return err
	}
	here, _, err := freshState(o, all, trainer.Trained())
	if err != nil {
		return err
	}
	own, err := trainer.Optimizer().State()
	if err != nil {
		return err
	}
	current := map[string]*tensor.Dense{}
	for i, name := range here {
		current[name] = own[i].Value
	}
	vars := groupAt(root, "optimizer/vars")
	for i, name := range names {
		value := current[name]
		if value == nil {
			value = fresh[i].Value
		}
		d, err := stateDataset(i, fresh[i].Name, value)
		if err != nil {
			return fmt.Errorf("the state of the optimizer: %s: %w", fresh[i].Name, err)
		}
		vars.Datasets = append(vars.Datasets, d)
	}
	return nil
}

// stateDataset makes a dataset of a variable.
func stateDataset(i int, name string, value *tensor.Dense) (*hdf5.Dataset, error) {
	switch name {
	case "iteration":
		steps := value.ScalarValue().(int64)
		if steps > math.MaxInt32 {
			return hdf5.NewDataset(strconv.Itoa(i), nil, []int64{steps})
		}
		return hdf5.NewDataset(strconv.Itoa(i), nil, []int32{int32(steps)})
	case "learning_rate": // a float32 in Keras, which reads a wider one, too
		return hdf5.NewDataset(strconv.Itoa(i), nil, []float64{value.ScalarValue().(float64)})
	}
	return datasetOf(strconv.Itoa(i), value)
}
