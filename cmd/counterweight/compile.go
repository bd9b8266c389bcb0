package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/spf13/cobra"
)

// compilation are the flags that say how a model is trained where its archive
// does not, or otherwise than that.
type compilation struct {
	optimizer         *parsed[optimizer.Optimizer]
	losses            *named[loss.Loss]
	metrics, weighted *named[[]metric.Metric]
}

func newCompilation(cmd *cobra.Command) compilation {
	c := compilation{
		optimizer: &parsed[optimizer.Optimizer]{parse: parseOptimizer, kind: "NAME|JSON"},
		losses:    &named[loss.Loss]{parse: parseConfig[loss.Loss], kind: "NAME|JSON"},
		metrics:   &named[[]metric.Metric]{parse: parseMetrics, kind: "LIST"},
		weighted:  &named[[]metric.Metric]{parse: parseMetrics, kind: "LIST"},
	}
	flags := cmd.Flags()
	flags.Var(c.optimizer, "optimizer", "by Keras's name, or its config; begins without state")
	flags.Var(c.losses, "loss", "by Keras's name, or its config")
	flags.Var(c.metrics, "metrics", "names joined by commas, or a JSON list")
	flags.Var(c.weighted, "weighted-metrics", "the same, for metrics that see the sample weights")
	suggest(cmd, "optimizer", optimizer.Names()...)
	return c
}

// parseConfig reads a name of Keras's, or a config as JSON.
func parseConfig[T any](text string) (T, error) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") {
		return registry.Decode[T](text)
	}
	raw, err := parseJSON(text)
	if err != nil {
		var none T
		return none, err
	}
	return registry.Decode[T](raw)
}

// parseOptimizer checks the settings, too, for which it takes no model.
func parseOptimizer(text string) (optimizer.Optimizer, error) {
	o, err := parseConfig[optimizer.Optimizer](text)
	if err != nil || o == nil {
		return o, err
	}
	_, err = o.New(nil)
	return o, err
}

func parseMetrics(text string) ([]metric.Metric, error) {
	text = strings.TrimSpace(text)
	var raw []any
	switch {
	case text == "":
	case strings.HasPrefix(text, "["):
		list, err := parseJSON(text)
		if err != nil {
			return nil, err
		}
		raw = list.([]any)
	case strings.HasPrefix(text, "{"):
		one, err := parseJSON(text)
		if err != nil {
			return nil, err
		}
		raw = []any{one}
	default:
		for name := range strings.SplitSeq(text, ",") {
			raw = append(raw, strings.TrimSpace(name))
		}
	}
	all := []metric.Metric{}
	for _, r := range raw {
		m, err := registry.Decode[metric.Metric](r)
		if err != nil {
			return nil, err
		}
		if m == nil {
			return nil, errors.New("expected names or configs of metrics, got null")
		}
		all = append(all, m)
	}
	return all, nil
}

// parseJSON reads one JSON value.
func parseJSON(text string) (any, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	var raw any
	if err := dec.Decode(&raw); err != nil {
		return nil, fmt.Errorf("bad JSON: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("bad JSON: something follows the value")
	}
	return raw, nil
}

// trainer compiles the model of an archive. An optimizer that was named begins
// anew, that of the archive goes on.
func (c compilation) trainer(a *archive.Archive, set func(*fit.Config)) (*fit.Trainer, error) {
	var config fit.Config
	if a.Compiled != nil {
		config = a.Compiled.Config
	} else if c.optimizer.value == nil || !c.losses.given() {
		why := "it is not compiled"
		if a.Uncompiled != nil {
			why = fmt.Sprintf("how it was compiled is not known here (%v)", a.Uncompiled)
		}
		return nil, fmt.Errorf("%s: expected --optimizer and --loss", why)
	}
	if err := c.override(a, &config); err != nil {
		return nil, err
	}
	set(&config)
	if c.optimizer.value != nil || a.Compiled == nil {
		return fit.Compile(a.Model, config)
	}
	return a.Trainer(func(to *fit.Config) { *to = config })
}

// override puts what the flags say in place of what the archive says.
func (c compilation) override(a *archive.Archive, config *fit.Config) error {
	outputs := a.Model.OutputNames()
	if c.optimizer.value != nil {
		config.Optimizer = c.optimizer.value
	}
	if c.losses.given() {
		if len(c.losses.names) == 1 && c.losses.names[0] == "" {
			config.Loss, config.Losses = c.losses.values[0], nil
		} else {
			named, err := c.losses.among("loss", outputs)
			if err != nil {
				return err
			}
			losses := map[string]loss.Loss{}
			for _, name := range outputs {
				switch {
				case named[name] != nil:
					losses[name] = named[name]
				case config.Loss != nil:
					losses[name] = config.Loss
				case config.Losses[name] != nil:
					losses[name] = config.Losses[name]
				}
			}
			config.Loss, config.Losses = nil, losses
		}
	}
	err := overrideMetrics("metrics", c.metrics, outputs, &config.Metrics, &config.OutputMetrics)
	if err == nil {
		err = overrideMetrics("weighted-metrics", c.weighted, outputs, &config.WeightedMetrics, &config.WeightedOutputMetrics)
	}
	return err
}

func overrideMetrics(flag string, given *named[[]metric.Metric], outputs []string, all *[]metric.Metric, each *map[string][]metric.Metric) error {
	if !given.given() {
		return nil
	}
	named, err := given.among(flag, outputs)
	if err != nil {
		return err
	}
	if len(outputs) == 1 {
		*all, *each = named[outputs[0]], nil
		return nil
	}
	merged := map[string][]metric.Metric{}
	for _, name := range outputs {
		merged[name] = (*each)[name]
		if list, ok := named[name]; ok {
			merged[name] = list
		}
	}
	*each = merged
	return nil
}
