package grid

import "testing"

func TestAlign(t *testing.T) {
	lines := [][]string{{"name", "of", "n"}, {"größer", "b", "1000"}, {"", "", "2"}, {"short"}, {"a", "b", ""}}
	for left, want := range map[int]string{
		1: "name    of     n\ngrößer   b  1000\n               2\nshort\na        b\n",
		2: "name    of     n\ngrößer  b   1000\n               2\nshort\na       b\n",
	} {
		if got := Align(lines, left); got != want {
			t.Errorf("%d to the left: got\n%s\nwant\n%s", left, got, want)
		}
	}
}
