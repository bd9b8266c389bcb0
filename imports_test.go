package counterweight_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/counterweight-go/counterweight"

// rooms are the packages from the ground up: a package may import what stands
// in its own list, and nothing else of this module.
var rooms = map[string][]string{
	"internal/half":       nil,
	"data/npy":            {"internal/half"},
	"data/safetensors":    {"internal/half"},
	"internal/atomicfile": nil,
	"internal/tfevents":   nil,

	"internal/grid":        nil,
	"internal/fingerprint": nil,
	"internal/goroutines":  nil,
	"internal/hdf5":        {"internal/half"},
	"internal/kernel":      nil,
	"internal/names":       nil,
	"internal/nprand":      nil,
	"internal/ordered":     nil,
	"internal/rank":        nil,
	"internal/vectors":     nil,
	"internal/op":          {"internal/kernel"},
	"internal/engine":      {"internal/op", "internal/kernel"},
	"model/initializer":    nil,
	"model/regularizer":    {"internal/kernel"},
	"model/constraint":     {"internal/kernel"},
	"model/layer":          {"model/initializer", "model/regularizer", "model/constraint", "internal/engine", "internal/op", "internal/fingerprint", "internal/kernel", "internal/names"},
	"model": {
		"model/layer", "model/initializer", "model/regularizer", "model/constraint", "internal/engine", "internal/op", "internal/fingerprint", "internal/kernel",
		"data/npy", "data/safetensors", "internal/half", "internal/atomicfile", "internal/names",
	},
	"archive/onnx": {
		"model", "model/layer", "model/initializer", "model/regularizer", "model/constraint", "internal/engine", "internal/op", "internal/fingerprint", "internal/kernel",
		"data/npy", "data/safetensors", "internal/half", "internal/atomicfile", "internal/names",
	},
	"loss":              {"internal/names", "internal/engine", "internal/op", "internal/kernel"},
	"data":              {"internal/kernel"},
	"data/handbook":     {"data", "internal/nprand", "internal/kernel"},
	"data/table":        {"data", "internal/kernel"},
	"data/records":      {"data", "data/table", "internal/kernel"},
	"data/parquet":      {"data", "data/records", "data/table", "internal/half", "internal/kernel"},
	"data/ondisk":       {"data", "data/npy", "internal/half", "internal/kernel"},
	"balance":           {"data", "internal/kernel"},
	"balance/calibrate": {"internal/rank"},
	"balance/sampler":   {"data", "internal/kernel", "internal/kmeans", "internal/neighbours", "internal/nprand", "internal/svm"},
	"fit/optimizer":     {"fit/optimizer/schedule", "internal/kernel", "internal/names"},
	"fit/metric":        {"internal/grid", "internal/rank", "internal/names"},
	"fit/callback": {
		"fit/metric", "fit/optimizer", "fit/optimizer/schedule", "model", "model/layer", "model/initializer", "model/regularizer", "model/constraint",
		"data/npy", "data/safetensors", "internal/half", "internal/atomicfile", "internal/tfevents", "internal/engine", "internal/op", "internal/fingerprint", "internal/kernel", "internal/grid", "internal/rank", "internal/names",
	},
	"fit": {
		"fit/optimizer", "fit/optimizer/schedule", "fit/metric", "fit/callback", "balance", "balance/sampler", "data", "loss", "model", "model/layer", "model/initializer", "model/regularizer", "model/constraint",
		"internal/engine", "internal/op", "internal/fingerprint", "internal/kernel", "internal/kmeans", "internal/names", "internal/neighbours", "internal/nprand", "internal/grid", "internal/rank", "internal/svm",
		"data/npy", "data/safetensors", "internal/half", "internal/atomicfile", "internal/tfevents",
	},
	"fit/optimizer/schedule": nil,

	"internal/registry": {
		"balance/sampler", "data", "internal/kmeans", "internal/neighbours", "internal/nprand", "internal/svm",
		"fit/optimizer", "fit/optimizer/schedule", "fit/metric", "loss", "model/layer", "model/initializer", "model/regularizer", "model/constraint",
		"internal/engine", "internal/op", "internal/fingerprint", "internal/kernel", "internal/names", "internal/grid", "internal/rank",
	},

	"internal/neighbours": {"internal/kernel"},
	"internal/kmeans":     {"internal/kernel", "internal/neighbours", "internal/nprand"},
	"internal/svm":        {"internal/kernel", "internal/neighbours"},
	"internal/scores":     {"fit/metric", "balance/calibrate", "data", "internal/half", "internal/kernel", "internal/names", "internal/grid", "internal/rank"},

	"archive": {
		"fit", "fit/optimizer", "fit/optimizer/schedule", "fit/metric", "fit/callback", "balance", "balance/sampler", "data", "loss",
		"model", "model/layer", "model/initializer", "model/regularizer", "model/constraint",
		"internal/engine", "internal/op", "internal/fingerprint", "internal/kernel", "internal/kmeans", "internal/names", "internal/neighbours", "internal/nprand",
		"internal/grid", "internal/rank", "internal/registry", "internal/svm", "internal/hdf5", "internal/half", "data/npy", "data/safetensors", "internal/atomicfile", "internal/tfevents",
	},

	"compare": anything,
}

// anything marks a room above all others but programs.
var anything = []string{"anything"}

// Imports point downwards only. Programs, benchmarks and this package stand on
// top and may import anything; nothing may import them.
func TestImportsPointDownwards(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Deps \" \"}}", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		paths := strings.Fields(line)
		room, ours := strings.CutPrefix(paths[0], module+"/")
		if !ours { // the package at the root
			continue
		}
		top := strings.HasPrefix(room, "examples/") || strings.HasPrefix(room, "bench/") || strings.HasPrefix(room, "cmd/")
		allowed, known := rooms[room]
		if !known && !top {
			t.Errorf("%s has no place in the list of rooms", room)
			continue
		}
		seen[room] = true
		for _, dep := range paths[1:] {
			lower, ours := strings.CutPrefix(dep, module+"/")
			if !ours {
				continue
			}
			if _, below := rooms[lower]; !below {
				t.Errorf("%s imports %s, which stands above everything", room, lower)
			}
			if !top && !slices.Equal(allowed, anything) && !slices.Contains(allowed, lower) {
				t.Errorf("%s imports %s, expected at most %v", room, lower, allowed)
			}
		}
	}
	for room := range rooms {
		if !seen[room] {
			t.Errorf("%s is in the list of rooms but not in the module", room)
		}
	}
}

// Gorgonia stays behind the engine; the public packages show its tensors only,
// but for the doors by which its solvers and a user's own loss and layer come in.
func TestGorgoniaStaysInside(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		paths := strings.Fields(line)
		inside := slices.Contains([]string{module + "/internal/op", module + "/internal/engine", module + "/fit/optimizer", module + "/loss", module + "/model/layer"}, paths[0])
		if slices.Contains(paths[1:], "gorgonia.org/gorgonia") != inside {
			t.Errorf("%s: imports gorgonia.org/gorgonia: %v, expected %v", paths[0], !inside, inside)
		}
	}
}
