package latent

import (
	"fmt"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/model/transform"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// hierarchy grows a model whose parameters depend on those before them, and on
// themselves, in ways that are chosen at random.
type hierarchy struct {
	b    *model.Builder
	src  *rng.Stream
	list []expr.Expr // vectors
	n    int         // of sites
}

func (h *hierarchy) name() string {
	h.n++
	return fmt.Sprint("v", h.n)
}

func (h *hierarchy) any() expr.Expr { return h.list[h.src.Intn(len(h.list))] }

// vector returns n numbers computed from parameters.
func (h *hierarchy) vector(n int) expr.Expr {
	x := h.any()
	at := make([]int, n)
	for i := range at {
		at[i] = h.src.Intn(x.Size())
	}
	switch h.src.Intn(6) {
	case 0:
		return expr.Repeat(expr.At(x, at[0]), tensor.Shape{n})
	case 1:
		return expr.Tanh(expr.Elements(x, at))
	case 2:
		return expr.Add(expr.Elements(x, at), expr.Mul(0.3, h.vector(n)))
	case 3:
		return expr.Part(expr.Sin(expr.Concat(x, h.any(), expr.Repeat(0.5, tensor.Shape{n}))), 1, n)
	case 4:
		return expr.Mul(expr.Sum(expr.Tanh(x)), expr.Repeat(0.2, tensor.Shape{n}))
	}
	return expr.Elements(x, at)
}

// grow adds a parameter with its priors.
func (h *hierarchy) grow() {
	n := 2 + h.src.Intn(4)
	location, scale := h.vector(n), expr.Exp(expr.Mul(0.4, h.vector(n)))
	if h.src.Intn(2) == 0 {
		scale = expr.Exp(expr.Mul(0.5, expr.At(h.any(), 0)))
	}
	switch name := h.name(); h.src.Intn(6) {
	case 0: // a chain
		x := h.b.Free(name, tensor.Shape{n}, transform.Identity())
		h.b.Observe(h.name(), dist.Normal(expr.At(location, 0), 1.5), expr.At(x, 0))
		before := expr.Mul(expr.Tanh(expr.At(h.any(), 0)), expr.Part(x, 0, n-1))
		h.b.Observe(h.name(), dist.Normal(expr.Add(expr.Part(location, 1, n-1), before), expr.Exp(0.1)), expr.Part(x, 1, n-1))
		h.list = append(h.list, x)
	case 1: // pieces that depend on one another, not linearly
		x := h.b.Free(name, tensor.Shape{n}, transform.Identity())
		h.b.Observe(h.name(), dist.StudentT(4, expr.Part(location, 1, n-1), 1), expr.Part(x, 1, n-1))
		h.b.Observe(h.name(), dist.Normal(0, expr.Exp(expr.Tanh(expr.Sum(expr.Part(expr.Square(x), 1, n-1))))), expr.At(x, 0))
		h.list = append(h.list, x)
	case 2: // standard
		z := h.b.Vector(name, n, dist.Normal(0, 1))
		h.list = append(h.list, expr.Add(location, expr.Mul(scale, z)))
	case 3:
		h.list = append(h.list, h.b.Constrained(name, tensor.Shape{n}, transform.OffsetMultiplier(location, scale), dist.Normal(location, scale)))
	case 4:
		h.list = append(h.list, expr.Tanh(h.b.Vector(name, n, dist.LogNormal(expr.Tanh(location), 0.5))))
	default:
		h.list = append(h.list, h.b.Array(name, tensor.Shape{n}, dist.Normal(location, scale)))
	}
}

// TestFind_RandomHierarchies compares the densities of models that nobody would
// write.
func TestFind_RandomHierarchies(t *testing.T) {
	mapped, count := 0, uint64(60)
	if testing.Short() {
		count = 12
	}
	for seed := range count {
		src := rng.NewKey(seed).Child("hierarchy").Stream()
		m := built(t, fmt.Sprint("seed ", seed), func(b *model.Builder) {
			h := &hierarchy{b: b, src: src}
			h.list = append(h.list, b.Vector("first", 3, dist.Normal(0, 1)))
			for range 1 + src.Intn(5) {
				h.grow()
			}
			for _, x := range h.list {
				b.Observe(h.name(), dist.Normal(x, 1), make([]float64, x.Size()))
			}
		})
		if len(Find(m).Latents) == 0 {
			continue
		}
		mapped++
		c := compile(t, m)
		q := make([]float64, m.Dim)
		for i := range q {
			q[i] = 0.5 * src.Normal()
		}
		for k := range c.a {
			c.a[k], c.b[k], c.c[k] = src.Float64(), 2*src.Float64(), src.Normal()
		}
		c.set(t)
		z, logJacobian := c.inverse(q)
		check.CloseSlice(t, c.model(z), q, near, m.Name)
		check.Close(t, logDensity(t, c.mapped, z), logDensity(t, c.plain, q)+logJacobian, near, m.Name)
		c.order(t, q)
		if t.Failed() {
			t.Fatalf("%s: %v", m.Name, c.found.Report)
		}
	}
	if mapped < int(count)/2 {
		t.Errorf("%d of %d models have latents", mapped, count)
	}
}
