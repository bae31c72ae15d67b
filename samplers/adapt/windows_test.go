package adapt

import (
	"slices"
	"testing"
)

// TestSchedule_IsStans has the windows that CmdStan reports or that follow from
// its rule by hand: 1000 iterations are Stan's documented example.
func TestSchedule_IsStans(t *testing.T) {
	for _, c := range []struct {
		warmup, first int
		ends          []int
	}{
		{0, 0, nil},
		{19, 0, nil},
		{20, 3, []int{17}},
		{100, 15, []int{89}},
		{149, 22, []int{134}},
		{150, 75, []int{99}},
		{151, 75, []int{100}},
		{160, 75, []int{109}},
		{199, 75, []int{148}},
		{200, 75, []int{99, 149}},
		{300, 75, []int{99, 149, 249}},
		{500, 75, []int{99, 149, 249, 449}},
		{1000, 75, []int{99, 149, 249, 449, 949}},
		{2000, 75, []int{99, 149, 249, 449, 849, 1949}},
	} {
		s := newSchedule(c.warmup)
		if s.first != c.first || !slices.Equal(s.ends, c.ends) {
			t.Errorf("warmup of %d: windows from %d end at %v, want from %d at %v", c.warmup, s.first, s.ends, c.first, c.ends)
		}
	}
}

// TestSchedule_WindowsFit checks every length: windows lie within the warmup, in
// order, with draws enough for a variance, and the last leaves the term buffer.
func TestSchedule_WindowsFit(t *testing.T) {
	for warmup := minWarmup; warmup <= 3000; warmup++ {
		s := newSchedule(warmup)
		begin := s.first
		for _, end := range s.ends {
			if end-begin+1 < 5 {
				t.Fatalf("warmup of %d: window %d to %d is too short", warmup, begin, end)
			}
			if !s.learns(begin) || !s.learns(end) || !s.closes(end) || s.closes(begin) {
				t.Fatalf("warmup of %d: window %d to %d is not kept", warmup, begin, end)
			}
			begin = end + 1
		}
		if s.learns(begin) || s.first > 0 && s.learns(s.first-1) {
			t.Fatalf("warmup of %d: a draw of the buffers is learned from", warmup)
		}
		term := warmup - begin
		if warmup >= initBuffer+firstWidth+termBuffer && term != termBuffer || term < 2 {
			t.Fatalf("warmup of %d: %d draws are left for the step size", warmup, term)
		}
	}
}
