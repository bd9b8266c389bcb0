package archive

import (
	"fmt"

	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// checkMaskedGraph refuses what would be another model in Keras because of the
// way in which it carries masks.
func checkMaskedGraph(m *model.Model) error {
	s := m.Spec()
	byName := map[string]model.Use{}
	chain := true
	for _, u := range s.Layers {
		byName[u.Name] = u
		chain = chain && len(u.Calls) == 1 && len(u.Calls[0]) <= 1
	}
	for _, u := range s.Layers {
		for _, in := range u.Calls {
			_, masking := u.Layer.(layer.Masking)
			if masking && !chain {
				for name := range behind(byName, in, false) {
					if len(m.ParamsOf(name)) > 0 {
						return fmt.Errorf("layer %q (Masking) after layer %q (%s) with weights, in a graph with branches: Keras may count the layers in another order, and mistake their weights", u.Name, name, byName[name].Layer.Class())
					}
				}
			}
			if argumentsOf(u.Layer.Class())[0] != "sequences" || len(in) < 2 {
				continue
			}
			for name := range behind(byName, in[:1], true) {
				if makesMask(byName[name].Layer) {
					return fmt.Errorf("layer %q (%s) with initial states and the mask of layer %q: Keras does not use the mask there: drop it with a Reshape before", u.Name, u.Layer.Class(), name)
				}
			}
		}
	}
	return nil
}

func makesMask(l layer.Layer) bool {
	switch l := l.(type) {
	case layer.Masking:
		return true
	case layer.Embedding:
		return l.MaskZero
	}
	return false
}

// behind returns the layers that arrays come from, in any number of steps; where
// it is masks that are followed, not beyond layers that drop them.
func behind(byName map[string]model.Use, refs []model.Ref, masks bool) map[string]bool {
	seen := map[string]bool{}
	left := append([]model.Ref(nil), refs...)
	for len(left) > 0 {
		name := left[0].Layer
		left = left[1:]
		u := byName[name]
		switch u.Layer.(type) {
		case layer.Reshape, layer.Flatten:
			if masks {
				continue
			}
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		for _, in := range u.Calls {
			left = append(left, in...)
		}
	}
	return seen
}
