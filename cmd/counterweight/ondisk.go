package main

import (
	"os"
	"strings"

	"github.com/counterweight-go/counterweight/data/ondisk"
	"github.com/counterweight-go/counterweight/model"
)

// inMemory is the size up to which arrays are read into memory whole.
const inMemory = 1 << 30

// onDisk opens large arrays that can stay on disk: those of whole .npy files, with
// weights for each output. It returns nil for others.
func (d dataset) onDisk(m *model.Model) (*ondisk.Dataset, error) {
	var size int64
	for _, n := range []*named[source]{d.x, d.y, d.w} {
		for _, s := range n.values {
			if !strings.HasSuffix(s.path, ".npy") {
				return nil, nil
			}
			if info, err := os.Stat(s.path); err == nil { // otherwise reading it says why
				size += info.Size()
			}
		}
	}
	inputs, outputs := m.InputNames(), m.OutputNames()
	if size <= d.memory || len(outputs) > 1 && len(d.w.names) == 1 && d.w.names[0] == "" {
		return nil, nil
	}
	x, err := d.x.among(d.prefix+"x", inputs)
	if err != nil {
		return nil, err
	}
	y, err := d.y.among(d.prefix+"y", outputs)
	if err != nil {
		return nil, err
	}
	w, err := d.w.among(d.prefix+"sample-weight", outputs)
	if err != nil {
		return nil, err
	}
	for _, name := range inputs {
		if _, ok := x[name]; !ok {
			return nil, d.lacks(name)
		}
	}
	return ondisk.OpenMany(inOrder(x, inputs), inOrder(y, outputs), inOrder(w, outputs))
}

func inOrder(paths map[string]source, names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, paths[name].path)
	}
	return all
}
