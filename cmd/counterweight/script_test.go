package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/rogpeppe/go-internal/testscript"
	"gorgonia.org/tensor"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"counterweight": main})
}

// The scripts run the program and compare what it prints. UPDATE_SCRIPTS=1
// writes what it prints now into them.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			// Models and arrays: Keras's, and those of package archive.
			for name, path := range map[string]string{"KERAS": "testdata/keras", "ARCHIVES": "../../archive/testdata"} {
				folder, err := filepath.Abs(path)
				if err != nil {
					return err
				}
				env.Setenv(name, folder)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"npy":    npyCommand,
			"npz":    npzCommand,
			"bytes":  bytesCommand,
			"glob":   globCommand,
			"arrays": arraysCommand,
			"status": statusCommand,
		},
	})
}

// npyCommand is "npy FILE TYPE SHAPE VALUES...", as "npy y.npy int64 2x3 0 1".
// The values are repeated until the array is full. The type may be float16.
func npyCommand(ts *testscript.TestScript, neg bool, args []string) {
	write := npy.Write
	if args[1] == "float16" {
		args[1], write = "float32", npy.WriteHalf
	}
	t, err := parseArray(args[1:])
	ts.Check(err)
	file, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer file.Close()
	ts.Check(write(file, t))
}

// npzCommand is "npz FILE NAME TYPE SHAPE VALUES... [, NAME TYPE ...]".
func npzCommand(ts *testscript.TestScript, neg bool, args []string) {
	var arrays []npy.Array
	for rest := args[1:]; len(rest) > 0; {
		end := slices.Index(rest, ",")
		if end < 0 {
			end = len(rest)
		}
		t, err := parseArray(rest[1:end])
		ts.Check(err)
		arrays = append(arrays, npy.Array{Name: rest[0], Value: t})
		rest = rest[min(end+1, len(rest)):]
	}
	file, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer file.Close()
	ts.Check(npy.WriteZip(file, arrays))
}

// globCommand is "glob PATTERN": some file must match.
func globCommand(ts *testscript.TestScript, neg bool, args []string) {
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if (len(found) > 0) == neg {
		ts.Fatalf("%s matches %q", args[0], found)
	}
}

// bytesCommand is "bytes FILE TEXT": text is as Go quotes it.
func bytesCommand(ts *testscript.TestScript, neg bool, args []string) {
	text, err := strconv.Unquote(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}

func parseArray(args []string) (*tensor.Dense, error) {
	var shape []int
	size := 1
	for d := range strings.SplitSeq(args[1], "x") {
		n, err := strconv.Atoi(d)
		if err != nil {
			return nil, err
		}
		shape, size = append(shape, n), size*n
	}
	values := make([]float64, size)
	for i := range values {
		v, err := strconv.ParseFloat(args[2+i%len(args[2:])], 64)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	var backing any
	switch args[0] {
	case "float64":
		backing = values
	case "float32":
		backing = converted[float32](values)
	case "int64":
		backing = converted[int64](values)
	case "int32":
		backing = converted[int32](values)
	case "int8":
		backing = converted[int8](values)
	case "uint8":
		backing = converted[uint8](values)
	default:
		return nil, fmt.Errorf("unknown type %q", args[0])
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing)), nil
}

func converted[T float32 | int64 | int32 | int8 | uint8](values []float64) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = T(v)
	}
	return out
}

// arraysCommand is "arrays FILE...": it prints type, shape and values.
func arraysCommand(ts *testscript.TestScript, neg bool, args []string) {
	for _, path := range args {
		if strings.HasSuffix(path, ".npz") {
			arrays, err := npy.ReadZipFile(ts.MkAbs(path))
			ts.Check(err)
			for _, a := range arrays {
				fmt.Fprintln(ts.Stdout(), a.Name, a.Value.Dtype(), []int(a.Value.Shape()), a.Value.Data())
			}
			continue
		}
		from := source{path: ts.MkAbs(path)}
		t, err := from.read()
		ts.Check(err)
		half, err := from.half()
		ts.Check(err)
		kind := t.Dtype().String()
		if half {
			kind = "float16"
		}
		fmt.Fprintln(ts.Stdout(), kind, []int(t.Shape()), t.Data())
	}
}

// statusCommand is "status N ARGS...": it runs counterweight, which must exit
// with N and tell why in one line.
func statusCommand(ts *testscript.TestScript, neg bool, args []string) {
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec("counterweight", args[1:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	}
	stderr := ts.ReadFile("stderr")
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, expected %s\n%s", got, args[0], stderr)
	}
	if strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "counterweight") {
		ts.Fatalf("expected one line on standard error, got %q", stderr)
	}
}
