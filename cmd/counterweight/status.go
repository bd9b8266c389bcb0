package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	done        = 0
	failed      = 1
	misused     = 2
	interrupted = 130
)

// usageError is wrong use: what can be judged without opening a file.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// usagef makes a usageError.
func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// runError is an error from within a command. All others come from parsing the
// command line.
type runError struct{ error }

func (e runError) Unwrap() error { return e.error }

// runs makes a command's RunE.
func runs(f func(cmd *cobra.Command) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		if err := f(cmd); err != nil {
			return runError{err}
		}
		return nil
	}
}

// execute runs the command that args name and returns the exit status. A panic,
// which would be a fault of the program's, shows as an error, too.
func execute(ctx context.Context, root *cobra.Command, args []string, stdout, stderr io.Writer) (status int) {
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	defer func() {
		if fault := recover(); fault != nil {
			tell(stderr, root.Name(), fmt.Sprint("internal error: ", fault))
			status = failed
		}
	}()
	cmd, err := root.ExecuteContextC(ctx)
	var inside runError
	switch {
	case err == nil:
		return done
	case !errors.As(err, &inside), errors.As(err, new(usageError)):
		tell(stderr, cmd.CommandPath(), fmt.Sprintf("%s (see %s --help)", trimPackages(err.Error()), cmd.CommandPath()))
		return misused
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		tell(stderr, cmd.CommandPath(), "interrupted")
		return interrupted
	}
	tell(stderr, cmd.CommandPath(), trimPackages(err.Error()))
	return failed
}

var types = regexp.MustCompile(`callback \*?[a-z]+\.[A-Za-z]+: `)

var packages = regexp.MustCompile(`(^|: )((archive|atomicfile|balance|calibrate|callback|compare|data|engine|fit|hdf5|layer|loss|metric|model|npy|optimizer|registry|sampler|scores|schedule|table): )+`)

// trimPackages takes the names of packages and types out of an error: they say
// nothing to somebody who does not program.
func trimPackages(text string) string {
	return packages.ReplaceAllString(types.ReplaceAllString(text, ""), "$1")
}

// tell writes one line. A long text, such as a file can bring about by a name
// of a million letters, keeps its beginning and its end, where the file is named.
func tell(w io.Writer, who, text string) {
	const head, tail = 1500, 500
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > head+tail {
		text = strings.ToValidUTF8(text[:head], "") + " ... " + strings.ToValidUTF8(text[len(text)-tail:], "")
	}
	fmt.Fprintf(w, "%s: %s\n", who, text)
}
