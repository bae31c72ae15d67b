package smc

import (
	"sync"
	"sync/atomic"
)

// eachBlock calls work for the blocks 0 … n−1, on up to workers goroutines,
// and returns the error of the first block that had one. All have ended when
// it returns.
func eachBlock(n, workers int, work func(block int) error) error {
	if workers <= 1 || n <= 1 {
		for b := range n {
			if err := work(b); err != nil {
				return err
			}
		}
		return nil
	}
	errs := make([]error, n)
	var next atomic.Int64
	var done sync.WaitGroup
	for range min(workers, n) {
		done.Go(func() {
			for b := int(next.Add(1)) - 1; b < n; b = int(next.Add(1)) - 1 {
				errs[b] = work(b)
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
