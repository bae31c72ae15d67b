//go:build !linux

package bench

// peakKiB returns 0: the largest resident memory is not known.
func peakKiB(string) int64 { return 0 }

// forgetPeak makes the peak of this process's resident memory what it is now, where there is one.
func forgetPeak() error { return nil }
