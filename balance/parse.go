package balance

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Parse reads a policy: auto or balanced, log:MU, effective:BETA, inverse-sqrt,
// a JSON map such as {"0": 1, "1": 50}, a JSON list such as [1, 50],
// deferred:EPOCHS:POLICY for one of these later, or none, which gives nil. Parameters and weights out of range, keys that are not whole
// numbers and keys given twice are errors.
func Parse(spec string) (ClassWeight, error) {
	p, err := parse(strings.TrimSpace(spec))
	if err != nil {
		return nil, fmt.Errorf("balance: class weights %.100q: %w", spec, err)
	}
	if p == nil {
		return nil, nil
	}
	// Policies check their parameters whatever the counts.
	if _, err := p.Weights(Counts{{Class: 0, N: 1}}); err != nil {
		return nil, err
	}
	return p, nil
}

func parse(spec string) (ClassWeight, error) {
	name, value, valued := strings.Cut(spec, ":")
	switch {
	case strings.HasPrefix(spec, "{"):
		return parseMap(spec)
	case strings.HasPrefix(spec, "["):
		return parseList(spec)
	case spec == "none":
		return nil, nil
	case spec == "auto", spec == "balanced":
		return Auto{}, nil
	case spec == "inverse-sqrt":
		return InverseSqrt{}, nil
	case name == "log" && valued:
		mu, err := strconv.ParseFloat(value, 64)
		if err == nil && mu == 0 {
			err = errors.New("mu is 0, want a number above 0")
		}
		return LogDamped{Mu: mu}, err
	case name == "effective" && valued:
		beta, err := strconv.ParseFloat(value, 64)
		if beta == 0 {
			// The field's 0 stands for the default; the least number above 0
			// gives the weights of beta 0, all 1.
			beta = math.SmallestNonzeroFloat64
		}
		return EffectiveNumber{Beta: beta}, err
	case name == "deferred" && valued:
		epochs, then, _ := strings.Cut(value, ":")
		n, err := strconv.Atoi(epochs)
		if err != nil {
			return nil, err
		}
		d := Deferred{Epochs: n}
		if d.Then, err = parse(then); err == nil && d.Then == nil {
			err = errors.New("no class weights are deferred, want a policy")
		}
		return d, err
	}
	return nil, errors.New(`unknown policy, want auto, balanced, log:MU, effective:BETA, inverse-sqrt, deferred:EPOCHS:POLICY, none or a JSON map like {"0": 1, "1": 50}`)
}

func parseList(spec string) (ClassWeight, error) {
	var weights []*float64 // null would pass for 0 otherwise
	if err := json.Unmarshal([]byte(spec), &weights); err != nil {
		return nil, err
	}
	l := make(List, len(weights))
	for i, w := range weights {
		if w == nil {
			return nil, fmt.Errorf("weight of class %d is null, want a number", i)
		}
		l[i] = *w
	}
	return l, nil
}

// parseMap goes token by token, as Unmarshal would let the last of equal keys win.
func parseMap(spec string) (ClassWeight, error) {
	m := Map{}
	dec := json.NewDecoder(strings.NewReader(spec))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		class, err := strconv.Atoi(key.(string)) // the decoder accepts strings only
		if err != nil {
			return nil, fmt.Errorf("key %q is not a class, want a whole number", key)
		}
		if _, twice := m[class]; twice {
			return nil, fmt.Errorf("class %d is given twice", class)
		}
		var w *float64
		if err := dec.Decode(&w); err != nil {
			return nil, fmt.Errorf("weight of class %d: %w", class, err)
		}
		if w == nil {
			return nil, fmt.Errorf("weight of class %d is null, want a number", class)
		}
		m[class] = *w
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("something follows the JSON map")
	}
	return m, nil
}
