package adapt

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Constants of the averaging, as in Stan and in Hoffman & Gelman (2014),
// section 3.2.1.
const (
	gamma = 0.05 // strength of the pull towards mu; smaller is weaker
	kappa = 0.75 // decay of the weights of the average
	t0    = 10   // damps the first iterations
)

// dualAveraging finds the step size at which the acceptance statistic has a
// given mean (Nesterov 2009; Hoffman & Gelman 2014, equation 6).
type dualAveraging struct {
	target float64 // wanted mean of the acceptance statistic

	mu         float64 // log step size towards which iterates shrink
	shortfall  float64 // running mean of target - acceptance statistic
	logAverage float64 // weighted mean of the iterates of log step size
	count      float64 // iterations since restart
}

// restart begins anew from a step size: mu = log(10 step), as it pays to try
// large steps first.
func (a *dualAveraging) restart(step float64) {
	*a = dualAveraging{target: a.target, mu: elem.Log(10 * step)}
}

// learn takes the acceptance statistic of a draw and returns the step size for
// the next. It may be 0 or +Inf when the statistic stays at one end for long.
func (a *dualAveraging) learn(accept float64) (step float64) {
	a.count++
	eta := 1 / (a.count + t0)
	a.shortfall = float64((1-eta)*a.shortfall) + float64(eta*(a.target-min(1, accept)))
	logStep := a.mu - a.shortfall*math.Sqrt(a.count)/gamma
	share := elem.Exp(-kappa * elem.Log(a.count))
	a.logAverage = float64(share*logStep) + float64((1-share)*a.logAverage)
	return elem.Exp(logStep)
}

// average returns the averaged step size, to be kept after warmup; ok is false
// when nothing was learned since the restart.
func (a *dualAveraging) average() (step float64, ok bool) {
	return elem.Exp(a.logAverage), a.count > 0
}

// begin searches a step size from the kernel's own, sets it and averages anew.
func (a *dualAveraging) begin(k Tuned, src *rng.Stream, state *transition.State) (Cost, error) {
	step, cost, err := searchStep(k, src, state, k.StepSize())
	if err != nil {
		return cost, err
	}
	k.SetStepSize(step)
	a.restart(step)
	return cost, nil
}

// apply learns from the acceptance statistic of a draw and sets the step size of
// the next.
func (a *dualAveraging) apply(k Tuned, accept float64) error {
	step := a.learn(accept)
	if err := checkStep(step, math.MaxFloat64); err != nil {
		return err
	}
	k.SetStepSize(step)
	return nil
}

// finish sets the averaged step size, if anything was learned.
func (a *dualAveraging) finish(k Tuned) {
	if step, ok := a.average(); ok {
		k.SetStepSize(step)
	}
}
