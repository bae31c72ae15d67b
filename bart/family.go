package bart

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// Family is the law of a response given the function f.
type Family uint8

const (
	// Gaussian: y ~ N(f, σ²/w), w the weights.
	Gaussian Family = iota
	// Probit: y is 0 or 1, P(y = 1) = Φ(f) (Albert and Chib 1993).
	Probit
	// Logistic: y is 0 or 1, P(y = 1) = 1/(1 + exp(−f)) (Polson, Scott and Windle 2013).
	Logistic
	// Ordinal: y is a level 0, 1, …, J−1 and P(y ≤ j) = Φ(γ_j − f), the thresholds
	// γ drawn with a flat prior by the steps of Cowles (1996).
	Ordinal
	// NegativeBinomial: y is a count with mean r·exp(f) and variance mean + mean²/r; the
	// function is drawn by Pólya–Gamma variables (Polson, Scott and Windle 2013) and r by slices without
	// them. Its prior is Gamma(1, 0.1).
	NegativeBinomial
	// Survival: y > 0 is a time, log y ~ N(f, σ²), censored from the right where
	// Data.Censored says so: an accelerated failure time model.
	Survival
	// Poisson: y is a count with mean exp(f) times its exposure; the trees' factors multiply
	// and have gamma priors (Murray 2021).
	Poisson
	// DiscreteTime: y > 0 is a time, censored as in Survival. Time is cut into periods, at most
	// Options.Periods, and the probability that something that had not happened before happens in a period is Φ(f),
	// f a function of the columns and of the period's end, which is a column called "time"
	// (Sparapani et al. 2016). The hazards of two rows need not be in proportion.
	DiscreteTime
)

// familyNames are the names of the families, as the command line has them.
var familyNames = []string{"gaussian", "probit", "logistic", "ordinal", "count", "survival", "poisson", "discrete-time"}

// String returns the family's name.
func (f Family) String() string {
	if int(f) < len(familyNames) {
		return familyNames[f]
	}
	return fmt.Sprintf("Family(%d)", uint8(f))
}

// ParseFamily returns the family of a name.
func ParseFamily(name string) (Family, error) {
	if i := slices.Index(familyNames, name); i >= 0 {
		return Family(i), nil
	}
	return 0, fmt.Errorf("bart: no family %q: there are %v", name, familyNames)
}

// latentReach is how far f of the latent families may go from its middle by K prior
// standard deviations: three standard deviations of the latent noise, and a factor of twenty
// of a Poisson mean.
var latentReach = map[Family]float64{Probit: 3, DiscreteTime: 3, Ordinal: 3, Logistic: 5.5, NegativeBinomial: 5.5, Poisson: 3}

// validateFamily reports the first response that the family cannot have.
func (d *Data) validateFamily(f Family) error {
	if int(f) >= len(familyNames) {
		return fmt.Errorf("bart: unknown family %d", uint8(f))
	}
	if f != Gaussian && d.Weights != nil {
		return fmt.Errorf("bart: weights are for the gaussian family; repeat rows, or leave them out")
	}
	if d.Exposure != nil && !counted(f) {
		return fmt.Errorf("bart: exposures are for counts, not for the %v family", f)
	}
	timed := f == Survival || f == DiscreteTime
	if timed && d.Censored != nil && len(d.Censored) != len(d.Y) {
		return fmt.Errorf("bart: censoring of %d rows for %d responses", len(d.Censored), len(d.Y))
	}
	if !timed && d.Censored != nil {
		return fmt.Errorf("bart: censored responses are for the survival and the discrete-time family")
	}
	for i, y := range d.Y {
		good, want := true, ""
		switch f {
		case Probit, Logistic:
			good, want = y == 0 || y == 1, "0 or 1"
		case Ordinal:
			good, want = y >= 0 && y == math.Floor(y) && y < maxLevelsOfResponse, fmt.Sprintf("a level 0, 1, … below %d", maxLevelsOfResponse)
		case NegativeBinomial, Poisson:
			good, want = y >= 0 && y == math.Floor(y) && y < 1e9, "a count 0, 1, … below 1e9"
		case Survival, DiscreteTime:
			good, want = y > 0, "a time > 0"
		}
		if !good {
			return fmt.Errorf("bart: y, row %d: %v, the %v family wants %s", i+1, y, f, want)
		}
	}
	return nil
}

// counted tells whether the response is a count, which may have an exposure.
func counted(f Family) bool { return f == NegativeBinomial || f == Poisson }

// maxLevelsOfResponse is the largest number of levels of an ordinal response.
const maxLevelsOfResponse = 1000

// likelihood draws what stands between a response and the working response of
// the trees, and the noise.
type likelihood interface {
	// start sets the working response, before the first sweep.
	start(c *chain)
	// update is called with the settled residual and its sum of squares, and changes
	// the working response, the residual, the weights and the noise.
	update(c *chain, squares float64)
	// aux appends the draw's other unknowns to dst; restore sets them.
	aux(dst []float64) []float64
	restore(aux []float64)
}

