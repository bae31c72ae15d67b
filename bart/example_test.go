package bart_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/rng"
)

// steps returns rows of y = 10 if size > ½, else 0, with a little noise, and a column that
// does not matter.
func steps(n int, seed uint64) *bart.Data {
	src := rng.NewKey(seed).Stream()
	d := &bart.Data{Y: make([]float64, n), Columns: []bart.Column{
		{Name: "size", Values: make([]float64, n)}, {Name: "noise", Values: make([]float64, n)},
	}}
	for i := range n {
		d.Columns[0].Values[i], d.Columns[1].Values[i] = src.Float64(), src.Float64()
		if d.Columns[0].Values[i] > 0.5 {
			d.Y[i] = 10
		}
		d.Y[i] += 0.1 * src.Normal()
	}
	return d
}

func ExampleFit() {
	ctx := context.Background()
	post, err := bart.Fit(ctx, steps(200, 1), bart.Options{Seed: 1, Trees: 20, Chains: 2, Burn: 100, Draws: 50})
	if err != nil {
		log.Fatal(err)
	}
	rows := &bart.Data{Columns: []bart.Column{{Name: "size", Values: []float64{0.2, 0.8}}, {Name: "noise", Values: []float64{0.5, 0.5}}}}
	pred, err := post.Predict(ctx, rows, bart.PredictOptions{})
	if err != nil {
		log.Fatal(err)
	}
	for i, size := range rows.Columns[0].Values {
		fmt.Printf("size %.1f: %.1f\n", size, math.Abs(pred.Mean[i]))
	}
	best := post.Importance()[0]
	fmt.Printf("%s is split in %.0f %% of the draws\n", best.Column, 100*best.Probability)
	// Output:
	// size 0.2: 0.0
	// size 0.8: 10.0
	// size is split in 100 % of the draws
}

// ExampleFitCausal has a treatment that only works where size is large, and is given more often there.
func ExampleFitCausal() {
	ctx, src := context.Background(), rng.NewKey(2).Stream()
	d, treatment, propensity := steps(300, 1), make([]float64, 300), make([]float64, 300)
	for i, size := range d.Columns[0].Values {
		propensity[i] = 0.2 + 0.6*size // estimated if it is not known
		treatment[i] = float64(rng.Bernoulli(src, propensity[i]))
		if size > 0.5 {
			d.Y[i] += 2 * treatment[i]
		}
	}
	fit, err := bart.FitCausal(ctx, d, treatment, bart.CausalOptions{Propensity: propensity, Options: bart.Options{Seed: 1, Trees: 20, Chains: 2, Burn: 100, Draws: 50}})
	if err != nil {
		log.Fatal(err)
	}
	rows := &bart.Data{Columns: []bart.Column{{Name: "size", Values: []float64{0.2, 0.8}}, {Name: "noise", Values: []float64{0.5, 0.5}}}}
	effects, err := fit.Effects(ctx, rows, bart.PredictOptions{})
	if err != nil {
		log.Fatal(err)
	}
	for i, size := range rows.Columns[0].Values {
		fmt.Printf("size %.1f: effect %.0f\n", size, math.Abs(effects.Mean[i]))
	}
	// Output:
	// size 0.2: effect 0
	// size 0.8: effect 2
}

func ExampleFitGrouped() {
	ctx := context.Background()
	d := steps(300, 1)
	groups := bart.Groups{Of: make([]int, 300), Count: 3}
	for i := range d.Y {
		groups.Of[i] = i % 3
		d.Y[i] += float64(groups.Of[i])
	}
	fit, err := bart.FitGrouped(ctx, d, groups, bart.Options{Seed: 1, Trees: 20, Chains: 2, Burn: 100, Draws: 50})
	if err != nil {
		log.Fatal(err)
	}
	effects, _ := fit.Summary(0)
	fmt.Printf("group 2 is %.1f above group 0\n", effects[2].Mean-effects[0].Mean)
	// Output:
	// group 2 is 2.0 above group 0
}

func ExampleNewSampler() {
	d := steps(200, 1)
	s, err := bart.NewSampler(d, bart.Options{Trees: 20}, rng.NewKey(1))
	if err != nil {
		log.Fatal(err)
	}
	for range 50 {
		s.SetResponse(d.Y) // less what the rest of the model explains
		s.Sweep(0.1)       // with the σ that the rest has drawn
	}
	fmt.Printf("%.0f rows are fitted\n", float64(len(s.Fitted(nil))))
	// Output:
	// 200 rows are fitted
}
