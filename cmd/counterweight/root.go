package main

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/counterweight-go/counterweight/internal/names"
	"github.com/spf13/cobra"
)

// newRoot makes the program's commands, one file each.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "counterweight",
		Short: "Train, evaluate and use networks on imbalanced data",
		Long: `Train, evaluate and use networks on imbalanced data. Models are Keras's .keras
files, data are numpy's arrays (FILE.npy, FILE.npz:key) and CSV files.

Exit status: 0 done; 1 the data, a file, the model or the run was bad; 2 wrong
use; 130 interrupted.`,
		Example: `  counterweight weights --y labels.npy --mode auto`,
		Version: version(),
		// Errors are told once, in one line, by run.
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.AddCommand(
		newCompare(), newEvaluate(), newFit(), newMetrics(), newPredict(), newResample(), newSummary(), newWeights(),
	)
	// Packages tell of what has no effect through slog.
	root.PersistentPreRun = func(cmd *cobra.Command, _ []string) { slog.SetDefault(notices(cmd)) }
	root.RunE = runs(func(*cobra.Command) error {
		args := root.Flags().Args()
		if len(args) == 0 {
			return usagef("expected a command")
		}
		var known []string
		for _, c := range root.Commands() {
			known = append(known, c.Name())
		}
		return usageError{names.Unknown("unknown command", args[0], known)}
	})
	strictHelp(root)
	return root
}

// strictHelp makes the commands that cobra adds refuse names that are none.
func strictHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Example = "  counterweight help fit"
			c.Args = func(_ *cobra.Command, args []string) error {
				if _, rest, err := root.Find(args); err != nil || len(rest) > 0 {
					return fmt.Errorf("unknown help topic %q", strings.Join(args, " "))
				}
				return nil
			}
		case "completion":
			c.Example = "  counterweight completion bash"
			c.RunE = runs(func(*cobra.Command) error { return usagef("expected a shell: bash, zsh, fish or powershell") })
		}
	}
}

// noArguments refuses what is no flag.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("unexpected argument %q: what a command works on is given by flags", args[0])
	}
	return nil
}

// version says which build this is.
func version() string {
	text := "counterweight (unknown build)"
	if info, ok := debug.ReadBuildInfo(); ok {
		text = "counterweight " + info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				text += " " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return fmt.Sprintf("%s %s %s/%s", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
