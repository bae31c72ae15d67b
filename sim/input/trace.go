package input

import (
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
)

// trace gives the numbers of a list in order.
type trace struct {
	numbers []float64
	next    int
	cycles  bool
}

// Trace returns a law that gives recorded numbers in their order, once. A source
// of it is used up at the end: arrivals stop, any other draw is a fault.
func Trace(numbers []float64) (Law, error) { return newTrace(numbers, false) }

// Cycle returns a law that gives recorded numbers in their order, again and
// again.
func Cycle(numbers []float64) (Law, error) { return newTrace(numbers, true) }

func newTrace(numbers []float64, cycles bool) (Law, error) {
	l := &trace{numbers: slices.Clone(numbers), cycles: cycles}
	if len(numbers) == 0 {
		return nil, fmt.Errorf("input: a trace of no numbers")
	}
	for i, x := range numbers {
		if err := finite(fmt.Sprintf("number %d", i+1), x); err != nil {
			return nil, fmt.Errorf("input: %s: %w", l, err)
		}
	}
	return l, nil
}

func (l *trace) Fill(dst []float64, _ *rng.Stream) int {
	n := 0
	for n < len(dst) {
		if l.next == len(l.numbers) {
			if !l.cycles {
				break
			}
			l.next = 0
		}
		k := copy(dst[n:], l.numbers[l.next:])
		n += k
		l.next += k
	}
	return n
}

func (l *trace) Mean() float64 {
	sum := 0.0
	for _, x := range l.numbers {
		sum += x
	}
	return sum / float64(len(l.numbers))
}

func (l *trace) String() string { return fmt.Sprintf("trace of %d numbers", len(l.numbers)) }

// Clone returns a trace at the same place.
func (l *trace) Clone() Law {
	d := *l
	return &d
}
