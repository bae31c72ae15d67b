package bart

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// addGroups gives the chain effects of three groups with one slope; addTreatment trees of an effect.
func addGroups(c *chain) {
	g := &Groups{Of: make([]int, len(c.target)), Count: 3, Slopes: [][]float64{make([]float64, len(c.target))}}
	for i := range g.Of {
		g.Of[i], g.Slopes[0][i] = i%3, math.Cos(float64(5*i))
	}
	c.addEffects(g)
	c.others = c.beside(0)
}

func addTreatment(c *chain) {
	d, z := mixed(len(c.target), 3), make([]float64, len(c.target))
	for i := range z {
		z[i] = []float64{0, 1, -0.5}[i%3]
	}
	o := CausalOptions{Options: Options{Sparse: Off, Prior: Prior{MinLeaf: 2}}, EffectTrees: 3}
	tau, err := effectProblem(d, z, &o, c.problem)
	if err != nil {
		panic(err)
	}
	c.others = &effectTrees{chain: newChain(tau, 0, rng.NewKey(c.src.Uint64())), treatment: z}
}

// besidePrior draws what stands beside the trees from its prior.
func besidePrior(c *chain) {
	switch e := c.others.(type) {
	case *effects:
		for k := range e.scales {
			root := math.Tan(math.Pi / 2 * c.src.Float64())
			e.scales[k] = root * root
		}
		for i := range e.values {
			e.values[i] = math.Sqrt(e.scales[i%2]) * c.src.Normal()
		}
		c.setOutside(e.of)
	case *effectTrees:
		e.noise2 = 1e30
		e.tellNoise()
		for range 40 {
			e.mean.sweep(e.src)
		}
		e.mean.settle()
		c.setOutside(e.of)
	}
}

// besideFunctionals are bounded functions of what stands beside the trees, whose law has heavy tails.
func besideFunctionals(c *chain) []float64 {
	a, b := math.Atan(c.outside[1]), math.Atan(c.outside[5])
	covariance := 0.0
	for i, f := range c.outside {
		covariance += math.Atan(f) * math.Atan(c.working[i])
	}
	out := []float64{a * a, a * b, a * c.fromTrees(4), a * familyMean(c), covariance}
	switch e := c.others.(type) {
	case *effects:
		s, r := math.Log(e.scales[0]), math.Log(e.scales[1])
		out = append(out, s, s*s, r, r*r, s*a*a)
	case *effectTrees:
		leaves, _ := e.mean.size()
		out = append(out, leaves, a*leaves)
	}
	return out
}

// TestBeside_HasTheJointLaw is TestFamilies_HaveTheJointLaw for random effects of groups and for effects of
// treatments. Of about a hundred comparisons in a right program one is beyond 4.5
// standard errors with probability 7e-4.
func TestBeside_HasTheJointLaw(t *testing.T) {
	draws := effort(25, 90, 220)
	for name, add := range map[string]func(*chain){"groups": addGroups, "treatment": addTreatment} {
		for _, family := range []Family{Gaussian, Probit, Logistic, Survival} {
			t.Run(name+" "+family.String(), func(t *testing.T) {
				c := familyChain(family, 6)
				add(c)
				prior := jointDraws(c, draws, 0, besideFunctionals)
				joint := jointDraws(c, draws, 6, besideFunctionals)
				for i := range prior {
					a, sa := check.MeanError(prior[i])
					b, sb := check.MeanError(joint[i])
					check.Close(t, b, a, check.Z(4.5, math.Hypot(sa, sb)+1e-9), "seed 6, functional", i)
				}
			})
		}
	}
}

// jointDraws returns functionals of draws of the joint law: from the prior, and then by so many sweeps
// between which the response is drawn anew.
func jointDraws(c *chain, draws, sweeps int, of func(*chain) []float64) [][]float64 {
	var all [][]float64
	for range draws {
		familyPrior(c)
		familyResponse(c)
		for range sweeps {
			c.sweep()
			familyResponse(c)
		}
		for i, x := range of(c) {
			if len(all) <= i {
				all = append(all, nil)
			}
			all[i] = append(all[i], x)
		}
	}
	return all
}
