// Package goroutines counts goroutines. Only tests use it.
package goroutines

import (
	"runtime"
	"time"
)

// Settled returns how many goroutines there are once no more than most are left,
// or after five seconds: one that has said its last word, or what a driver keeps,
// takes a moment to be gone.
func Settled(most int) int {
	n := runtime.NumGoroutine()
	for end := time.Now().Add(5 * time.Second); n > most && time.Now().Before(end); n = runtime.NumGoroutine() {
		time.Sleep(time.Millisecond)
	}
	return n
}
