package input

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
)

// nhpp gives the intervals of a Poisson process whose rate changes.
type nhpp struct {
	rate      func(t float64) float64
	most      float64
	now, last float64
	what      string
}

// quietLimit is the number of candidates in a row that thinning may reject
// before the process counts as over.
const quietLimit = 10_000_000

// Thinning returns the intervals between the arrivals of a non-homogeneous
// Poisson process that begins at time 0, by thinning (Lewis and Shedler 1979):
// candidates at the rate most are kept with probability rate(t)/most. rate must
// be a function of the time alone, between 0 and most.
func Thinning(rate func(t float64) float64, most float64) (Law, error) {
	return accept(&nhpp{rate: rate, most: most, what: "thinning of rate"}, positive("most", most))
}

// Rates is Thinning with a rate that is constant between given times: rates[i]
// from times[i] to times[i+1], where times[0] is 0. After period it begins
// again; with period 0 the last rate stays.
func Rates(times, rates []float64, period float64) (Law, error) {
	times, rates = slices.Clone(times), slices.Clone(rates)
	if len(times) == 0 || len(times) != len(rates) || times[0] != 0 || !slices.IsSorted(times) || !(period >= 0) ||
		period > 0 && period <= times[len(times)-1] {
		return nil, fmt.Errorf("input: rates %v from times %v with period %v: want as many, times in order from 0, and a period after the last", rates, times, period)
	}
	for i, r := range rates {
		if err := notNegative(fmt.Sprintf("rate %d", i+1), r); err != nil {
			return nil, fmt.Errorf("input: rates: %w", err)
		}
	}
	rate := func(t float64) float64 {
		if period > 0 {
			t = math.Mod(t, period)
		}
		i, found := slices.BinarySearch(times, t)
		if !found {
			i--
		}
		return rates[i]
	}
	return Thinning(rate, slices.Max(rates))
}

func (l *nhpp) Fill(dst []float64, s *rng.Stream) int {
	for i := range dst {
		quiet := 0
		for {
			l.now += s.Exponential() / l.most
			r := l.rate(l.now)
			if !(r >= 0 && r <= l.most) {
				panic(fmt.Sprintf("input: the rate of arrivals is %v at time %v: want it between 0 and %v", r, l.now, l.most))
			}
			if float64(s.Float64()*l.most) < r {
				break
			}
			if quiet++; quiet == quietLimit {
				return i
			}
		}
		dst[i] = l.now - l.last
		l.last = l.now
	}
	return len(dst)
}

// Mean is not known: it changes.
func (l *nhpp) Mean() float64 { return math.NaN() }

func (l *nhpp) String() string { return fmt.Sprintf("%s at most %v", l.what, l.most) }

// Clone returns a process at the same time.
func (l *nhpp) Clone() Law {
	d := *l
	return &d
}
