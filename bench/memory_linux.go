package bench

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// peakKiB returns the largest resident memory that a process, by its number or
// "self", has had since it began its program; 0 if that is not known.
func peakKiB(process string) int64 {
	f, err := os.Open("/proc/" + process + "/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if value, ok := strings.CutPrefix(s.Text(), "VmHWM:"); ok {
			kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kib
		}
	}
	return 0
}
