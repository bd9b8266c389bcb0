package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal of so many columns: what is written to the
// program's end is read from the other.
func terminal(t *testing.T, columns uint16) (ours, programs *os.File) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	t.Cleanup(func() { ours.Close() })
	fd := int(ours.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		programs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(programs.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns})
	}
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	t.Cleanup(func() { programs.Close() })
	return ours, programs
}

// On a terminal a fit draws Keras's bar, no wider than the terminal while it is
// drawn, and in colours unless NO_COLOR is set.
func TestBarOnATerminal(t *testing.T) {
	data, err := filepath.Abs("testdata/keras")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		columns uint16
		env     string
		colours bool
	}{{200, "TERM=xterm", true}, {48, "NO_COLOR=1", false}} {
		ours, programs := terminal(t, c.columns)
		x := filepath.Join(data, "class_weight.npz")
		cmd, _ := program(t, t.TempDir(), "fit", "--model", filepath.Join(data, "class_weight.keras"), "--x", x+":x", "--y", x+":y", "--epochs", "2",
			"--batch-size", "1", "--output", "out.keras")
		cmd.Stderr = programs
		cmd.Env = append(cmd.Env, "TERM=xterm", c.env)
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
		programs.Close()
		if err := ours.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			t.Log(err)
		}
		buffer := make([]byte, 1<<20)
		text := ""
		for {
			n, err := ours.Read(buffer)
			text += string(buffer[:n])
			if err != nil || n == 0 {
				break
			}
		}
		for _, want := range []string{"Epoch 1/2", "Epoch 2/2", "60/60", "━", "s/step", "loss: "} {
			if !strings.Contains(text, want) {
				t.Errorf("%d columns: %q is not in %q", c.columns, want, text)
			}
		}
		if strings.Contains(text, "\x1b[") != c.colours {
			t.Errorf("%d columns: colours in %q", c.columns, text)
		}
		plain := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(text, "")
		for line := range strings.SplitSeq(plain, "\r") {
			whole := strings.HasPrefix(line, "60/60") // the last of an epoch
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > int(c.columns) && !whole {
				t.Errorf("a line of %d columns on a terminal of %d: %q", n, c.columns, line)
			}
		}
	}
}
