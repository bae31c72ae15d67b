package bart

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// testMany returns a chain of two responses on their own scale, with prior degrees of freedom nu.
func testMany(d *Data, o Options, second []float64, nu float64, seed uint64) *manyChain {
	o, err := o.complete(d)
	if err != nil {
		panic(err)
	}
	var problems []*problem
	for k, y := range [][]float64{d.Y, second} {
		p := &problem{options: &o, grid: newGrid(d, o.Cuts, o.Exact), scaling: scaling{0, 1}, leafScale: 1}
		p.codes = p.grid.encode(d)
		p.target = p.scaling.work(y)
		if d.Weights != nil {
			p.weights = p.scaling.work(d.Weights)
		}
		p.noise = variancePrior{nu: nu, lambda: float64(k + 1)}
		problems = append(problems, p)
	}
	return newManyChain(problems, 0, rng.NewKey(seed))
}

func TestEigen_TakesASymmetricMatrixApart(t *testing.T) {
	for _, m := range [][]float64{{4}, {2, -1, -1, 3}, {1, 0, 0, 1}, {5, 2, 1e-3, 2, 3, -1, 1e-3, -1, 1e-4 + 1}, {1e6, 3, 3, 1e-3}} {
		n := int(math.Sqrt(float64(len(m))))
		u, lambda := make([]float64, n*n), make([]float64, n)
		eigen(u, lambda, m)
		for i := range n {
			for j := range n {
				back, product := 0.0, 0.0
				for k := range n {
					back += u[i*n+k] * lambda[k] * u[j*n+k]
					product += u[k*n+i] * u[k*n+j]
				}
				scale := math.Sqrt(m[i*n+i] * m[j*n+j])
				check.Close(t, back/scale, m[i*n+j]/scale, check.Rel.Scaled(1), "U·diag(λ)·U'")
				if i != j {
					check.Close(t, product, 0, check.Rel.Scaled(1), "columns of U")
				}
			}
		}
	}
}

// TestManyLeaf_HasTheExactPosterior compares with the density of all responses of a leaf's rows
// as one normal vector. False alarm 1e-6 in each case.
func TestManyLeaf_HasTheExactPosterior(t *testing.T) {
	omega := []float64{0.5, 0.3, 0.3, 0.8}
	for _, weights := range []bool{false, true} {
		d := tiny(12, weights)
		d.Columns = d.Columns[:2]
		second := make([]float64, 12)
		for i := range second {
			second[i] = 0.5*d.Y[i] + math.Sin(float64(3*i))
		}
		c := testMany(d, Options{Trees: 1, Moves: allMoves, Sparse: Off, Prior: Prior{MinLeaf: 1, Alpha: 0.7, Beta: 1.5}}, second, 3, 3)
		c.leaf.scale2 = 0.7
		c.leaf.setNoise(omega)
		e := enumeration{d: d, g: c.problems[0].grid, alpha: 0.7, beta: 1.5, minLeaf: 1, weights: []float64{1, 1}}
		e.leaf = func(rows []int) float64 {
			y := make([]float64, 0, 2*len(rows))
			for _, i := range rows {
				y = append(y, d.Y[i], second[i])
			}
			noise := func(a, b int) float64 {
				if a/2 != b/2 {
					return 0
				}
				return omega[a%2*2+b%2] / weightOf(d.Weights, rows[a/2])
			}
			with := normalDensity(y, func(a, b int) float64 {
				v := noise(a, b)
				if a%2 == b%2 {
					v += 0.7
				}
				return v
			})
			return math.Exp(with - normalDensity(y, noise))
		}
		draws := effort(200, 800, 2000)
		posteriorFrequencies(t, &e, c.mean, c.src, draws, 20)
	}
}

// TestDrawOmega_HasThePriorsMarginals compares the variances with their scaled inverse chi-square
// laws and the correlation, whose density is in proportion to 1 − ρ² for ν = 4, with its own.
func TestDrawOmega_HasThePriorsMarginals(t *testing.T) {
	const nu = 4
	d := mixed(14, 3)
	c := testMany(d, Options{Trees: 2}, d.Y, nu, 5)
	var first, second, rho []float64
	for range 3000 {
		clear(c.leaf.cross)
		c.drawOmega(0)
		first, second = append(first, c.omega[0]), append(second, c.omega[3])
		rho = append(rho, c.omega[1]/math.Sqrt(c.omega[0]*c.omega[3]))
	}
	for k, sample := range [][]float64{first, second} {
		_, p := check.KolmogorovSmirnov(sample, func(x float64) float64 { return 1 - elem.GammaP(nu/2.0, nu*float64(k+1)/(2*x)) })
		check.PValue(t, p, 1e-6, "variance", k)
	}
	_, p := check.KolmogorovSmirnov(rho, func(r float64) float64 { return (2 + 3*r - r*r*r) / 4 })
	check.PValue(t, p, 1e-6, "correlation")
}

// manyResponse draws both responses given the trees and Ω.
func manyResponse(c *manyChain) {
	f := choleskyOf(c.omega, 2)
	for i := range c.problems[0].target {
		a, b := c.src.Normal(), c.src.Normal()
		for k, e := range []float64{f[0] * a, f[2]*a + f[3]*b} {
			sum := 0.0
			for j := range c.mean.trees {
				t := &c.mean.trees[j]
				sum += float64(t.values[2*int(t.rows[i])+k])
			}
			c.leaf.resid[k][i] = float32(e)
			c.problems[k].target[i] = float32(sum) + float32(e)
		}
	}
	c.mean.last = -1
}

