package bench

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stream"
)

// growRows measures the gradient of a logistic regression.
func growRows(ctx context.Context, n int) (*Point, error) {
	const k = 10
	src := rng.NewKey(1).Child("rows").Stream()
	x, y := make([]float64, n*k), make([]int, n)
	for i := range x { // column-major
		x[i] = src.Normal()
	}
	for i := range y {
		if src.Float64() < 0.5 {
			y[i] = 1
		}
	}
	m := quatre.New("rows")
	alpha := m.Param("alpha", dist.Normal(0, 5))
	beta := m.Vector("beta", k, dist.Normal(0, 5))
	matrix := expr.Reshape(m.Data("x", x), []int{n, k})
	m.Observe("y", dist.BernoulliLogit(alpha.Add(expr.MulVec(matrix, beta))), y)
	built, err := m.Build()
	if err != nil {
		return nil, err
	}
	p, post, err := compiled(ctx, built)
	if err != nil {
		return nil, err
	}
	defer post.Close()
	p.DataMiB = stream.Number(float64(8*(len(x)+len(y))) / (1 << 20))
	return p, p.gradient(post)
}

// growGroups measures gradient and sampler on a centred hierarchy.
func growGroups(ctx context.Context, groups int) (*Point, error) {
	src := rng.NewKey(2).Child("groups").Stream()
	y := make([]float64, groups)
	for i := range y {
		y[i] = 1 + 2*src.Normal()
	}
	m := quatre.New("groups")
	mu, tau := m.Param("mu", dist.Normal(0, 5)), m.Param("tau", dist.HalfNormal(5))
	theta := m.Vector("theta", groups, dist.Normal(mu, tau))
	m.Observe("y", dist.Normal(theta, 1), y)
	built, err := m.Build()
	if err != nil {
		return nil, err
	}
	return sampled(ctx, built, 1)
}

// walkProgram is a walk seen through noise, centred.
const walkProgram = `
data {
  int<lower=2> T;
  vector[T] y;
}
parameters {
  real<lower=0> scale;
  vector[T] x;
}
model {
  scale ~ normal(0, 1);
  x[1] ~ normal(0, 1);
  x[2 : T] ~ normal(x[1 : T - 1], scale);
  y ~ normal(x, 0.5);
}`

// growWalk measures gradient and sampler on a walk.
func growWalk(ctx context.Context, steps int) (*Point, error) {
	src := rng.NewKey(3).Child("walk").Stream()
	y, x := make([]float64, steps), 0.0
	for i := range y {
		x += 0.3 * src.Normal()
		y[i] = x + 0.5*src.Normal()
	}
	text, err := json.Marshal(map[string]any{"T": steps, "y": y})
	if err != nil {
		return nil, err
	}
	set, err := data.Read(bytes.NewReader(text), "walk")
	if err != nil {
		return nil, err
	}
	program, err := stan.Parse("walk", walkProgram)
	if err != nil {
		return nil, err
	}
	m, err := program.Model(set, stan.Options{})
	if err != nil {
		return nil, err
	}
	return sampled(ctx, m, 1)
}

// growChains measures the sampler with a number of chains.
func growChains(ctx context.Context, chains int) (*Point, error) {
	y := []float64{28, 8, -3, 7, -1, 1, 18, 12}
	noise := []float64{15, 10, 16, 11, 9, 11, 10, 18}
	m := quatre.New("chains")
	mu, tau := m.Param("mu", dist.Normal(0, 5)), m.Param("tau", dist.HalfNormal(5))
	theta := m.Vector("theta", len(y), dist.Normal(mu, tau))
	m.Observe("y", dist.Normal(theta, noise), y)
	built, err := m.Build()
	if err != nil {
		return nil, err
	}
	return sampled(ctx, built, chains)
}
