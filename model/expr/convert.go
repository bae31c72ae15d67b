package expr

import "github.com/quatre-ppl/quatre/graph/ir"

// number returns a Go number, or a bool as 1 or 0, as a float64.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	case int:
		return float64(v), true
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case bool:
		return indicator(v), true
	}
	return 0, false
}

// numbers returns a slice of what number takes.
func numbers(v any) ([]float64, bool) {
	switch v := v.(type) {
	case []float32:
		return floats(v), true
	case []int:
		return floats(v), true
	case []int32:
		return floats(v), true
	case []int64:
		return floats(v), true
	case []bool:
		f := ir.NewFloats(len(v))
		for i, x := range v {
			f[i] = indicator(x)
		}
		return f, true
	}
	return nil, false
}

func floats[T float32 | int | int32 | int64](v []T) []float64 {
	f := ir.NewFloats(len(v))
	for i, x := range v {
		f[i] = float64(x)
	}
	return f
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
