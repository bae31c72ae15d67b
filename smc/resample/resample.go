// Package resample draws ancestors: which particles of a weighted cloud go on,
// and how often. In every scheme the expected number of offspring of particle
// i among M is M·w[i]/Σw; the schemes differ in the variance around it.
//
//	scheme        offspring                                         words drawn
//	Systematic    M·w[i]/Σw rounded up or down, one shift for all   1
//	Stratified    at most 2 away from it, one shift per stratum     M
//	Residual      at least the whole part; the rest as Multinomial  < M + 1
//	SSP           rounded up or down, negatively associated         ≤ N
//	Multinomial   independent draws                                 M + 1
//	Killing       a particle stays or is replaced by a draw         ≤ 2N + 1
//
// Systematic is the default of the filters. SSP is for proofs: its estimates
// converge under all orders of the particles (Gerber, Chopin and Whiteley
// 2019), which is not known of Systematic.
package resample

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre/rng"
)

// Scheme is a way to resample.
type Scheme uint8

// The schemes, as the package's table compares them.
const (
	Systematic Scheme = iota
	Stratified
	Multinomial
	Residual
	SSP
	Killing
)

var names = []string{"systematic", "stratified", "multinomial", "residual", "ssp", "killing"}

// Schemes lists them all.
func Schemes() []Scheme {
	return []Scheme{Systematic, Stratified, Multinomial, Residual, SSP, Killing}
}

// String returns the name in lower case.
func (s Scheme) String() string {
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("Scheme(%d)", uint8(s))
}

// UnmarshalText reads a name.
func (s *Scheme) UnmarshalText(text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return fmt.Errorf("no resampling scheme %q: choose one of %s", text, strings.Join(names, ", "))
	}
	*s = Scheme(i)
	return nil
}

// MarshalText writes the name.
func (s Scheme) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Resampler is a Scheme with the memory that it works in. The zero value is
// Systematic. It is for one goroutine.
type Resampler struct {
	Scheme   Scheme
	uniforms []float64
	rest     []float64
	counts   []int32
	drawn    []int32
}

// Ancestors writes len(dst) indices into weights, drawn by the scheme. The
// weights are finite and ≥ 0, with a finite sum above 0; they need not be
// normalised. An index of weight 0 is never written. All schemes but Killing,
// which leaves every survivor in its place, write the indices in increasing
// order. Killing needs len(dst) = len(weights). It panics for lengths or
// weights outside the domain.
func (r *Resampler) Ancestors(dst []int32, src *rng.Stream, weights []float64) {
	if len(dst) == 0 {
		return
	}
	total, last := sum(weights)
	switch r.Scheme {
	case Systematic:
		systematic(dst, src, weights, total, last)
	case Stratified:
		r.stratified(dst, src, weights, total, last)
	case Multinomial:
		r.multinomial(dst, src, weights, total, last)
	case Residual:
		r.residual(dst, src, weights, total)
	case SSP:
		r.ssp(dst, src, weights, total)
	case Killing:
		r.killing(dst, src, weights, total, last)
	default:
		panic(fmt.Sprintf("resample: unknown scheme %d", r.Scheme))
	}
}

// sum returns the sum in index order and the last index with a weight above 0.
func sum(weights []float64) (total float64, last int) {
	last = -1
	for i, w := range weights {
		total += w
		if w > 0 {
			last = i
		}
	}
	if !(total > 0 && total < 1e300) {
		panic(fmt.Sprintf("resample: %d weights of sum %v, want it finite and above 0", len(weights), total))
	}
	return total, last
}

// grow returns a slice of length n, of the memory of x where that is enough.
func grow[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:n]
}
