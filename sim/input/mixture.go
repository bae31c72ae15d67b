package input

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// hyperExponential is a mixture of exponential laws.
type hyperExponential struct {
	shares []float64 // cumulated
	means  []float64
}

// HyperExponential returns a mixture of exponential laws: with probability
// shares[i], which sum to 1, the draw is exponential with means[i].
func HyperExponential(shares, means []float64) (Law, error) {
	l := hyperExponential{means: slices.Clone(means)}
	if len(shares) != len(means) {
		return nil, fmt.Errorf("input: hyperexponential of %d shares and %d means: want as many", len(shares), len(means))
	}
	cumulated, err := cumulate(shares)
	if err != nil {
		return nil, fmt.Errorf("input: hyperexponential: %w", err)
	}
	l.shares = cumulated
	for i, m := range means {
		if err := positive(fmt.Sprintf("mean %d", i+1), m); err != nil {
			return nil, fmt.Errorf("input: hyperexponential: %w", err)
		}
	}
	return l, nil
}

// cumulate returns the running sums of probabilities that sum to 1.
func cumulate(shares []float64) ([]float64, error) {
	sum := 0.0
	out := make([]float64, len(shares))
	for i, p := range shares {
		if err := notNegative(fmt.Sprintf("probability %d", i+1), p); err != nil {
			return nil, err
		}
		sum += p
		out[i] = sum
	}
	if len(shares) == 0 || !(sum > 1-1e-9 && sum < 1+1e-9) {
		return nil, fmt.Errorf("%d probabilities sum to %v: want 1", len(shares), sum)
	}
	out[len(out)-1] = 1
	return out, nil
}

// choose returns the first place at which the cumulated shares exceed u.
func choose(shares []float64, u float64) int {
	i := 0
	for i < len(shares)-1 && u >= shares[i] {
		i++
	}
	return i
}

func (l hyperExponential) Fill(dst []float64, s *rng.Stream) int {
	for i := range dst {
		dst[i] = -l.means[choose(l.shares, s.Float64())] * elem.Log(s.Float64())
	}
	return len(dst)
}

func (l hyperExponential) Mean() float64 {
	mean, before := 0.0, 0.0
	for i, m := range l.means {
		mean += float64((l.shares[i] - before) * m)
		before = l.shares[i]
	}
	return mean
}

func (l hyperExponential) String() string {
	var parts []string
	before := 0.0
	for i, m := range l.means {
		parts = append(parts, fmt.Sprintf("%.6g:%.6g", l.shares[i]-before, m))
		before = l.shares[i]
	}
	return "hyperexponential(" + strings.Join(parts, ", ") + ")"
}
