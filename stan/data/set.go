// Package data holds the data of a Stan program: named numbers and rectangular arrays of numbers, read from JSON in the
// form of CmdStan's data files.
//
// Elements are row-major (last index fastest), as nested lists have them. Whether a number is an int is decided by how it
// is written: 3 is an int, 3.0 and 3e0 are reals.
package data

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/quatre-ppl/quatre/tensor"
)

// ErrMissing is what Set.Get's error wraps where the set has no such key.
var ErrMissing = errors.New("missing data")

// Set is the data of one program. The zero Set is not usable; see New and Read.
type Set struct {
	// Name is the name of the file in messages.
	Name string

	keys   []string
	values map[string]*Value
}

// Value is one entry of a Set. It is not changed once it is in a Set.
type Value struct {
	// Key is the entry's name.
	Key string
	// Shape has one extent per level of lists; nil for a number. An extent behind one of 0 is not known and left out: [] has
	// shape (0) whatever its elements would be.
	Shape tensor.Shape
	// Reals are the elements, row-major, ints converted.
	Reals []float64

	// firstReal is the position of the first element that is no int, -1 where all are ints, and text how it is written.
	firstReal int
	text      string
	// place is "file:line:column" of the value, empty where it was not read from a file; realPlace that of firstReal.
	place, realPlace string
	// problem is set where the value cannot be used as data.
	problem error
}

// New returns an empty set; name is the name of the file in messages.
func New(name string) *Set {
	return &Set{Name: name, values: map[string]*Value{}}
}

// Keys returns the names of all entries in the order in which they came.
func (s *Set) Keys() []string { return slices.Clone(s.keys) }

// Has tells whether the set has an entry of that name, usable or not.
func (s *Set) Has(key string) bool { return s.values[key] != nil }

// Get returns an entry. The error wraps ErrMissing where there is none; otherwise it says why the entry is no data, a list
// that is not rectangular, say. Entries that a program does not ask for may be anything.
func (s *Set) Get(key string) (*Value, error) {
	v := s.values[key]
	if v == nil {
		return nil, fmt.Errorf("%w: %s has no entry %q; add it", ErrMissing, s.title(), key)
	}
	if v.problem != nil {
		return nil, v.problem
	}
	return v, nil
}

func (s *Set) title() string {
	if s.Name == "" {
		return "the data"
	}
	return s.Name
}

// SetInts adds an entry of ints, row-major. It panics if the shape does not fit or the key is taken.
func (s *Set) SetInts(key string, shape tensor.Shape, elements []int) {
	v := &Value{Key: key, Shape: shape.Clone(), Reals: make([]float64, len(elements)), firstReal: -1}
	for i, n := range elements {
		v.Reals[i] = float64(n)
		if v.firstReal < 0 && (n < math.MinInt32 || n > math.MaxInt32) {
			v.firstReal, v.text = i, strconv.Itoa(n)
		}
	}
	s.set(v)
}

// SetReals adds an entry of reals, row-major. It panics if the shape does not fit or the key is taken.
func (s *Set) SetReals(key string, shape tensor.Shape, elements []float64) {
	v := &Value{Key: key, Shape: shape.Clone(), Reals: slices.Clone(elements), firstReal: -1}
	if len(elements) > 0 {
		v.firstReal, v.text = 0, formatReal(elements[0])
	}
	s.set(v)
}

func (s *Set) set(v *Value) {
	if s.Has(v.Key) {
		panic("data: two entries " + v.Key)
	}
	if len(v.Reals) != v.Shape.Size() {
		panic(fmt.Sprintf("data: %d elements of %s for shape %v", len(v.Reals), v.Key, v.Shape))
	}
	s.add(v)
}

func (s *Set) add(v *Value) {
	s.keys = append(s.keys, v.Key)
	s.values[v.Key] = v
}

// IsInt tells whether all elements are ints within the range of the language's ints, that of 32 bits.
func (v *Value) IsInt() bool { return v.firstReal < 0 }

// Ints returns the elements as ints, row-major. The error names the first element that is none.
func (v *Value) Ints() ([]int, error) {
	if !v.IsInt() {
		what := "is a real; write it without a decimal point or exponent, or declare it real"
		if isWhole(v.text) {
			what = "is beyond the range of ints, which ends at ±2147483647; declare it real"
		}
		return nil, fmt.Errorf("%s%s = %s %s", prefix(v.realPlace), v.element(v.firstReal), v.text, what)
	}
	ints := make([]int, len(v.Reals))
	for i, x := range v.Reals {
		ints[i] = int(x)
	}
	return ints, nil
}

// Place returns "file:line:column" of the value, or "" where it does not come from a file.
func (v *Value) Place() string { return v.place }

// Element returns how a program writes the element at a row-major position, counted from 0: "x[2,1]".
func (v *Value) Element(position int) string { return v.element(position) }

func (v *Value) element(position int) string {
	index := make([]int, len(v.Shape))
	for d := len(v.Shape) - 1; d >= 0; d-- {
		index[d] = position % v.Shape[d]
		position /= v.Shape[d]
	}
	return indexed(v.Key, index)
}

// indexed writes key[i,j,…] for 0-based indexes.
func indexed(key string, index []int) string {
	for d, i := range index {
		sep := ","
		if d == 0 {
			sep = "["
		}
		key += sep + strconv.Itoa(i+1)
	}
	if len(index) > 0 {
		key += "]"
	}
	return key
}

// prefix returns a place as the beginning of a message.
func prefix(place string) string {
	if place == "" {
		return ""
	}
	return place + ": "
}

// isWhole tells whether a number is written as an int.
func isWhole(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && !(i == 0 && c == '-') {
			return false
		}
	}
	return text != "" && text != "-"
}
