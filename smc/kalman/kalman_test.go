package kalman

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/smc/internal/problems"
)

func matrix(a [][]float64) *mat.Dense {
	m := mat.NewDense(len(a), len(a[0]), nil)
	for i, row := range a {
		m.SetRow(i, row)
	}
	return m
}

// written allows for the 10 or 12 digits that the answers have.
var written = check.Rel.Scaled(1e-2).Loosened(10, "the answers are written with 10 digits")

func TestFilterAndSmooth_AgreeWithTheReference(t *testing.T) {
	var p problems.LG4
	problems.Read(t, "lg4", &p)
	k := &Model{matrix(p.Model.F), matrix(p.Model.Q), matrix(p.Model.H), matrix(p.Model.R), p.Model.M0, matrix(p.Model.P0)}
	steps, err := k.Filter(p.Y)
	if err != nil {
		t.Fatal(err)
	}
	smoothed, err := k.Smooth(steps)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i := range steps {
		sum += steps[i].LogLikelihood
		check.Close(t, sum, p.Answers.LogLikT[i], written, "log likelihood at", i)
		check.CloseSlice(t, steps[i].Mean, p.Answers.FilterMean[i], written, "filter mean", i)
		check.CloseSlice(t, smoothed[i].Mean, p.Answers.SmoothMean[i], written, "smooth mean", i)
		for d := range 4 {
			check.CloseSlice(t, steps[i].Cov.RawRowView(d), p.Answers.FilterVar[i][d], written, "filter covariance", i, d)
			check.CloseSlice(t, smoothed[i].Cov.RawRowView(d), p.Answers.SmoothVar[i][d], written, "smooth covariance", i, d)
		}
	}
	check.Close(t, LogLikelihood(steps), p.Answers.LogLik, check.Rel)
}

var missing = math.NaN()

func one(v float64) *mat.Dense { return mat.NewDense(1, 1, []float64{v}) }

// TestFilter_OfOneState is by hand: prior N(0, 1), y = 1 with variance 1 gives
// mean ½, variance ½; then x moves by factor 2 with noise 1: N(1, 3), and a
// missing y changes nothing.
func TestFilter_OfOneState(t *testing.T) {
	k := &Model{one(2), one(1), one(1), one(1), []float64{0}, one(1)}
	nan := []float64{missing}
	steps, err := k.Filter([][]float64{{1}, nan})
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, steps[0].Mean[0], 0.5, check.ULP(4))
	check.Close(t, steps[0].Cov.At(0, 0), 0.5, check.ULP(4))
	check.Close(t, steps[1].Mean[0], 1, check.ULP(4))
	check.Close(t, steps[1].Cov.At(0, 0), 3, check.ULP(4))
	check.Close(t, steps[1].LogLikelihood, 0, check.Exact)
	smoothed, err := k.Smooth(steps)
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, smoothed[0].Mean[0], 0.5, check.ULP(8), "nothing seen later changes nothing")
	check.Close(t, smoothed[0].Cov.At(0, 0), 0.5, check.ULP(8))
}

func TestFilter_NamesWhatDoesNotFit(t *testing.T) {
	good := Model{one(1), one(1), one(1), one(1), []float64{0}, one(1)}
	bad := good
	bad.Q = mat.NewDense(2, 2, nil)
	if _, err := bad.Filter([][]float64{{1}}); err == nil {
		t.Error("no error for a Q of the wrong size")
	}
	bad = good
	bad.R, bad.P0 = one(-2), one(1)
	if _, err := bad.Filter([][]float64{{1}}); err == nil {
		t.Error("no error for a negative variance")
	}
	if _, err := good.Filter([][]float64{{1, 2}}); err == nil {
		t.Error("no error for too many numbers")
	}
	bad = good
	bad.F = nil
	if _, err := bad.Filter(nil); err == nil {
		t.Error("no error for a missing matrix")
	}
}
