// Command peers is this project's side of the comparison that the script run in
// this folder makes; see ../README.md. It prints one line of JSON for a
// workload, or a table of how cost grows.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("peers", flag.ContinueOnError)
	list := flags.Bool("list", false, "print the names of the workloads that are here")
	version := flags.Bool("version", false, "print what this program was built with")
	path := flags.String("spec", "", "run the workload that this `file` describes")
	overhead := flags.Bool("overhead", false, "with -spec: measure what weights add to an epoch instead")
	products := flags.Bool("gemm", false, "time the matrix products that standard input asks for, a line each: NN M N K SECONDS")
	growth := flags.String("growth", "", "print how cost grows along an `axis`: "+strings.Join(axisNames(), ", "))
	quick := flags.Bool("quick", false, "with -growth: small sizes, to see that it works")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *list:
		for _, w := range workloads() {
			fmt.Fprintln(out, w.name)
		}
		return nil
	case *version:
		fmt.Fprintf(out, "%s, %s\n", runtime.Version(), kernel.Describe())
		return nil
	case *products:
		return gemm(os.Stdin, out)
	case *growth != "":
		return grow(out, *growth, *quick)
	case *path == "":
		return fmt.Errorf("nothing to do: give one of -spec, -list, -version, -growth, -gemm")
	}
	s, err := load(*path)
	if err != nil {
		return err
	}
	w, err := find(s.Workload)
	if err != nil {
		return err
	}
	var result any
	if *overhead {
		result, err = w.overhead(s)
	} else {
		result, err = w.measure(w, s)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.Workload, err)
	}
	return json.NewEncoder(out).Encode(result)
}