// TestMany_HasTheJointLaw is TestChain_HasTheJointLaw for two responses.
func TestMany_HasTheJointLaw(t *testing.T) {
	draws := effort(60, 160, 400)
	d := mixed(14, 3)
	d.Weights = make([]float64, 14)
	for weighted := range 2 {
		for i := range d.Weights {
			d.Weights[i] = 1
		}
		c := testMany(d, Options{Trees: 2, Sparse: Off, Prior: Prior{MinLeaf: 2}}, d.Y, 6, 11)
		if weighted == 0 {
			c.mean.weights = nil
		}
		prior := func() {
			clear(c.leaf.cross)
			c.drawOmega(0)
			c.leaf.setNoise([]float64{1e30, 0, 0, 1e30})
			for range 60 {
				c.mean.sweep(c.src)
			}
			manyResponse(c)
		}
		functionals := func() []float64 {
			leaves, _ := c.mean.size()
			f := float64(c.problems[0].target[0]) - float64(c.leaf.resid[0][0])
			g := float64(c.problems[1].target[0]) - float64(c.leaf.resid[1][0])
			rho := c.omega[1] / math.Sqrt(c.omega[0]*c.omega[3])
			return []float64{f, f * f, g, f * g, g * g, leaves, math.Log(c.omega[0]), math.Log(c.omega[3]), rho, rho * rho, math.Log(c.omega[0]) * leaves}
		}
		var before, after [11][]float64
		for range draws {
			prior()
			for i, x := range functionals() {
				before[i] = append(before[i], x)
			}
		}
		for range draws {
			prior()
			for range 3 {
				c.sweep()
				manyResponse(c)
			}
			for i, x := range functionals() {
				after[i] = append(after[i], x)
			}
		}
		for i := range before {
			a, sa := check.MeanError(before[i])
			b, sb := check.MeanError(after[i])
			check.Close(t, b, a, check.Z(4.5, math.Hypot(sa, sb)), "weighted", weighted, "functional", i)
		}
	}
}

// TestFitMany_SharesTrees has noise with correlation 0.7 in two responses that split at the same
// places; the bounds are about 1.4 times what the run gives.
func TestFitMany_SharesTrees(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many times")
	}
	const n = 400
	d, _ := friedman(n, 5, 1)
	src := rng.NewKey(3).Stream()
	truth, responses := matrix(2, n), []Response{{"height", make([]float64, n)}, {"weight", make([]float64, n)}}
	for i := range n {
		if d.Columns[0].Values[i] > 0.5 {
			truth[0][i], truth[1][i] = 2, -300
		}
		truth[0][i] += d.Columns[1].Values[i]
		a, b := src.Normal(), src.Normal()
		responses[0].Values[i] = truth[0][i] + 0.5*a
		responses[1].Values[i] = truth[1][i] + 50*(0.7*a+math.Sqrt(0.51)*b)
	}
	fit, err := FitMany(t.Context(), d, responses, small)
	if err != nil {
		t.Fatal(err)
	}
	if rho := fit.Correlation(0, 1); math.Abs(rho-0.7) > 0.08 {
		t.Error("correlation", rho)
	}
	for k, bound := range []float64{0.15, 15} {
		post := fit.Of(fit.Names[k])
		pred := predict(t, post, d)
		if e := rootMeanSquare(pred.Mean, truth[k]); e > bound {
			t.Errorf("%s: error %v", fit.Names[k], e)
		}
		if sigma := post.Chains()[0].Sigma[30]; math.Abs(sigma/[]float64{0.5, 50}[k]-1) > 0.2 {
			t.Errorf("%s: sigma %v", fit.Names[k], sigma)
		}
		// The stored forests are those of the chains.
		for j, i := range post.watched {
			check.Close(t, pred.Draws[0][i], pred.Mean[i]+post.Stretch()*(post.Chains()[0].Watched[j]-pred.Mean[i]), check.F32.Scaled(300), "row", i)
		}
		again, err := Load(bytes.NewReader(save(t, post)), nil)
		if err != nil {
			t.Fatal(err)
		}
		check.CloseSlice(t, predict(t, again, d).Mean, pred.Mean, check.Exact)
		if _, err := again.Extend(t.Context(), d, 10, nil, nil); err == nil || !strings.Contains(err.Error(), "extend that") {
			t.Error(err)
		}
	}
	loaded, err := LoadMany(bytes.NewReader(save(t, fit)), nil)
	if err != nil {
		t.Fatal(err)
	}
	longer, err := loaded.Extend(t.Context(), d, responses, 20, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := small
	o.Draws += 20
	whole, err := FitMany(t.Context(), d, responses, o)
	if err != nil {
		t.Fatal(err)
	}
	for k, omega := range whole.Omega[:60] {
		check.CloseSlice(t, longer.Omega[k], omega, check.Exact, "draw", k)
	}
	if len(longer.Omega) != len(whole.Omega) || longer.Names[1] != "weight" || longer.Of("weight").Draws() != len(whole.Omega) {
		t.Error(len(longer.Omega), longer.Names)
	}
	// From here on sums of float32 are rounded otherwise, after a refresh; a step later they still agree.
	check.CloseSlice(t, longer.Omega[60], whole.Omega[60], check.F32.Scaled(300))
	responses[1].Values = responses[1].Values[1:]
	if _, err := FitMany(t.Context(), d, responses, small); err == nil || !strings.Contains(err.Error(), `"weight"`) {
		t.Error(err)
	}
}
