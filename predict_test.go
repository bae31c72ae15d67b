package quatre

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/diag"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// predicting is a mean with a standard normal prior and one observation, 2, of
// variance 1: its posterior is normal with mean 1 and variance ½.
func predicting() *Builder {
	m := New("predicting")
	mu := m.Param("mu", dist.Normal(0, 1))
	m.Observe("y", dist.Normal(mu, 1), 2)
	scale := m.Data("scale", []float64{1, 2})
	m.Predict("scaled", dist.Normal(mu.Mul(scale), 1))
	m.PredictVector("again", 3, dist.Normal(mu, 1))
	m.Predict("pair", dist.MvNormal([]float64{0, 5}, [][]float64{{1, 0.5}, {0.5, 1}}))
	m.Predict("count", dist.Poisson(mu.Exp()))
	return m
}

func TestPredict_DrawsFromThePredictiveDistribution(t *testing.T) {
	fit, err := Sample(context.Background(), predicting(), Options{Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []moments{
		{"mu", 1, math.Sqrt(0.5)}, {"scaled[1]", 1, math.Sqrt(1.5)}, {"scaled[2]", 2, math.Sqrt(3)},
		{"again[3]", 1, math.Sqrt(1.5)}, {"pair[1]", 0, 1}, {"pair[2]", 5, 1},
	} {
		x, ok := fit.Draws.Value(c.name)
		if !ok {
			t.Fatal("no draws of", c.name)
		}
		check.Close(t, diag.Mean(x), c.mean, check.Z(4, diag.MCSEMean(x)), "mean of "+c.name)
		check.Close(t, diag.SD(x), c.sd, check.Z(4, diag.MCSESD(x)), "standard deviation of "+c.name)
	}
	counts, _ := fit.Draws.Value("count")
	check.Close(t, diag.Mean(counts), math.Exp(1.25), check.Z(4, diag.MCSEMean(counts)), "mean count")
}

func TestPredict_HasNoPartInTheDrawsOfParameters(t *testing.T) {
	plain := New("plain")
	plain.Observe("y", dist.Normal(plain.Param("mu", dist.Normal(0, 1)), 1), 2)
	o := Options{Seed: 4, Sampler: few(1)}
	with, err := SampleProblem(context.Background(), compiled(t, predicting(), CompileOptions{}), o)
	if err != nil {
		t.Fatal(err)
	}
	without, err := SampleProblem(context.Background(), compiled(t, plain, CompileOptions{}), o)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := with.Draws.Value("mu")
	b, _ := without.Draws.Value("mu")
	sameBits(t, "mu", a[0], b[0])
}

func TestPredict_TakesNewData(t *testing.T) {
	p := compiled(t, predicting(), CompileOptions{Backend: Interpreter})
	q, err := p.Bind(map[string]any{"scale": []float64{1, 100}})
	if err != nil {
		t.Fatal(err)
	}
	fit, err := SampleProblem(context.Background(), q, Options{Sampler: few(2)})
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := fit.Summary().Summary("scaled[2]"); !ok || s.Mean < 50 || s.Mean > 150 {
		t.Errorf("the mean is %g, want about 100", s.Mean)
	}
}

func TestPredict_WhatCannotBeDrawnIsNaN(t *testing.T) {
	m := New("m")
	mu := m.Param("mu", dist.Normal(0, 1))
	m.Predict("count", dist.Poisson(mu.Mul([]float64{0, 1e6}).Exp())) // the rate overflows
	m.Predict("pair", dist.MvNormal(expr.Repeat(mu, tensor.Shape{2}), [][]float64{{1, 2}, {2, 1}}))
	fit, err := Sample(context.Background(), m, Options{Sampler: few(1), Compile: CompileOptions{Backend: Interpreter}})
	if err != nil {
		t.Fatal(err)
	}
	good, _ := fit.Draws.Value("count[1]")
	bad, _ := fit.Draws.Value("count[2]")
	pair, _ := fit.Draws.Value("pair[1]")
	if math.IsNaN(diag.Mean(good)) || !math.IsNaN(diag.Mean(bad)) || !math.IsNaN(diag.Mean(pair)) {
		t.Errorf("means %g, %g and %g, want a number and two NaN", diag.Mean(good), diag.Mean(bad), diag.Mean(pair))
	}
	if len(good[0]) != 100 || fit.Report.Chains[0].Restarts != 0 {
		t.Error("the chain did not come through")
	}
}

func TestPredict_NamesWhatCannotBeDrawn(t *testing.T) {
	m := New("m")
	mu := m.Param("mu", dist.Normal(0, 1))
	m.Predict("p", dist.Custom("mine", nil, func(x Expr) Expr { return x.Sub(mu).Square().Neg() }, dist.Support{}))
	m.PredictVector("q", 3, dist.Normal([]float64{1, 2}, 1))
	m.Predict("r", dist.GaussianRandomWalk(nil, 0, 1))
	_, err := m.Build()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`"p"`, "mine has no random draws", `"q"`, "(3)", "(2)", `"r"`, "PredictVector"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not mention %s:\n%v", want, err)
		}
	}
}

func TestFit_SummaryAndTable(t *testing.T) {
	fit, err := Sample(context.Background(), schools(), Options{Seed: 3, Sampler: few(2)})
	if err != nil {
		t.Fatal(err)
	}
	s, ok := fit.Summary().Summary("mu")
	x, _ := fit.Draws.Value("mu")
	if !ok || s.Mean != diag.Mean(x) {
		t.Errorf("the mean of mu is %g, want %g", s.Mean, diag.Mean(x))
	}
	var text strings.Builder
	if err := fit.WriteSummary(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"mean", "r_hat", "lp__", "theta[8]", "effective sample size"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the summary does not mention %s:\n%s", want, &text)
		}
	}
}
