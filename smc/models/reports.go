package models

import (
	"fmt"
	"math"

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

// reportChunk is the number of particles done at a time.
const reportChunk = 256

// eachMean calls use with the means, and their logarithms, of the particles lo
// to hi.
func eachMean(x []float64, fraction, floor float64, use func(lo int, mean, logMean []float64)) {
	var mean, logs [reportChunk]float64
	for lo := 0; lo < len(x); lo += reportChunk {
		part := x[lo:min(lo+reportChunk, len(x))]
		m, l := mean[:len(part)], logs[:len(part)]
		for i, v := range part {
			m[i] = float64(fraction*v) + floor
		}
		vec.Log(l, m)
		use(lo, m, l)
	}
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
	eachMean(x[r.Coordinate], r.Fraction, r.Floor, func(lo int, mean, logMean []float64) {
		to := dst[lo : lo+len(mean)]
		if y > 0 { // 0 · log 0 is 0
			for i, l := range logMean {
				to[i] += float64(y * l)
			}
		}
		for i := range mean {
			mean[i] += k
		}
		vec.Log(mean, mean)
		for i, l := range mean {
			to[i] += constant - float64((y+k)*l)
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
	eachMean(x[r.Coordinate], r.Fraction, r.Floor, func(lo int, mean, logMean []float64) {
		to := dst[lo : lo+len(mean)]
		for i, l := range logMean {
			if y > 0 {
				to[i] += float64(y * l)
			}
			to[i] += constant - mean[i]
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
