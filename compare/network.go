package compare

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// learningRate is Adam's.
const learningRate = 1e-3

// network makes the network for rows: a hidden layer of ReLU for each size, and
// one unit with a sigmoid. Embeddings stand beside the table.
func network(l layout, hidden []int, seed uint64) (*model.Model, error) {
	g := model.Config{Seed: seed}.Graph()
	var parts []model.Node
	plain, embedded, total, largest := l.plain, 0, 0, 0
	for j, c := range l.categories {
		if !l.embedded(j) {
			plain += c
			continue
		}
		embedded++
		total += c + 1
		largest = max(largest, c)
	}
	if plain > 0 {
		parts = append(parts, g.Add(layer.Input{Shape: []int{plain}, Name: "table"}))
	}
	if embedded > 0 {
		codes := g.Add(layer.Input{Shape: []int{embedded}, Name: "categories"})
		vectors := g.Add(layer.Embedding{InputDim: total, OutputDim: embeddingWidth(largest), Name: "embedding"}, codes)
		parts = append(parts, g.Add(layer.Flatten{Name: "flatten"}, vectors))
	}
	at := parts[0]
	if len(parts) > 1 {
		at = g.Add(layer.Concatenate{Name: "concatenate"}, parts...)
	}
	for _, units := range hidden {
		at = g.Add(layer.Dense{Units: units, Activation: layer.ReLU}, at)
	}
	return g.Model(g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "positive"}, at))
}

// embeddingWidth grows with the root of the number of categories, up to 16.
func embeddingWidth(categories int) int {
	return min(int(math.Ceil(math.Sqrt(float64(categories)))), 16)
}

// lossOf makes the loss of a strategy for the rows that it trains on.
func (s *Strategy) lossOf(counts [2]float64) loss.Loss {
	switch s.Loss {
	case Focal:
		return loss.BinaryFocalCrossentropy{Gamma: s.gamma()}
	case LogitAdjusted:
		return loss.LogitAdjusted{Counts: slices.Clone(counts[:]), Tau: s.tau()}
	}
	return loss.BinaryCrossentropy{}
}

func (s *Strategy) gamma() float64 {
	if s.Gamma == 0 {
		return 2
	}
	return s.Gamma
}

func (s *Strategy) tau() float64 {
	if s.Tau == 0 {
		return 1
	}
	return s.Tau
}

// compile prepares a training.
func (c *comparison) compile(s *Strategy, l layout, counts [2]float64, seed uint64) (*fit.Trainer, error) {
	m, err := network(l, c.Hidden, seed)
	if err != nil {
		return nil, err
	}
	return fit.Compile(m, fit.Config{
		Optimizer: optimizer.Adam{LearningRate: learningRate},
		Loss:      s.lossOf(counts),
		Logger:    c.log,
	})
}
