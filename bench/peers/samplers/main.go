// Command samplers is this project's side of the comparison that the script run
// in this folder makes; see ../../README.md. It resamples the table in FOLDER/x.npy
// and y.npy and prints one line of JSON: the seconds of each time, reading not
// counted, and the peak memory of the process.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
)

// samplers are those that are compared, with the settings that are the default
// on both sides.
var samplers = map[string]sampler.Sampler{
	"SMOTE":                   sampler.SMOTE{Seed: 1},
	"BorderlineSMOTE":         sampler.BorderlineSMOTE{Seed: 1},
	"TomekLinks":              sampler.TomekLinks{},
	"EditedNearestNeighbours": sampler.EditedNearestNeighbours{},
	"NearMiss":                sampler.NearMiss{},
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "samplers:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("samplers", flag.ContinueOnError)
	folder := flags.String("folder", ".", "where x.npy and y.npy lie")
	name := flags.String("sampler", "SMOTE", "the `name` of a sampler")
	times := flags.Int("times", 1, "how often")
	save := flags.String("save", "", "write the rows to PREFIX-x.npy and PREFIX-y.npy")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, ok := samplers[*name]
	if !ok {
		var names []string
		for name := range samplers {
			names = append(names, name)
		}
		slices.Sort(names)
		return fmt.Errorf("unknown sampler %q, want one of %s", *name, strings.Join(names, ", "))
	}
	x, err := npy.ReadFile(filepath.Join(*folder, "x.npy"))
	if err != nil {
		return err
	}
	y, err := npy.ReadFile(filepath.Join(*folder, "y.npy"))
	if err != nil {
		return err
	}
	var answer struct {
		Seconds []float64 `json:"seconds"`
		Rows    int       `json:"rows"`
		Peak    int       `json:"peak"` // bytes
	}
	for range *times {
		start := time.Now()
		xs, ys, err := s.Resample(context.Background(), x, y)
		if err != nil {
			return err
		}
		answer.Seconds = append(answer.Seconds, time.Since(start).Seconds())
		answer.Rows = xs.Shape()[0]
		if *save != "" {
			if err := write(*save+"-x.npy", xs); err != nil {
				return err
			}
			if err := write(*save+"-y.npy", ys); err != nil {
				return err
			}
		}
	}
	sort.Float64s(answer.Seconds)
	if answer.Peak, err = peak(); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(answer)
}

func write(path string, t *tensor.Dense) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := npy.Write(file, t); err != nil {
		return err
	}
	return file.Close()
}

// peak returns the most memory that the process had, in bytes, where Linux tells.
func peak() (int, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, nil
	}
	for line := range strings.Lines(string(text)) {
		var kib int
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kib); n == 1 {
			return kib << 10, nil
		}
	}
	return 0, fmt.Errorf("/proc/self/status has no VmHWM")
}
