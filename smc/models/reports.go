package models

import (
	"fmt"
	"math"
	"sync"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/elem/vec"
	"github.com/quatre-ppl/quatre/rng"
)

// NegBinomialReport is a count of mean m = Fraction·x[Coordinate] + Floor and
// variance m + m²/Size. A Floor above 0 keeps stray cases possible where there
// are none to report.
type NegBinomialReport struct {
	Coordinate            int
	Fraction, Floor, Size float64
}

// PoissonReport is a count of mean Fraction·x[Coordinate] + Floor.
type PoissonReport struct {
	Coordinate      int
	Fraction, Floor float64
}

func checkCount(y float64) error {
	if !(y >= 0) || y != math.Floor(y) || math.IsInf(y, 0) {
		return fmt.Errorf("models: %v is no count: it must be a whole number ≥ 0, or NaN where it is missing", y)
	}
	return nil
}

// reportChunk is the number of means done at a time.
const reportChunk = 256

// reportScratch is the memory of a call: it would be cleared each time on the
// stack.
type reportScratch struct{ mean, logs, value [reportChunk]float64 }

var reportScratches = sync.Pool{New: func() any { return new(reportScratch) }}

// addByMean adds law(mean) to dst for the means fraction·x + floor. law writes
// to value, and may write to mean, which has the logarithms beside it. Where the
// counts x take few values, the law is asked for each of these once.
func addByMean(dst, x []float64, fraction, floor float64, law func(value, mean, logMean []float64)) {
	s := reportScratches.Get().(*reportScratch)
	defer reportScratches.Put(s)
	ask := func(n int) []float64 {
		for i, v := range s.value[:n] {
			s.mean[i] = float64(fraction*v) + floor
		}
		vec.Log(s.logs[:n], s.mean[:n])
		law(s.value[:n], s.mean[:n], s.logs[:n])
		return s.value[:n]
	}
	if low, high := wholeRange(x); high-low < min(reportChunk, float64(len(x))/2) {
		n := int(high-low) + 1
		for i := range n {
			s.value[i] = low + float64(i)
		}
		values := ask(n)
		for i, v := range x {
			dst[i] += values[int(v-low)]
		}
		return
	}
	for lo := 0; lo < len(x); lo += reportChunk {
		n := copy(s.value[:], x[lo:])
		to := dst[lo : lo+n]
		for i, v := range ask(n) {
			to[i] += v
		}
	}
}

// wholeRange returns the ends of x; the upper one is infinite where not all of x
// are whole numbers.
func wholeRange(x []float64) (low, high float64) {
	low, high = x[0], x[0]
	for _, v := range x {
		low, high = min(low, v), max(high, v)
		if float64(int64(v)) != v {
			return low, math.Inf(1)
		}
	}
	return low, high
}

// AddLogWeight implements Report:
//
//	lgamma(y+k) − lgamma(k) − lgamma(y+1) + k log k + y log m − (y+k) log(m+k)
func (r NegBinomialReport) AddLogWeight(dst []float64, y float64, x [][]float64) error {
	if err := checkCount(y); err != nil {
		return err
	}
	k := r.Size
	constant := elem.Lgamma(y+k) - elem.Lgamma(k) - elem.Lgamma(y+1) + float64(k*elem.Log(k))
	addByMean(dst, x[r.Coordinate], r.Fraction, r.Floor, func(value, mean, logMean []float64) {
		for i, m := range mean {
			mean[i] = m + k
		}
		vec.Log(mean, mean)
		for i, l := range mean {
			value[i] = constant - float64((y+k)*l)
		}
		if y > 0 { // 0 · log 0 is 0
			for i, l := range logMean {
				value[i] += float64(y * l)
			}
		}
	})
	return nil
}

// Draw implements Report.
func (r NegBinomialReport) Draw(dst []float64, src *rng.Stream, x [][]float64) {
	for i, v := range x[r.Coordinate] {
		dst[i] = rng.NegBinomial2(src, float64(r.Fraction*v)+r.Floor, r.Size)
	}
}

// AddLogWeight implements Report: y log m − m − lgamma(y+1).
func (r PoissonReport) AddLogWeight(dst []float64, y float64, x [][]float64) error {
	if err := checkCount(y); err != nil {
		return err
	}
	constant := -elem.Lgamma(y + 1)
	addByMean(dst, x[r.Coordinate], r.Fraction, r.Floor, func(value, mean, logMean []float64) {
		for i, m := range mean {
			value[i] = constant - m
		}
		if y > 0 {
			for i, l := range logMean {
				value[i] += float64(y * l)
			}
		}
	})
	return nil
}

// Draw implements Report.
func (r PoissonReport) Draw(dst []float64, src *rng.Stream, x [][]float64) {
	for i, v := range x[r.Coordinate] {
		dst[i] = rng.Poisson(src, float64(r.Fraction*v)+r.Floor)
	}
}
