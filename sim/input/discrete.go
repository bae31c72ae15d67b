package input

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/sim"
)

// poisson is the law of counts with a mean.
type poisson struct{ mean float64 }

// Poisson returns the Poisson law of a mean > 0.
func Poisson(mean float64) (Law, error) { return accept(poisson{mean}, positive("mean", mean)) }

func (l poisson) Fill(dst []float64, s *rng.Stream) int {
	for i := range dst {
		dst[i] = rng.Poisson(s, l.mean)
	}
	return len(dst)
}
func (l poisson) Mean() float64  { return l.mean }
func (l poisson) String() string { return describe("poisson", l.mean) }

// geometric counts the failures before the first success.
type geometric struct{ p float64 }

// Geometric returns the law of the number of failures before the first success
// of probability p, 0 < p ≤ 1: mean (1 − p)/p.
func Geometric(p float64) (Law, error) {
	err := positive("p", p)
	if err == nil && p > 1 {
		err = fmt.Errorf("p is %v: want at most 1", p)
	}
	return accept(geometric{p}, err)
}

func (l geometric) Fill(dst []float64, s *rng.Stream) int { return invert(dst, s, l) }
func (l geometric) FromUniform(u float64) float64 {
	if l.p == 1 {
		return 0
	}
	return math.Floor(elem.Log(u) / elem.Log1p(-l.p))
}
func (l geometric) Mean() float64  { return (1 - l.p) / l.p }
func (l geometric) String() string { return describe("geometric", l.p) }

// bernoulli is 1 with probability p, else 0.
type bernoulli struct{ p float64 }

// Bernoulli returns the law of 1 with probability p and 0 else.
func Bernoulli(p float64) (Law, error) {
	err := notNegative("p", p)
	if err == nil && p > 1 {
		err = fmt.Errorf("p is %v: want at most 1", p)
	}
	return accept(bernoulli{p}, err)
}

func (l bernoulli) Fill(dst []float64, s *rng.Stream) int { return invert(dst, s, l) }
func (l bernoulli) FromUniform(u float64) float64 {
	if u < l.p {
		return 1
	}
	return 0
}
func (l bernoulli) Mean() float64  { return l.p }
func (l bernoulli) String() string { return describe("bernoulli", l.p) }

// integer is uniform on whole numbers.
type integer struct{ low, high int }

// Integer returns the uniform law of the whole numbers from low to high, both
// included.
func Integer(low, high int) (Law, error) {
	var err error
	if low > high || high-low >= 1<<50 {
		err = fmt.Errorf("low is %d and high is %d: want them in order", low, high)
	}
	return accept(integer{low, high}, err)
}

func (l integer) Fill(dst []float64, s *rng.Stream) int { return invert(dst, s, l) }
func (l integer) FromUniform(u float64) float64 {
	return float64(l.low) + math.Floor(float64(u*float64(l.high-l.low+1)))
}
func (l integer) Mean() float64  { return float64(l.low+l.high) / 2 }
func (l integer) String() string { return describe("integer", float64(l.low), float64(l.high)) }

// choice gives one of several values.
type choice struct {
	values, shares []float64
}

// Choice returns the law of a value with a probability each, given as
// value, probability, value, probability, …; probabilities sum to 1.
func Choice(pairs []float64) (Law, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("input: choice of %d numbers: want a value and its probability in turns", len(pairs))
	}
	l := choice{}
	for i := 0; i < len(pairs); i += 2 {
		if err := finite(fmt.Sprintf("value %d", i/2+1), pairs[i]); err != nil {
			return nil, fmt.Errorf("input: choice: %w", err)
		}
		l.values, l.shares = append(l.values, pairs[i]), append(l.shares, pairs[i+1])
	}
	shares, err := cumulate(l.shares)
	if err != nil {
		return nil, fmt.Errorf("input: choice: %w", err)
	}
	l.shares = shares
	return l, nil
}

func (l choice) Fill(dst []float64, s *rng.Stream) int { return invert(dst, s, l) }
func (l choice) FromUniform(u float64) float64         { return l.values[choose(l.shares, u)] }
func (l choice) Mean() float64 {
	mean, before := 0.0, 0.0
	for i, v := range l.values {
		mean += float64((l.shares[i] - before) * v)
		before = l.shares[i]
	}
	return mean
}
func (l choice) String() string { return fmt.Sprintf("choice of %d values", len(l.values)) }

// empirical is the continuous law of a sample.
type empirical struct{ sorted []float64 }

// Empirical returns the continuous law whose distribution function rises
// linearly between the sorted observations (Law 2015, "Simulation modeling and
// analysis", 6.2.4); of one observation it is constant.
func Empirical(sample []float64) (Law, error) {
	l := empirical{slices.Clone(sample)}
	if len(sample) == 0 {
		return nil, fmt.Errorf("input: an empirical law of no observations")
	}
	for i, x := range sample {
		if err := finite(fmt.Sprintf("observation %d", i+1), x); err != nil {
			return nil, fmt.Errorf("input: %s: %w", l, err)
		}
	}
	slices.Sort(l.sorted)
	return l, nil
}

func (l empirical) Fill(dst []float64, s *rng.Stream) int { return invert(dst, s, l) }
func (l empirical) FromUniform(u float64) float64 {
	place := float64(u * float64(len(l.sorted)-1))
	i := int(place)
	if i+1 >= len(l.sorted) {
		return l.sorted[len(l.sorted)-1]
	}
	return l.sorted[i] + float64((place-float64(i))*(l.sorted[i+1]-l.sorted[i]))
}
func (l empirical) Mean() float64 {
	n := len(l.sorted)
	if n == 1 {
		return l.sorted[0]
	}
	sum := 0.0
	for i := 1; i < n; i++ {
		sum += float64(l.sorted[i-1]/2) + float64(l.sorted[i]/2)
	}
	return sum / float64(n-1)
}
func (l empirical) String() string { return fmt.Sprintf("empirical of %d observations", len(l.sorted)) }

// floored is a law whose draws below a bound are drawn again.
type floored struct {
	law sim.Law
	low float64
}

// AtLeast returns the law given that its draws are at least low: others are
// drawn again. At least one in a thousand should be.
func AtLeast(l Law, low float64) (Law, error) {
	if i, ok := l.(sim.Inverse); ok && i.FromUniform(1-0x1p-10) < low && i.FromUniform(0x1p-10) < low {
		return nil, fmt.Errorf("input: %s is at least %v less than once in a thousand draws", l, low)
	}
	return floored{l, low}, nil
}

func (l floored) Fill(dst []float64, s *rng.Stream) int {
	n := 0
	for tries := 0; n < len(dst); tries++ {
		got := l.law.Fill(dst[n:], s)
		if got == 0 || tries > 100000 {
			break
		}
		kept := n
		for _, x := range dst[n : n+got] {
			if x >= l.low {
				dst[kept] = x
				kept++
			}
		}
		n = kept
	}
	return n
}

// Mean is not known.
func (l floored) Mean() float64 { return math.NaN() }
func (l floored) String() string {
	return fmt.Sprintf("%s at least %v", l.law, l.low)
}
