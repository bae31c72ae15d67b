// Package parallel spreads independent work over goroutines.
package parallel

import (
	"sync"
	"sync/atomic"
)

// Each calls work for the items 0 … n−1 on up to workers goroutines, which it
// tells apart by a number below workers. It returns the error of the first item
// that had one; all have ended when it returns. Where one goroutine suffices,
// an error ends the work.
func Each(n, workers int, work func(item, worker int) error) error {
	if workers <= 1 || n <= 1 {
		for i := range n {
			if err := work(i, 0); err != nil {
				return err
			}
		}
		return nil
	}
	errs := make([]error, n)
	var next atomic.Int64
	var done sync.WaitGroup
	for worker := range min(workers, n) {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				errs[i] = work(i, worker)
			}
		})
	}
	done.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
