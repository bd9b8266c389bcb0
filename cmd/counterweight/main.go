// Command counterweight trains, evaluates and uses networks on imbalanced data
// from the command line: models are Keras's .keras files, data are numpy's
// arrays and CSV files.
//
//	go install github.com/counterweight-go/counterweight/cmd/counterweight@latest
//	counterweight weights --y labels.npy --mode auto
//	counterweight help
//
// Every command is a thin door to the packages of this module. Results go to
// standard output or to the named file, notices and progress to standard error.
//
// It exits with 0 when the work is done; 1 when the data, a file, the model or
// the run was bad; 2 when it was used in a wrong way, which can be told without
// opening a file; and 130 when it was interrupted.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	debug.SetTraceback("none") // of goroutines, where nothing can recover
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(execute(ctx, newRoot(), os.Args[1:], os.Stdout, os.Stderr))
}
