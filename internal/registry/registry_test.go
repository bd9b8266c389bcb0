package registry_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"github.com/google/go-cmp/cmp"
)

// decoders are those of each room of Keras.
var decoders = map[string]func(any) (any, error){
	"layers":               decoderOf[layer.Layer],
	"losses":               decoderOf[loss.Loss],
	"metrics":              decoderOf[metric.Metric],
	"optimizers":           decoderOf[optimizer.Optimizer],
	"optimizers.schedules": decoderOf[schedule.Schedule],
	"initializers":         decoderOf[initializer.Initializer],
	"regularizers":         decoderOf[regularizer.Regularizer],
	"constraints":          decoderOf[constraint.Constraint],
}

func decoderOf[T any](raw any) (any, error) {
	v, err := registry.Decode[T](raw)
	return v, err
}

// roundTrip checks that a config of Keras's is understood and written again as
// it was, and tells whether there is such a class here.
func roundTrip(t *testing.T, room string, raw map[string]any) bool {
	t.Helper()
	name := raw["class_name"].(string)
	decode := decoders[room]
	if strings.Contains(name, "Cell") {
		decode = decoderOf[layer.Cell]
	}
	v, err := decode(raw)
	if !slices.Contains(registry.Names(room), name) {
		if err == nil || !strings.Contains(err.Error(), "unknown") {
			t.Errorf("%s: there is no such class, but got %v, %v", name, v, err)
		}
		return false
	}
	if err != nil {
		t.Error(err)
		return true
	}
	out, err := registry.Encode(v)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return true
	}
	if name != "Constant" && name != "FBetaScore" || classIn(out) == name { // which Zeros and F1Score may be
		compare(t, name, raw, out)
	}
	again, err := decode(through(t, out))
	if err != nil {
		t.Errorf("%s: reading what was written: %v", name, err)
	} else if diff := cmp.Diff(v, again); diff != "" {
		t.Errorf("%s: read again: %s", name, diff)
	}
	return true
}

// classIn returns the class of a config.
func classIn(config any) any {
	object, _ := config.(map[string]any)
	return object["class_name"]
}

// compare checks that all of Keras's keys are there with the same meaning.
func compare(t *testing.T, path string, want, got any) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		if w["class_name"] == "DTypePolicy" {
			return
		}
		g, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s: expected %v, got %v", path, want, got)
			return
		}
		for key, value := range w {
			switch key {
			case "shared_object_id", "build_config", "inbound_nodes":
				continue
			case "name":
				if _, written := g[key]; !written { // of an optimizer, a loss, a schedule
					continue
				}
			case "attention_axes": // 1, the timesteps, is what null means
				if axes, _ := value.([]any); len(axes) == 1 && axes[0] == 1. && g[key] == nil {
					continue
				}
			case "average": // of null, a number for each class, the mean is taken
				if value == nil && g[key] == "macro" {
					continue
				}
			case "module", "registered_name":
				if _, custom := w["registered_name"].(string); custom {
					continue
				}
			}
			if _, ok := g[key]; !ok && key != "trainable" && key != "dtype" {
				t.Errorf("%s.%s: missing, expected %v", path, key, value)
			} else if ok {
				compare(t, path+"."+key, value, g[key])
			}
		}
	case []any:
		if len(w) == 1 {
			if _, list := got.([]any); !list {
				compare(t, path, w[0], got)
				return
			}
		}
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			t.Errorf("%s: expected %v, got %v", path, want, got)
			return
		}
		for i := range w {
			compare(t, fmt.Sprintf("%s[%d]", path, i), w[i], g[i])
		}
	case float64:
		if g, float := got.(registry.Float); float {
			got = float64(g)
		}
		if g, ok := got.(float64); !ok || math.Abs(g-w) > 1e-7*math.Abs(w) {
			t.Errorf("%s: expected %v, got %v", path, want, got)
		}
	default:
		if !cmp.Equal(want, got) && !(want == nil && cmp.Equal(got, []any{})) {
			t.Errorf("%s: expected %v, got %v", path, want, got)
		}
	}
}

// through returns what is left of a config in a file.
func through(t *testing.T, config any) any {
	t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t *testing.T, path string, out any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The defaults of all of Keras's classes.
func TestKerasDefaults(t *testing.T) {
	var rooms map[string]any
	read(t, "testdata/configs.json", &rooms)
	rooms["optimizers.schedules"] = rooms["schedules"]
	for room := range decoders {
		here, all := 0, rooms[room].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			raw, _ := all[name].(map[string]any)
			if raw["error"] == nil && roundTrip(t, room, raw) {
				here++
			}
		}
		t.Logf("%d of %d %s", here, len(all), room)
	}
}

// The configs of Keras's layers that the reference numbers are of.
func TestKerasLayers(t *testing.T) {
	var configs []map[string]any
	read(t, "testdata/layers.json", &configs)
	here := 0
	for _, raw := range configs {
		if roundTrip(t, "layers", raw) {
			here++
		}
	}
	t.Logf("%d of %d", here, len(configs))
}

// Everything that stands in archives that Keras has written.
func TestKerasArchives(t *testing.T) {
	files, err := filepath.Glob("testdata/*_*.json")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var archive any
			read(t, file, &archive)
			found := 0
			walk(archive, func(object map[string]any) {
				module, _ := object["module"].(string)
				room := strings.TrimPrefix(module, "keras.")
				if strings.Contains(module, ".optimizers.torch") {
					room = "optimizers"
				}
				if _, known := decoders[room]; known && roundTrip(t, room, object) {
					found++
				}
			})
			if found == 0 {
				t.Error("no object found")
			}
			t.Logf("%d objects", found)
		})
	}
}

func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["class_name"]; ok {
			visit(v)
		}
		for _, inner := range v {
			walk(inner, visit)
		}
	case []any:
		for _, inner := range v {
			walk(inner, visit)
		}
	}
}
