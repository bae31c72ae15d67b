package quatre_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/rng"
)

// uniformRows returns n rows of p uniform columns with a response of five of them.
func uniformRows(n, p int) *bart.Data {
	src := rng.NewKey(1).Stream()
	d := &bart.Data{Columns: make([]bart.Column, p), Y: make([]float64, n)}
	for j := range d.Columns {
		d.Columns[j] = bart.Column{Name: fmt.Sprintf("x%d", j+1), Values: make([]float64, n)}
		for i := range n {
			d.Columns[j].Values[i] = src.Float64()
		}
	}
	for i := range n {
		x := func(j int) float64 { return d.Columns[j].Values[i] }
		d.Y[i] = 40*(x(0)-0.5)*(x(1)-0.5) + 20*(x(2)-0.5)*(x(2)-0.5) + 10*x(3) + 5*x(4) + src.Normal()
	}
	return d
}

// BenchmarkTrees_Sweep times a sweep of 200 trees after 1,000 others, in nanoseconds per row and tree: with one grow or prune for each tree and the usual prior, as peers
// do it, and with the defaults, which make two proposals. With
// 50,000 rows trees that only grow and are pruned are by then still far from as small as they stay.
func BenchmarkTrees_Sweep(b *testing.B) {
	const trees = 200
	for _, n := range []int{1000, 10000, 50000} {
		d := uniformRows(n, 50)
		for name, o := range map[string]bart.Options{
			"one grow or prune": {Moves: bart.Moves{GrowPrune: 1}, Proposals: 1, Prior: bart.Prior{K: 2}},
			"default":           {},
		} {
			b.Run(fmt.Sprintf("n=%d/%s", n, name), func(b *testing.B) {
				o.Trees, o.Sparse, o.Kernel = trees, bart.Off, quatre.TreeKernel()
				s, err := bart.NewSampler(d, o, rng.NewKey(1))
				if err != nil {
					b.Fatal(err)
				}
				for range 1000 {
					s.Sweep(1)
				}
				for b.Loop() {
					s.Sweep(1)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n*trees), "ns/row/tree")
			})
		}
	}
}

// BenchmarkTrees_Regrow times sweeps that grow every tree anew, by row, tree and column searched: a
// fit with many of them less one with a single sweep.
func BenchmarkTrees_Regrow(b *testing.B) {
	const trees, sweeps, columns = 50, 10, 10
	for _, n := range []int{1000, 50000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			d := uniformRows(n, columns)
			fit := func(regrow int) time.Duration {
				start := time.Now()
				if _, err := quatre.FitTrees(b.Context(), d, bart.Options{Trees: trees, Chains: 1, Regrow: regrow, Burn: -1, Draws: 1}); err != nil {
					b.Fatal(err)
				}
				return time.Since(start)
			}
			var spent time.Duration
			for b.Loop() {
				spent += fit(1+sweeps) - fit(1)
			}
			b.ReportMetric(float64(spent.Nanoseconds())/float64(b.N)/float64(n*trees*sweeps*columns), "ns/row/tree/column")
		})
	}
}

// BenchmarkTrees_Predict times predictions by row, tree and draw.
func BenchmarkTrees_Predict(b *testing.B) {
	post, err := quatre.FitTrees(b.Context(), uniformRows(2000, 10), bart.Options{Chains: 1, Burn: 50, Draws: 50})
	if err != nil {
		b.Fatal(err)
	}
	d := uniformRows(20000, 10)
	for b.Loop() {
		if _, err := post.Predict(b.Context(), d, bart.PredictOptions{Quantiles: []float64{}, Workers: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(20000*200*50), "ns/row/tree/draw")
}
