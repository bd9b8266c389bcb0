package registry_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/internal/registry"
)

// A metric that has a number for each class in Keras says that it has one here.
func TestNoticeOfAverages(t *testing.T) {
	old := slog.Default()
	defer slog.SetDefault(old)
	for config, notices := range map[string]int{
		`{"class_name": "F1Score", "config": {"average": null}}`:                    1,
		`{"class_name": "FBetaScore", "config": {"average": null, "beta": 2}}`:      1,
		`{"class_name": "FBetaScore", "config": {"average": "macro", "beta": 2}}`:   0,
		`{"class_name": "FBetaScore", "config": {"average": "micro", "beta": 1.5}}`: 0,
	} {
		var log bytes.Buffer
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		var raw any
		if err := json.Unmarshal([]byte(config), &raw); err != nil {
			t.Fatal(err)
		}
		if _, err := registry.Decode[metric.Metric](raw); err != nil {
			t.Errorf("%s: %v", config, err)
		}
		if got := strings.Count(log.String(), "level=WARN"); got != notices {
			t.Errorf("%s: %d notices, want %d: %s", config, got, notices, &log)
		}
	}
}
