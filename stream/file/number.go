package file

import (
	"math"
	"strconv"
)

// appendFloat appends the shortest decimal that reads back as the same bits,
// or nan, inf, -inf, which are the spellings that CmdStan, NumPy and R share.
func appendFloat(dst []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(dst, "nan"...)
	case math.IsInf(x, 1):
		return append(dst, "inf"...)
	case math.IsInf(x, -1):
		return append(dst, "-inf"...)
	}
	return strconv.AppendFloat(dst, x, 'g', -1, 64)
}

func formatFloat(x float64) string { return string(appendFloat(nil, x)) }

// appendSeconds appends x without an exponent and to the microsecond: readers
// of CmdStan's timing lines look for digits and a point only.
func appendSeconds(dst []byte, x float64) []byte {
	return strconv.AppendFloat(dst, math.Round(x*1e6)/1e6, 'f', -1, 64)
}
