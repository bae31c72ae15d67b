package tensor_test

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/tensor"
)

func TestShape_SizeDimsString(t *testing.T) {
	cases := []struct {
		shape tensor.Shape
		size  int
		text  string
	}{
		{nil, 1, "()"},
		{tensor.Shape{}, 1, "()"},
		{tensor.Shape{3}, 3, "(3)"},
		{tensor.Shape{3, 4}, 12, "(3, 4)"},
		{tensor.Shape{2, 0, 5}, 0, "(2, 0, 5)"},
		{tensor.Shape{math.MaxInt32, math.MaxInt32, math.MaxInt32, 0}, 0, "(2147483647, 2147483647, 2147483647, 0)"},
		{tensor.Shape{math.MaxInt32}, math.MaxInt32, "(2147483647)"},
	}
	for _, c := range cases {
		if got := c.shape.Size(); got != c.size {
			t.Errorf("%v.Size() = %d, want %d", c.shape, got, c.size)
		}
		if got := c.shape.Dims(); got != len(c.shape) {
			t.Errorf("%v.Dims() = %d, want %d", c.shape, got, len(c.shape))
		}
		if got := c.shape.String(); got != c.text {
			t.Errorf("String() = %q, want %q", got, c.text)
		}
		if !c.shape.Valid() {
			t.Errorf("%v.Valid() = false", c.shape)
		}
	}
	for _, s := range []tensor.Shape{{-1}, {3, -2}, {0, -2}, {math.MaxInt, 2}} {
		if s.Valid() {
			t.Errorf("%v.Valid() = true", s)
		}
		check.Panics(t, "tensor: ", func() { s.Size() })
	}
}

func TestShape_EqualAndClone(t *testing.T) {
	s := tensor.Shape{3, 4}
	c := s.Clone()
	if !s.Equal(c) {
		t.Errorf("clone %v differs from %v", c, s)
	}
	c[0] = 5
	if s[0] != 3 {
		t.Error("clone shares memory")
	}
	if s.Equal(c) || s.Equal(tensor.Shape{3}) || s.Equal(nil) {
		t.Error("different shapes are equal")
	}
	if !tensor.Shape(nil).Equal(tensor.Shape{}) {
		t.Error("nil and empty scalar shapes differ")
	}
}

func TestShape_OffsetIsColumnMajorAndIndexInvertsIt(t *testing.T) {
	s := tensor.Shape{2, 3, 4}
	want, index := 0, make([]int, 3)
	for k := range 4 {
		for j := range 3 {
			for i := range 2 {
				if got := s.Offset(i, j, k); got != want {
					t.Fatalf("Offset(%d, %d, %d) = %d, want %d", i, j, k, got, want)
				}
				s.Index(index, want)
				if index[0] != i || index[1] != j || index[2] != k {
					t.Fatalf("Index(%d) = %v, want [%d %d %d]", want, index, i, j, k)
				}
				want++
			}
		}
	}
	if got := tensor.Shape(nil).Offset(); got != 0 {
		t.Errorf("offset in a scalar = %d", got)
	}
	tensor.Shape(nil).Index(nil, 0)
	check.Panics(t, "tensor: ", func() { s.Offset(0, 0) })
	check.Panics(t, "tensor: ", func() { s.Offset(0, 3, 0) })
	check.Panics(t, "tensor: ", func() { s.Offset(0, -1, 0) })
	check.Panics(t, "tensor: ", func() { s.Index(index, 24) })
	check.Panics(t, "tensor: ", func() { s.Index(index, -1) })
	check.Panics(t, "tensor: ", func() { s.Index(index[:2], 0) })
}
