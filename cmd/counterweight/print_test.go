package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/counterweight-go/counterweight/internal/ordered"
)

func TestTable(t *testing.T) {
	var b bytes.Buffer
	if err := printTable(&b, [][]string{{"class", "n"}, {"0", "1000"}, {"größer", "2"}}); err != nil {
		t.Fatal(err)
	}
	if want := "class      n\n0       1000\ngrößer     2\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no room")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAFullDiskIsAnError(t *testing.T) {
	for name, err := range map[string]error{
		"JSON":  printJSON(full{}, ordered.Object{}),
		"table": printTable(full{}, [][]string{{"a", "b"}}),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}
