package fit

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/names"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
)

// Names is a [Config] in the strings of Keras's compile, for settings that come
// from a file or a command line. Each stands for a struct with its default
// settings; programs set the structs themselves.
type Names struct {
	Optimizer string // as in optimizer.ByName; "" means "rmsprop"
	// Loss is as in loss.ByName, or "crossentropy" ("ce"), which depends on the
	// shapes of predictions and targets: see loss.Resolve. Losses, in its place,
	// has those of outputs by name.
	Loss                     string
	Losses                   map[string]string
	Metrics, WeightedMetrics []string // as in metric.ByName; the name is the key in logs
	// OutputMetrics and WeightedOutputMetrics are those of outputs by name.
	OutputMetrics, WeightedOutputMetrics map[string][]string
}

// Config returns the settings that the names stand for. y gives the targets of
// training, which only "crossentropy" looks at, for their shape; nil without it.
// It is an error, which says what is near, if a name is unknown; [Compile] says
// whether the rest fits the model.
func (n Names) Config(m *model.Model, y Arrays) (Config, error) {
	var c Config
	var err error
	if m == nil {
		return c, fmt.Errorf("fit: the model is nil")
	}
	if n.Optimizer == "" {
		n.Optimizer = "rmsprop"
	}
	if c.Optimizer, err = optimizer.ByName(n.Optimizer); err != nil {
		return Config{}, fmt.Errorf("fit: %w", err)
	}
	if c.Metrics, err = metricsByName(n.Metrics); err != nil {
		return Config{}, err
	}
	if c.WeightedMetrics, err = metricsByName(n.WeightedMetrics); err != nil {
		return Config{}, err
	}
	if c.OutputMetrics, err = outputMetricsByName(n.OutputMetrics); err != nil {
		return Config{}, err
	}
	if c.WeightedOutputMetrics, err = outputMetricsByName(n.WeightedOutputMetrics); err != nil {
		return Config{}, err
	}
	if err := n.losses(&c, m, y); err != nil {
		return Config{}, err
	}
	return c, nil
}

// losses sets the losses of a config.
func (n Names) losses(c *Config, m *model.Model, y Arrays) error {
	named := n.Losses
	outputs := m.OutputNames()
	switch {
	case n.Loss != "" && n.Losses != nil:
		return fmt.Errorf("fit: Names.Loss and Names.Losses are given, expected one of them")
	case n.Loss == "" && len(n.Losses) == 0:
		return fmt.Errorf("fit: Names.Loss is empty, expected the name of a loss")
	case n.Loss != "":
		l, err := loss.ByName(n.Loss)
		if err == nil {
			c.Loss = l
			return nil
		}
		if !isCrossentropy(n.Loss) {
			return fmt.Errorf("fit: %w", err)
		}
		named = map[string]string{}
		for _, output := range outputs {
			named[output] = n.Loss
		}
	}
	c.Losses = map[string]loss.Loss{}
	for output, name := range named {
		var yTrue, yPred []int
		if isCrossentropy(name) {
			i := slices.Index(outputs, output)
			if i < 0 {
				return fmt.Errorf("fit: Names.Losses names output %q, expected one of %q", output, outputs)
			}
			if y == nil {
				return fmt.Errorf("fit: the loss %q depends on the shape of the targets: expected y", name)
			}
			targets, err := y.pick("y", outputs)
			if err != nil {
				return err
			}
			if targets[i] == nil {
				return fmt.Errorf("fit: the loss %q depends on the shape of the targets, and y has none of output %q", name, output)
			}
			yTrue, yPred = targets[i].Shape(), batchOf(1, m.OutputShapes()[i])
		}
		l, err := loss.Resolve(name, yTrue, yPred)
		if err != nil {
			return fmt.Errorf("fit: %w", err)
		}
		c.Losses[output] = l
	}
	if n.Loss != "" && len(outputs) == 1 {
		c.Loss, c.Losses = c.Losses[outputs[0]], nil
	}
	return nil
}

// isCrossentropy tells whether a name needs shapes to mean a loss.
func isCrossentropy(name string) bool {
	key := names.Key(name)
	return key == "crossentropy" || key == "ce"
}

func metricsByName(list []string) ([]metric.Metric, error) {
	var all []metric.Metric
	for _, name := range list {
		m, err := metric.ByName(name)
		if err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
		all = append(all, m)
	}
	return all, nil
}

func outputMetricsByName(lists map[string][]string) (map[string][]metric.Metric, error) {
	if lists == nil {
		return nil, nil
	}
	all := map[string][]metric.Metric{}
	for output, list := range lists {
		var err error
		if all[output], err = metricsByName(list); err != nil {
			return nil, fmt.Errorf("%w (output %q)", err, output)
		}
	}
	return all, nil
}
