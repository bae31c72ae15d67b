package bart

import (
	"fmt"
	"math"
)

// Kind tells how the values of a column are split.
type Kind uint8

const (
	// Numeric columns are split at cut points: x ≤ c goes left.
	Numeric Kind = iota
	// Ordered columns hold levels, numbered from 0 in their order, and are
	// split between two neighbouring levels.
	Ordered
	// Unordered columns hold levels, numbered from 0, and are split into any
	// two sets of levels.
	Unordered
)

// String returns "numeric", "ordered" or "unordered".
func (k Kind) String() string {
	switch k {
	case Numeric:
		return "numeric"
	case Ordered:
		return "ordered"
	case Unordered:
		return "unordered"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// MaxLevels is the largest number of levels of an unordered column: a split
// stores one bit for each of them.
const MaxLevels = 4096

// Column is one predictor.
type Column struct {
	// Name is used in every output; it must be unique and not empty.
	Name string
	// Kind tells how the values are split.
	Kind Kind
	// Values has one number a row. NaN is a missing value, which a split sends
	// to a side of its own choice. Ordered and Unordered columns hold the
	// numbers of levels.
	Values []float64
	// Levels names the levels of Ordered and Unordered columns; with nil they
	// are called by their numbers.
	Levels []string
}

// Data are the rows to fit or to predict. The slices are not changed, and not
// kept after a call.
type Data struct {
	// Columns are the predictors, all of one length.
	Columns []Column
	// Y is the response; predictions do without.
	Y []float64
	// Censored tells, for the Survival and the DiscreteTime family, which responses are times of
	// the last look at something that had not happened yet; nil is none.
	Censored []bool
	// Weights are the precisions of the observations in units of 1/σ²; nil is
	// one for all. They are finite and > 0.
	Weights []float64
	// Exposure is, for counts, what their means are in proportion to, as time or population; nil is one
	// for all. It is finite and > 0.
	Exposure []float64
}

// Rows is the number of rows.
func (d *Data) Rows() int {
	if len(d.Columns) == 0 {
		return len(d.Y)
	}
	return len(d.Columns[0].Values)
}

// FromMatrix returns numeric columns from a row-major matrix of rows × p
// numbers. With nil names they are called x1, x2, ….
func FromMatrix(x []float64, p int, names []string) ([]Column, error) {
	if p < 1 || len(x)%p != 0 {
		return nil, fmt.Errorf("bart: a matrix of %d numbers has no rows of %d", len(x), p)
	}
	if names != nil && len(names) != p {
		return nil, fmt.Errorf("bart: %d names for %d columns", len(names), p)
	}
	n := len(x) / p
	columns := make([]Column, p)
	for j := range columns {
		columns[j] = Column{Name: fmt.Sprintf("x%d", j+1), Values: make([]float64, n)}
		if names != nil {
			columns[j].Name = names[j]
		}
		for i := range n {
			columns[j].Values[i] = x[i*p+j]
		}
	}
	return columns, nil
}

// validate reports the first thing wrong with the predictors.
func (d *Data) validate() error {
	if len(d.Columns) == 0 {
		return fmt.Errorf("bart: no columns: give at least one predictor")
	}
	n, seen := d.Rows(), make(map[string]bool, len(d.Columns))
	for j := range d.Columns {
		c := &d.Columns[j]
		if c.Name == "" {
			return fmt.Errorf("bart: column %d has no name", j+1)
		}
		if seen[c.Name] {
			return fmt.Errorf("bart: two columns are called %q", c.Name)
		}
		seen[c.Name] = true
		if len(c.Values) != n {
			return fmt.Errorf("bart: column %q has %d rows, column %q has %d", c.Name, len(c.Values), d.Columns[0].Name, n)
		}
		if err := c.validate(); err != nil {
			return err
		}
	}
	return nil
}

// validate reports the first value that the kind of the column does not allow.
func (c *Column) validate() error {
	if c.Kind > Unordered {
		return fmt.Errorf("bart: column %q has the unknown kind %d", c.Name, uint8(c.Kind))
	}
	if c.Kind == Unordered && len(c.Levels) > MaxLevels {
		return c.tooManyLevels(len(c.Levels))
	}
	for i, x := range c.Values {
		if math.IsNaN(x) {
			continue
		}
		if math.IsInf(x, 0) {
			return fmt.Errorf("bart: column %q, row %d: %v is no value; write NaN for a missing one", c.Name, i+1, x)
		}
		if c.Kind == Numeric {
			continue
		}
		if x < 0 || x != math.Floor(x) || x > math.MaxInt32 {
			return fmt.Errorf("bart: column %q, row %d: %v is no number of a level; levels count from 0", c.Name, i+1, x)
		}
		if c.Levels != nil && int(x) >= len(c.Levels) {
			return fmt.Errorf("bart: column %q, row %d: level %v of %d", c.Name, i+1, x, len(c.Levels))
		}
		if c.Kind == Unordered && x >= MaxLevels {
			return c.tooManyLevels(int(x) + 1)
		}
	}
	return nil
}

func (c *Column) tooManyLevels(levels int) error {
	return fmt.Errorf("bart: column %q has %d levels, at most %d can be split as sets: make it ordered, merge rare levels, or use a random effect by group",
		c.Name, levels, MaxLevels)
}

// maxResponse leaves room for sums of the response over draws.
const maxResponse = 1e300

// validateResponse reports the first thing wrong with y and the weights.
func (d *Data) validateResponse() error {
	n := d.Rows()
	if n == 0 {
		return fmt.Errorf("bart: no rows")
	}
	if len(d.Y) != n {
		return fmt.Errorf("bart: y has %d rows, column %q has %d", len(d.Y), d.Columns[0].Name, n)
	}
	for i, y := range d.Y {
		if math.IsNaN(y) || math.IsInf(y, 0) {
			return fmt.Errorf("bart: y, row %d: %v; leave rows without a response out", i+1, y)
		}
		if math.Abs(y) > maxResponse {
			return fmt.Errorf("bart: y, row %d: %v is too large: measure y in larger units", i+1, y)
		}
	}
	if err := validatePositive("weight", d.Weights, n); err != nil {
		return err
	}
	return validatePositive("exposure", d.Exposure, n)
}

// validatePositive reports the first of some numbers, one a row, that is not positive; nil is fine.
func validatePositive(name string, x []float64, rows int) error {
	if x != nil && len(x) != rows {
		return fmt.Errorf("bart: %d %ss for %d rows", len(x), name, rows)
	}
	for i, w := range x {
		if !(w > 0) || math.IsInf(w, 0) {
			return fmt.Errorf("bart: %s of row %d: %v, want it finite and > 0", name, i+1, w)
		}
	}
	return nil
}
