package latent

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/dist"
)

// TestMap_ExtremeScales compares x, and the log density of z, with their
// definitions in long floats, for scales near both ends of the range.
func TestMap_ExtremeScales(t *testing.T) {
	for _, n := range []int{1, 3, 19, 40} {
		extreme(t, n)
	}
}

func extreme(t *testing.T, n int) {
	t.Helper()
	c := compile(t, built(t, "extreme", func(b *model.Builder) {
		tau := b.Param("tau", dist.LogNormal(0, 1))
		b.Vector("x", n, dist.Normal(0.25, tau))
	}))
	for _, logSigma := range []float64{-460, -300, -10, 0, 10, 345, 460} {
		for _, k := range [][3]float64{{0, 1, 0}, {1, 0, 0}, {1, 1, 0.5}, {1, 1e10, -3}, {1, 1e-10, 2}, {0, 4, 1}} {
			title := fmt.Sprintf("%d latents, log σ = %g, A, B, C = %v", n, logSigma, k)
			for i := range n {
				c.a[i], c.b[i], c.c[i] = k[0], k[1], k[2]
			}
			c.set(t)
			z := make([]float64, 1+n)
			z[0], z[1] = logSigma, 0.3
			if k[0] == 0 { // u is then (z + sqrt(B)(C − μ))/(sqrt(B) σ): bring it to the order of 1
				z[1] = math.Sqrt(k[1])*(0.25-k[2]) + 0.3*math.Exp(math.Max(logSigma, -30))
			}
			for i := range z[1:] {
				z[1+i] = z[1]
			}
			x, lp := byDefinition(z, k, 0.25)
			check.Close(t, c.model(z)[n], x, near, title+": x")
			grad := make([]float64, 1+n)
			got, _ := c.mapped.LogDensityGrad(grad, z)
			if math.Abs(lp) < 1e300 {
				check.Close(t, got, lp, near, title+": log density")
			}
			if k[0] > 0 && (math.IsNaN(grad[0]+grad[1]) || math.IsInf(grad[0]+grad[1], 0)) {
				t.Errorf("%s: gradient %v", title, grad)
			}
		}
	}
}

// byDefinition returns x and the log density of (log σ, z), for a prior of log σ
// that is standard normal and x ~ Normal(mu, σ), n equal elements, with 3000 bits.
func byDefinition(z []float64, k [3]float64, mean float64) (x, lp float64) {
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(3000).SetFloat64(v) }
	op := func() *big.Float { return new(big.Float).SetPrec(3000) }
	sigma, mu := num(math.Exp(z[0])), num(mean)
	s2 := op().Mul(sigma, sigma)
	total := op().Add(num(k[0]), op().Mul(num(k[1]), s2))
	root := op().Sqrt(total)
	w := op().Quo(num(k[0]), total)
	rest := op().Quo(op().Mul(num(k[1]), s2), total)
	m := op().Add(op().Mul(w, mu), op().Mul(rest, num(k[2])))
	value := op().Add(m, op().Quo(op().Mul(num(z[1]), sigma), root))
	u, _ := op().Quo(op().Sub(value, mu), sigma).Float64()
	var mantissa big.Float
	exponent := root.MantExp(&mantissa)
	f, _ := mantissa.Float64()
	x, _ = value.Float64()
	half := 0.5 * math.Log(2*math.Pi)
	n := float64(len(z) - 1)
	return x, n*(-0.5*u*u-math.Log(f)-float64(exponent)*math.Ln2-half) - 0.5*z[0]*z[0] - half
}
