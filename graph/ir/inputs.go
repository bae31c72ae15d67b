package ir

import "fmt"

// Inputs holds the data that a program is bound to, by name.
type Inputs struct {
	Floats map[string][]float64
	Ints   map[string][]int32
}

// NewInputs returns empty inputs.
func NewInputs() *Inputs {
	return &Inputs{Floats: make(map[string][]float64), Ints: make(map[string][]int32)}
}

// NewFloats returns n zeros with room for a group of Lanes behind them, which native
// code may read with the last rows. Data with that room are used where they are, others
// are copied.
func NewFloats(n int) []float64 { return make([]float64, n, n+Lanes) }

// CloneFloats returns a copy of x with the room of NewFloats.
func CloneFloats(x []float64) []float64 {
	y := NewFloats(len(x))
	copy(y, x)
	return y
}

// Check reports whether the inputs have what p needs: every data buffer and
// index by name, of the right length, indices in range.
func (in *Inputs) Check(p *Program) error {
	for i := range p.Bufs {
		b := &p.Bufs[i]
		if b.Kind != Data {
			continue
		}
		v, ok := in.Floats[b.Name]
		if !ok {
			return fmt.Errorf("data %s is missing", b.Name)
		}
		if len(v) != b.Len {
			return fmt.Errorf("data %s has %d values, the program wants %d", b.Name, len(v), b.Len)
		}
	}
	for i := range p.Ints {
		b := &p.Ints[i]
		if b.Values != nil {
			continue
		}
		v, ok := in.Ints[b.Name]
		if !ok {
			return fmt.Errorf("index %s is missing", b.Name)
		}
		if len(v) != b.Len {
			return fmt.Errorf("index %s has %d values, the program wants %d", b.Name, len(v), b.Len)
		}
		for k, x := range v {
			if x < 0 || int(x) >= b.Max {
				return fmt.Errorf("index %s: element %d is %d, outside [0, %d)", b.Name, k+1, x, b.Max)
			}
		}
	}
	return nil
}