// newLikelihood returns the likelihood of a chain.
func (p *problem) newLikelihood() likelihood {
	switch p.options.Family {
	case Probit, DiscreteTime:
		return &probit{}
	case Logistic:
		return &logistic{}
	case Ordinal:
		return &ordinal{}
	case NegativeBinomial:
		return &counts{}
	case Survival:
		return &survival{}
	case Poisson:
		return poisson{}
	}
	return gaussian{}
}

// gaussian draws σ² from its scaled inverse chi-square law.
type gaussian struct{}

func (gaussian) start(*chain) {}

func (gaussian) update(c *chain, squares float64) {
	n, nu := float64(len(c.target)), c.noise.nu
	c.noise2 = (float64(nu*c.noise.lambda) + squares) / (2 * rng.Gamma(c.src, (nu+n)/2, 1))
}

func (gaussian) aux(dst []float64) []float64 { return dst }

func (gaussian) restore([]float64) {}

// setTarget changes the working response of one row and keeps f.
func (c *chain) setTarget(i int, z float64) {
	if c.outside != nil {
		c.working[i] = z
		z -= c.outside[i]
	}
	c.ownTarget()
	f := c.target[i] - c.mean.resid[i]
	c.target[i] = float32(z)
	c.mean.resid[i] = c.target[i] - f
}

// ownTarget gives the chain a working response of its own.
func (c *chain) ownTarget() {
	if !c.owns {
		c.target, c.owns = slices.Clone(c.target), true
	}
}

// fitted is f of a row, the shift left out, with what others than the trees add to it.
func (c *chain) fitted(i int) float64 {
	f := c.ofTrees(i)
	if c.outside != nil {
		f += c.outside[i]
	}
	return f
}

// ofTrees is what the trees add to f of a row.
func (c *chain) ofTrees(i int) float64 {
	if c.multiplies {
		return elem.Log(float64(c.mean.resid[i]) / float64(c.target[i]))
	}
	return float64(c.target[i]) - float64(c.mean.resid[i])
}

// above returns a standard normal number greater than a.
func above(src *rng.Stream, a float64) float64 {
	if a > 30 {
		// The tail is exponential with rate a there, up to a relative error of 1/a².
		return a + src.Exponential()/a
	}
	return -elem.NormQuantile(src.Float64() * elem.NormCDF(-a))
}

// between returns a standard normal number in (a, b).
func between(src *rng.Stream, a, b float64) float64 {
	if a > 0 {
		return -between(src, -b, -a)
	}
	low, high := elem.NormCDF(a), elem.NormCDF(b)
	if !(high > low) {
		return float64(a/2) + float64(b/2) // too far out to tell the two apart
	}
	return min(max(elem.NormQuantile(low+float64(src.Float64()*(high-low))), a), b)
}

// probit draws the latent z ~ N(f, 1), positive where y = 1.
type probit struct{}

func (l *probit) start(c *chain) { l.update(c, 0) }

func (*probit) update(c *chain, _ float64) {
	c.noise2 = 1
	shift := c.scaling.shift
	for i, y := range c.response {
		f := c.fitted(i)
		if y == 1 {
			c.setTarget(i, f+above(c.src, -f-shift))
		} else {
			c.setTarget(i, f-above(c.src, f+shift))
		}
	}
}

func (*probit) aux(dst []float64) []float64 { return dst }

func (*probit) restore([]float64) {}

// logistic draws ω ~ PG(1, f) by row; then (y − ½)/ω is a response with
// precision ω.
type logistic struct{}

func (l *logistic) start(c *chain) {
	c.ownWeights()
	l.update(c, 0)
}

func (*logistic) update(c *chain, _ float64) {
	c.noise2 = 1
	for i, y := range c.response {
		omega := polyaGamma1(c.src, c.fitted(i)+c.scaling.shift)
		c.setPseudo(i, (y-0.5)/omega, omega)
	}
}

func (*logistic) aux(dst []float64) []float64 { return dst }

func (*logistic) restore([]float64) {}

// setPseudo sets a working response with the shift in it, and its precision.
func (c *chain) setPseudo(i int, z, precision float64) {
	c.mean.weights[i] = float32(precision)
	c.setTarget(i, z-c.scaling.shift)
}

// ownWeights gives the chain weights of its own.
func (c *chain) ownWeights() { c.mean.weights = make([]float32, len(c.target)) }

// survival imputes the logarithm of censored times from its law beyond the
// censoring time, and is gaussian otherwise.
type survival struct{ gaussian }

func (l *survival) update(c *chain, squares float64) {
	l.gaussian.update(c, squares)
	if c.censored == nil {
		return
	}
	sigma := math.Sqrt(c.noise2)
	for i, censored := range c.censored {
		if censored {
			f, limit := c.fitted(i), c.response[i]
			c.setTarget(i, max(f+float64(sigma*above(c.src, (limit-f)/sigma)), limit))
		}
	}
}
