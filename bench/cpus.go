package bench

import (
	"runtime"
	"strconv"
	"strings"
)

// LastCPUs returns the last n processors, which interrupts and other work use
// least, as taskset takes them; all of them if there are fewer.
func LastCPUs(n int) string {
	all := runtime.NumCPU()
	var list []string
	for i := max(0, all-n); i < all; i++ {
		list = append(list, strconv.Itoa(i))
	}
	return strings.Join(list, ",")
}
