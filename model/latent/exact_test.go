package latent

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

// compiled is a model and its map, ready to be evaluated.
type compiled struct {
	m                              *model.Model
	found                          *Map
	plain, mapped, toModel, places *interp.Executable
	a, b, c                        []float64
}

func run(t *testing.T, p *ir.Program, in *ir.Inputs, err error) *interp.Executable {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	code, err := interp.New(p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := code.BindValues(in)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func values(t *testing.T, dim int, lists ...[]expr.Expr) *interp.Executable {
	t.Helper()
	var all []expr.Expr
	for _, l := range lists {
		all = append(all, l...)
	}
	p, in, err := graph.CompileValues(all, dim)
	return run(t, p, in, err)
}

func density(t *testing.T, terms []model.Term, dim int) *interp.Executable {
	t.Helper()
	p, in, err := graph.CompileDensity((&model.Model{Terms: terms}).LogDensity(), dim)
	return run(t, p, in, err)
}

func compile(t *testing.T, m *model.Model) *compiled {
	t.Helper()
	c := &compiled{m: m, found: Find(m)}
	if len(c.found.Latents) == 0 {
		t.Fatalf("nothing is mapped: %v", c.found.Report)
	}
	c.plain, c.mapped = density(t, m.Terms, m.Dim), density(t, c.found.Terms, m.Dim)
	c.toModel = values(t, m.Dim, c.found.Model)
	c.places = values(t, m.Dim, c.found.Location, c.found.Scale, c.found.Slope)
	n := len(c.found.Latents)
	c.a, c.b, c.c = make([]float64, n), make([]float64, n), make([]float64, n)
	return c
}

// set hands the constants over.
func (c *compiled) set(t *testing.T) {
	t.Helper()
	for _, e := range []*interp.Executable{c.mapped, c.toModel} {
		for name, list := range map[string][]float64{SqrtA: c.a, SqrtB: c.b, C: c.c} {
			v := make([]float64, len(list))
			for i, x := range list {
				if v[i] = x; name != C {
					v[i] = math.Sqrt(x)
				}
			}
			if err := e.Set(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (c *compiled) asWritten(t *testing.T) {
	t.Helper()
	for i, l := range c.found.Latents {
		c.a[i], c.b[i], c.c[i] = 0, 1, 0
		if l.Standardized {
			c.a[i], c.b[i] = 1, 0
		}
	}
	c.set(t)
}

func (c *compiled) model(z []float64) []float64 {
	out := make([]float64, len(c.a))
	c.toModel.Values(out, z)
	q := append([]float64{}, z...)
	for k, l := range c.found.Latents {
		q[l.Coordinate] = out[k]
	}
	return q
}

// place returns location and scale of each latent at q, and the slopes of their
// links.
func (c *compiled) place(q []float64) (location, scale, slope []float64) {
	n := len(c.a)
	links := 0
	for _, l := range c.found.Latents {
		links += len(l.Previous)
	}
	out := make([]float64, 2*n+links)
	c.places.Values(out, q)
	return out[:n], out[n : 2*n], out[2*n:]
}

// inverse returns z at q by the definition, and log |dq/dz|.
func (c *compiled) inverse(q []float64) (z []float64, logJacobian float64) {
	location, scale, _ := c.place(q)
	z = append([]float64{}, q...)
	for k, l := range c.found.Latents {
		mu, sigma := location[k], scale[k]
		x := q[l.Coordinate]
		if l.Standardized {
			x = mu + sigma*x
		}
		s := math.Sqrt(c.a[k] + c.b[k]*sigma*sigma)
		w := c.a[k] / (s * s)
		z[l.Coordinate] = (x - w*mu - (1-w)*c.c[k]) * s / sigma
		logJacobian -= math.Log(s)
		if !l.Standardized {
			logJacobian += math.Log(sigma)
		}
	}
	return z, logJacobian
}

func logDensity(t *testing.T, e *interp.Executable, x []float64) float64 {
	t.Helper()
	v, err := e.LogDensityGrad(make([]float64, len(x)), x)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var near = check.Class{}

func init() {
	near = check.Rel.Scaled(1).Loosened(10, "a Jacobian and a density that were computed in two ways")
}

// exact checks a map against its definition at random points and constants.
func exact(t *testing.T, m *model.Model, latents int) {
	t.Helper()
	c := compile(t, m)
	if len(c.found.Latents) != latents {
		t.Fatalf("%d latents, want %d: %v", len(c.found.Latents), latents, c.found.Report)
	}
	src := rng.NewKey(7).Child(m.Name).Stream()
	q := make([]float64, m.Dim)
	for round := range 12 {
		for i := range q {
			q[i] = 0.7 * src.Normal()
		}
		for k := range c.a {
			c.a[k], c.b[k], c.c[k] = src.Float64(), 3*src.Float64(), src.Normal()
			switch round % 4 {
			case 1:
				c.a[k], c.b[k] = 1, 0
			case 2:
				c.a[k] = 0
			case 3:
				c.a[k], c.b[k] = 1, math.Exp(3*src.Normal())
			}
		}
		c.set(t)
		title := fmt.Sprintf("%s, round %d", m.Name, round)
		z, logJacobian := c.inverse(q)
		check.CloseSlice(t, c.model(z), q, near, title+": coordinates of the model")
		check.Close(t, logDensity(t, c.mapped, z), logDensity(t, c.plain, q)+logJacobian, near, title+": log density")
		if round < 4 {
			check.Close(t, c.differentiated(z), logJacobian, check.FD, title+": log Jacobian by differences")
			grad := make([]float64, m.Dim)
			if _, err := c.mapped.LogDensityGrad(grad, z); err != nil {
				t.Fatal(err)
			}
			check.Gradient(t, grad, z, func(x []float64) float64 { return logDensity(t, c.mapped, x) }, check.FD, title)
		}
	}
	c.asWritten(t)
	grad, want := make([]float64, m.Dim), make([]float64, m.Dim)
	check.CloseSlice(t, c.model(q), q, near, m.Name+": constants as written")
	v, _ := c.mapped.LogDensityGrad(grad, q)
	w, _ := c.plain.LogDensityGrad(want, q)
	check.Close(t, v, w, near, m.Name+": log density as written")
	check.CloseSlice(t, grad, want, near, m.Name+": gradient as written")
	c.order(t, q)
}

// differentiated returns log |dq/dz| by differences and elimination.
func (c *compiled) differentiated(z []float64) float64 {
	n := len(z)
	j := make([][]float64, n)
	for i := range j {
		j[i] = make([]float64, n)
		check.Richardson(j[i], z, func(x []float64) float64 { return c.model(x)[i] })
	}
	log := 0.0
	for k := range n {
		best := k
		for i := k; i < n; i++ {
			if math.Abs(j[i][k]) > math.Abs(j[best][k]) {
				best = i
			}
		}
		j[k], j[best] = j[best], j[k]
		log += math.Log(math.Abs(j[k][k]))
		for i := k + 1; i < n; i++ {
			f := j[i][k] / j[k][k]
			for l := k; l < n; l++ {
				j[i][l] -= f * j[k][l]
			}
		}
	}
	return log
}

// differ reports that two numbers do by more than rounding.
func differ(a, b float64) bool { return math.Abs(a-b) > 1e-9*(1+math.Abs(b)) }

// moved returns the coordinates at which the value of latent j is another one, by
// so much, and those of all others are what they are at q.
func (c *compiled) moved(q []float64, j int, by float64) []float64 {
	location, scale, _ := c.place(q)
	out := append([]float64{}, q...)
	for k, l := range c.found.Latents {
		x := q[l.Coordinate]
		if l.Standardized {
			x = location[k] + scale[k]*x
		}
		if k == j {
			x += by
		}
		out[l.Coordinate] = x
		if l.Standardized {
			m, s, _ := c.place(out)
			out[l.Coordinate] = (x - m[k]) / s[k]
		}
	}
	return out
}

// order checks levels, previous latents and slopes: a latent's location and scale
// change with coordinates of lower levels and with its previous ones alone, with
// these linearly by the slopes.
func (c *compiled) order(t *testing.T, q []float64) {
	t.Helper()
	for j, from := range c.found.Latents {
		m0, s0, slope := c.place(q)
		m1, s1, _ := c.place(c.moved(q, j, 0.25))
		for k, l := range c.found.Latents {
			link := slices.Index(l.Previous, j)
			switch {
			case link >= 0:
				if l.Level != from.Level || j >= k {
					t.Errorf("latent %d of level %d follows %d of level %d", k, l.Level, j, from.Level)
				}
				check.Close(t, m1[k]-m0[k], 0.25*slope[link], near, "location by a previous latent")
			case differ(m1[k], m0[k]) || differ(s1[k], s0[k]):
				if l.Level <= from.Level || j >= k {
					t.Errorf("latent %d of level %d depends on latent %d of level %d", k, l.Level, j, from.Level)
				}
			}
			slope = slope[len(l.Previous):]
		}
	}
}
