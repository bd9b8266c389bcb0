package main

import (
	"fmt"
	"os"
	"time"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// newVerbose is Keras's verbose: nothing, a bar on a terminal, lines.
func newVerbose() choice { return choice{words: []string{"0", "1", "2"}, at: 1} }

// onTerminal tells whether standard error is a terminal.
func onTerminal(cmd *cobra.Command) bool {
	file, ok := cmd.ErrOrStderr().(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// tellPass tells of a pass over data as the line with which Keras's evaluate and
// predict end: on a terminal, or on request.
func tellPass(cmd *cobra.Command, verbose choice, rows, batch int, took time.Duration, logs *fit.Logs) {
	if verbose.at == 0 || verbose.at == 1 && !onTerminal(cmd) {
		return
	}
	steps := (rows + batch - 1) / batch
	line := fmt.Sprintf("%d/%d - %.0fs - %v/step", steps, steps, took.Seconds(), (took / time.Duration(max(steps, 1))).Round(time.Microsecond))
	if logs != nil {
		for key, value := range logs.All() {
			line += fmt.Sprintf(" - %s: %.4f", key, value)
		}
	}
	fmt.Fprintln(cmd.ErrOrStderr(), line)
}

// rowsOf is the number of rows of arrays in memory.
func rowsOf(many fit.Many) (rows int) {
	for _, t := range many.X.(fit.Named) {
		if t.Dims() > 0 { // what else it may be is told by who takes it
			rows = t.Shape()[0]
		}
	}
	return rows
}
