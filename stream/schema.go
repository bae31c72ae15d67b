package stream

import (
	"fmt"
	"math"
	"strconv"
)

// Field is a named scalar or array of a draw.
type Field struct {
	// Name is the name as the model has it.
	Name string
	// Shape is nil for a scalar, else the length along each index. The elements
	// are flattened column-major: the first index runs fastest.
	Shape []int
}

// Size is the number of scalars in the field: the product of its shape, 1 for
// a scalar, 0 where one of the lengths is 0.
func (f Field) Size() int {
	size := 1
	for _, n := range f.Shape {
		size *= n
	}
	return size
}

// Schema names the columns of a frame. It is immutable once it is in use and
// may be shared by goroutines.
type Schema struct {
	// Values are the model's quantities, in the order they have in a row.
	Values []Field
	// Stats are the sampler's statistics that go with each row, such as "lp__".
	Stats []string
}

// Width is the number of value columns: the sum of the fields' sizes.
func (s *Schema) Width() int {
	width := 0
	for i := range s.Values {
		width += s.Values[i].Size()
	}
	return width
}

// ColumnNames returns one name per value column, as a person writes it:
// "mu", "theta[3]", "L[2,1]", indices from 1, first index fastest.
func (s *Schema) ColumnNames() []string {
	return s.names("[", ",", "]")
}

// CSVNames returns one name per value column as CmdStan writes it in the header
// of a CSV file: "mu", "theta.3", "L.2.1".
func (s *Schema) CSVNames() []string {
	return s.names(".", ".", "")
}

func (s *Schema) names(open, sep, end string) []string {
	names := make([]string, 0, s.Width())
	for _, f := range s.Values {
		names = appendElementNames(names, f, open, sep, end)
	}
	return names
}

// appendElementNames appends the names of f's elements in storage order.
func appendElementNames(names []string, f Field, open, sep, end string) []string {
	if len(f.Shape) == 0 {
		return append(names, f.Name)
	}
	index := make([]int, len(f.Shape))
	var name []byte
	for range f.Size() {
		name = append(append(name[:0], f.Name...), open...)
		for axis, i := range index {
			if axis > 0 {
				name = append(name, sep...)
			}
			name = strconv.AppendInt(name, int64(i)+1, 10)
		}
		names = append(names, string(append(name, end...)))
		for axis := range index {
			if index[axis]++; index[axis] < f.Shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
	return names
}

// Find returns the field called name and the column at which it starts.
func (s *Schema) Find(name string) (f Field, column int, ok bool) {
	for _, f := range s.Values {
		if f.Name == name {
			return f, column, true
		}
		column += f.Size()
	}
	return Field{}, 0, false
}

// StatIndex returns the position of the statistic called name, or -1.
func (s *Schema) StatIndex(name string) int {
	for i, stat := range s.Stats {
		if stat == name {
			return i
		}
	}
	return -1
}

// Equal reports whether both schemas have the same columns.
func (s *Schema) Equal(o *Schema) bool {
	if s == o {
		return true
	}
	if s == nil || o == nil || len(s.Values) != len(o.Values) || len(s.Stats) != len(o.Stats) {
		return false
	}
	for i, f := range s.Values {
		if f.Name != o.Values[i].Name || !equalShapes(f.Shape, o.Values[i].Shape) {
			return false
		}
	}
	for i, stat := range s.Stats {
		if stat != o.Stats[i] {
			return false
		}
	}
	return true
}

func equalShapes(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Validate reports the first thing wrong with the schema: a name that is empty
// or used twice, a negative length, or more columns than an int can count.
func (s *Schema) Validate() error {
	seen := make(map[string]bool, len(s.Values)+len(s.Stats))
	width := 0
	for _, f := range s.Values {
		if err := checkName(seen, f.Name); err != nil {
			return err
		}
		size, err := checkedSize(f)
		if err != nil {
			return err
		}
		if size > math.MaxInt-width {
			return fmt.Errorf("stream: field %q makes the row too wide", f.Name)
		}
		width += size
	}
	for _, stat := range s.Stats {
		if err := checkName(seen, stat); err != nil {
			return err
		}
	}
	return nil
}

func checkName(seen map[string]bool, name string) error {
	if name == "" {
		return fmt.Errorf("stream: schema has a column without a name")
	}
	if seen[name] {
		return fmt.Errorf("stream: schema has two columns called %q", name)
	}
	seen[name] = true
	return nil
}

func checkedSize(f Field) (int, error) {
	size := 1
	for _, n := range f.Shape {
		if n < 0 {
			return 0, fmt.Errorf("stream: field %q has the negative length %d", f.Name, n)
		}
		if n > 0 && size > math.MaxInt/n {
			return 0, fmt.Errorf("stream: field %q of shape %v is too large", f.Name, f.Shape)
		}
		size *= n
	}
	return size, nil
}
