package input

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
)

// Law is a distribution that a source of a simulation draws from. The laws of
// this package that are drawn by inversion, one uniform number for each draw,
// are sim.Inverse too.
type Law = sim.Law

// Must returns the law, or panics with the error: for parameters that are
// written in the program.
func Must(l Law, err error) Law {
	if err != nil {
		panic(err)
	}
	return l
}

// accept returns the law unless there is an error.
func accept(l Law, errs ...error) (Law, error) {
	if err := firstError(errs...); err != nil {
		return nil, fmt.Errorf("input: %s: %w", l, err)
	}
	return l, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func positive(name string, x float64) error {
	if !(x > 0 && x <= math.MaxFloat64) {
		return fmt.Errorf("%s is %v: want it finite and > 0", name, x)
	}
	return nil
}

func notNegative(name string, x float64) error {
	if !(x >= 0 && x <= math.MaxFloat64) {
		return fmt.Errorf("%s is %v: want it finite and ≥ 0", name, x)
	}
	return nil
}

func finite(name string, x float64) error {
	if !(math.Abs(x) <= math.MaxFloat64) {
		return fmt.Errorf("%s is %v: want it finite", name, x)
	}
	return nil
}

func ordered(lowName string, low float64, highName string, high float64) error {
	if !(low < high) {
		return fmt.Errorf("%s is %v and %s is %v: want them in increasing order", lowName, low, highName, high)
	}
	return nil
}

// describe writes a law as a call, as in "uniform(1, 2)".
func describe(name string, parameters ...float64) string {
	var b strings.Builder
	b.WriteString(name + "(")
	for i, x := range parameters {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.FormatFloat(x, 'g', -1, 64))
	}
	return b.String() + ")"
}

// invert fills dst with draws by inversion.
func invert(dst []float64, s *rng.Stream, l sim.Inverse) int {
	s.FillFloat64(dst)
	for i, u := range dst {
		dst[i] = l.FromUniform(u)
	}
	return len(dst)
}

// scale multiplies dst by a number, several elements in a turn, which halves the
// time.
func scale(dst []float64, by float64) {
	for len(dst) >= 4 {
		d := (*[4]float64)(dst)
		d[0], d[1], d[2], d[3] = d[0]*by, d[1]*by, d[2]*by, d[3]*by
		dst = dst[4:]
	}
	for i := range dst {
		dst[i] *= by
	}
}
