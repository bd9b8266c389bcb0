package rank

import (
	"runtime"
	"sync"
)

// fewRows are not worth a goroutine.
const fewRows = 1 << 15

// partsOf is the number of parts for n rows of work that may be cut anywhere.
func partsOf(n int) int {
	return min(runtime.GOMAXPROCS(0), max(1, n/fewRows))
}

// inParts runs f side by side on n rows cut into parts of about the same size.
func inParts(n, parts int, f func(part, from, to int)) {
	if parts == 1 {
		f(0, 0, n)
		return
	}
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { f(p, p*n/parts, (p+1)*n/parts) })
	}
	wg.Wait()
}
