package goroutines

import (
	"runtime"
	"testing"
	"time"
)

func TestSettled(t *testing.T) {
	before := runtime.NumGoroutine()
	go time.Sleep(20 * time.Millisecond)
	if n := Settled(before + 1); n != before+1 {
		t.Errorf("%d goroutines at once, want %d", n, before+1)
	}
	if n := Settled(before); n != before {
		t.Errorf("%d goroutines in the end, want %d", n, before)
	}
}
