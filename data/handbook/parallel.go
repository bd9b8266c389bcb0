package handbook

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// forEach calls a function for each i below n on all processors and returns
// early, with an error, once ctx is done. worker makes one function per
// goroutine, which may keep buffers; what it does for i must not depend on
// what it did before, so that results do not depend on GOMAXPROCS.
func forEach(ctx context.Context, n int, worker func() func(i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			do := worker()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("handbook: %w", err)
	}
	return nil
}
