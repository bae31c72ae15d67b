package bart

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// familyChain returns a chain of a family whose trees' prior is wide enough to matter and
// narrow enough for counts to stay small.
func familyChain(family Family, seed uint64) *chain {
	return familyChainOf(Options{Family: family}, seed)
}

func familyChainOf(o Options, seed uint64) *chain {
	d, family := mixed(14, 3), o.Family
	o.Trees, o.Sparse, o.Prior = 3, Off, Prior{MinLeaf: 2, Nu: 8}
	for i := range d.Y {
		d.Y[i] = []float64{0, 1}[i%2]
		switch family {
		case Ordinal:
			d.Y[i] = float64(i % 3)
		case Survival:
			d.Y[i] = 1 + float64(i%5)
		}
	}
	if counted(family) {
		d.Exposure = make([]float64, 14)
		for i := range d.Exposure {
			d.Exposure[i] = 0.5 + float64(i%3)
		}
	}
	if family == Survival {
		d.Censored = make([]bool, 14)
	}
	full, err := o.complete(d)
	if err != nil {
		panic(err)
	}
	p := newProblem(d, &full)
	p.leafScale = 0.7
	p.noise = variancePrior{nu: 8, lambda: 1}
	if p.scaling.scale = 1; family == Gaussian {
		p.scaling.shift = 0
	}
	return newChain(p, 0, rng.NewKey(seed))
}

// familyPrior draws the trees and the other unknowns of the chain from their prior.
func familyPrior(c *chain) {
	switch l := c.mean.model.(type) {
	case *poissonLeaf:
		clear(l.y)
		clear(c.mean.resid)
	default:
		c.noise2 = 1e30
		c.tellNoise()
	}
	for range 60 {
		c.mean.sweep(c.src)
	}
	c.noise2 = 1
	besidePrior(c)
	variancePriorDraw(c)
	switch l := c.likelihood.(type) {
	case gaussian, *survival:
		c.noise2 = c.noise.nu * c.noise.lambda / (2 * rng.Gamma(c.src, c.noise.nu/2, 1))
	case *counts:
		l.dispersion = rng.Gamma(c.src, dispersionShape, dispersionRate)
	case *ordinal:
		l.step = 0 // thresholds have no proper prior: they stay where they are
	}
}

// familyResponse draws the response, and what stands between it and the trees, given the trees.
func familyResponse(c *chain) {
	const limit = 0.8 // of log times
	for i := range c.target {
		trees, outside := c.fromTrees(i), 0.0
		if c.outside != nil {
			outside = c.outside[i]
		}
		f := trees + outside
		latent := f + c.scaling.shift + float64(math.Sqrt(c.noise2)*c.src.Normal())
		offset := c.offsetOf(i)
		switch l := c.likelihood.(type) {
		case *probit:
			c.response[i] = 0
			if latent > 0 {
				c.response[i] = 1
			}
		case *logistic:
			c.response[i] = float64(rng.Bernoulli(c.src, elem.InvLogit(f+c.scaling.shift)))
		case *ordinal:
			latent = f + c.src.Normal()
			c.response[i] = 0
			for _, threshold := range l.thresholds {
				if latent > threshold {
					c.response[i]++
				}
			}
		case *counts:
			c.response[i] = rng.NegBinomial2(c.src, l.dispersion*elem.Exp(f+c.scaling.shift+offset), l.dispersion)
		case poisson:
			c.response[i] = rng.Poisson(c.src, elem.Exp(f+c.scaling.shift+offset))
			c.mean.resid[i] = float32(float64(c.target[i]) * elem.Exp(f))
			continue
		case gaussian:
			rate := 1.0
			if c.rates != nil {
				rate = c.rates[i]
			}
			latent = f + float64(math.Sqrt(c.noise2/rate)*c.src.Normal())
		case *survival:
			latent = f + float64(math.Sqrt(c.noise2)*c.src.Normal())
			c.response[i], c.censored[i] = min(latent, limit), latent > limit
		}
		z := latent - c.scaling.shift
		if f := c.options.Family; f == Gaussian || f == Survival || f == Ordinal {
			z = latent
		}
		if c.outside != nil {
			c.working[i] = z
		}
		c.target[i] = float32(z - outside)
		c.mean.resid[i] = c.target[i] - float32(trees)
	}
	c.mean.last = -1
	if l := c.options.Family; l == Logistic || l == NegativeBinomial {
		c.likelihood.update(c, 0) // the working responses, which are not the latent ones
	}
}

// familyFunctionals are what is compared: moments of f, of the trees' size, of the other
// unknowns and of the response.
func familyFunctionals(c *chain) []float64 {
	f, g := c.fromTrees(0), c.fromTrees(5)
	leaves, _ := c.mean.size()
	mean := familyMean(c)
	out := []float64{f, f * f, f * g, leaves, leaves * leaves, mean, mean * f, math.Log(c.noise2)}
	if l, ok := c.likelihood.(*counts); ok {
		out = append(out, math.Log(l.dispersion))
	}
	return out
}

// familyMean is the mean response. Counts have heavy tails, so their logarithm is taken.
func familyMean(c *chain) float64 {
	mean := 0.0
	for i, target := range c.target {
		y := float64(target)
		if c.options.Family != Gaussian {
			y = c.response[i]
		} else if c.outside != nil {
			y += c.outside[i]
		}
		if counted(c.options.Family) {
			y = math.Log1p(y)
		}
		mean += y / float64(len(c.target))
	}
	return mean
}

// TestFamilies_HaveTheJointLaw compares draws from the prior with those after sweeps between which
// the response is drawn anew (Geweke 2004). Of about fifty comparisons in a right program one is
// beyond 4.5 standard errors with probability 4e-4.
func TestFamilies_HaveTheJointLaw(t *testing.T) {
	draws := effort(60, 160, 400)
	for _, family := range []Family{Probit, Logistic, Ordinal, NegativeBinomial, Survival, Poisson} {
		t.Run(family.String(), func(t *testing.T) {
			c := familyChain(family, 5)
			prior, joint := jointDraws(c, draws, 0, familyFunctionals), jointDraws(c, draws, 3, familyFunctionals)
			for i := range prior {
				a, sa := check.MeanError(prior[i])
				b, sb := check.MeanError(joint[i])
				check.Close(t, b, a, check.Z(4.5, math.Hypot(sa, sb)+1e-9), "seed 5, functional", i)
			}
		})
	}
}

func TestFamilies_KeepTheInvariantsOfTheirForests(t *testing.T) {
	for _, family := range []Family{Probit, Logistic, Ordinal, NegativeBinomial, Survival, Poisson} {
		c := familyChain(family, 7)
		familyPrior(c)
		familyResponse(c)
		for sweep := range 130 {
			c.sweep()
			if err := checkEnsemble(c.mean); err != nil {
				t.Fatalf("%v, sweep %d: %v", family, sweep, err)
			}
			if err := c.checkResidual(); err != nil {
				t.Fatalf("%v, sweep %d: %v", family, sweep, err)
			}
		}
	}
}
