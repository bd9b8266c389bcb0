// Command ranking is this project's side of the comparison that the script run
// in this folder makes; see ../README.md. It prints one line of JSON: the value
// of a statistic and the seconds it took, reading the files not counted.
package main

import (
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/counterweight-go/counterweight/fit/metric"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "ranking:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("ranking", flag.ContinueOnError)
	folder := flags.String("folder", ".", "where the files lie: raw little-endian float32")
	scores := flags.String("scores", "scores", "the `name` of the scores, in name.f32")
	weights := flags.String("weights", "", "the `name` of the weights; empty for none")
	statistic := flags.String("statistic", "roc_auc", "roc_auc or average_precision")
	if err := flags.Parse(args); err != nil {
		return err
	}
	measure := map[string]func(y, s, w []float32) (float64, error){
		"roc_auc":           metric.ROCAUCScore[float32],
		"average_precision": metric.AveragePrecisionScore[float32],
	}[*statistic]
	if measure == nil {
		return fmt.Errorf("unknown statistic %q, want roc_auc or average_precision", *statistic)
	}
	y, err := read(*folder, "labels")
	if err != nil {
		return err
	}
	s, err := read(*folder, *scores)
	if err != nil {
		return err
	}
	var w []float32
	if *weights != "" {
		if w, err = read(*folder, *weights); err != nil {
			return err
		}
	}
	start := time.Now()
	value, err := measure(y, s, w)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(map[string]float64{"value": value, "seconds": time.Since(start).Seconds()})
}

func read(folder, name string) ([]float32, error) {
	raw, err := os.ReadFile(filepath.Join(folder, name+".f32"))
	if err != nil {
		return nil, err
	}
	if len(raw)%4 != 0 {
		return nil, fmt.Errorf("%s.f32 holds %d bytes, want a multiple of 4", name, len(raw))
	}
	x := make([]float32, len(raw)/4)
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return x, nil
}
