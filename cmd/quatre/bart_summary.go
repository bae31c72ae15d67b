package main

import (
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/bart"
)

// writeTreeSummary tells what came out of a fit.
func writeTreeSummary(w io.Writer, fit *treeFit, rows *treeRows, average []float64) error {
	post := fit.trees()
	fmt.Fprintf(w, "%d rows, %d columns, %d chains, %d draws, %v\n", rows.d.Rows(), len(rows.d.Columns), len(post.Chains()), post.Draws(), post.Family())
	for k, level := range fit.roles.Levels {
		fmt.Fprintf(w, "  %d stands for %s\n", k, level)
	}
	if fit.many != nil {
		return writeManySummary(w, fit)
	}
	diagnosis := post.Diagnose()
	writeSigma(w, "sigma", post, diagnosis)
	writeUnknowns(w, post, fit.roles.Levels)
	fmt.Fprintf(w, "f at %d rows: median R-hat %.2f, median ESS %.0f; intervals stretched by %.2f\n",
		len(diagnosis.RHat), middle(diagnosis.RHat), middle(diagnosis.ESS), diagnosis.Stretch)
	if fit.grouped != nil {
		writeGroupScales(w, fit)
	}
	if fit.causal != nil {
		fmt.Fprintf(w, "average effect of %s %.4g, 90 %% interval %.4g to %.4g\n", fit.roles.Treatment, average[0], average[1], average[2])
		fmt.Fprintln(w, "\nwhat the outcome depends on:")
	} else {
		fmt.Fprintln(w)
	}
	if err := writeBars(w, post.Importance(), 10); err != nil {
		return err
	}
	if fit.causal != nil {
		fmt.Fprintln(w, "\nwhat the effect depends on:")
		if err := writeBars(w, fit.causal.Effect.Importance(), 10); err != nil {
			return err
		}
	}
	for _, warning := range diagnosis.Warnings {
		fmt.Fprintf(w, "\n%s\n", wrap("note: "+warning, textWidth))
	}
	return nil
}

// writeSigma tells about the noise of the families that have one of the same size everywhere.
func writeSigma(w io.Writer, name string, post *bart.Posterior, diagnosis *bart.Diagnostics) {
	if f := post.Family(); f != bart.Gaussian && f != bart.Survival {
		return
	}
	var sigma []float64
	for _, chain := range post.Chains() {
		sigma = append(sigma, chain.Sigma...)
	}
	slices.Sort(sigma)
	at := func(q float64) float64 { return sigma[int(q*float64(len(sigma)-1))] }
	fmt.Fprintf(w, "%s %.4g, 90 %% interval %.4g to %.4g, R-hat %.2f, ESS %.0f\n", name, at(0.5), at(0.05), at(0.95), diagnosis.SigmaRHat, diagnosis.SigmaESS)
}

// writeUnknowns tells about the unknowns of families that have others than f and σ.
func writeUnknowns(w io.Writer, post *bart.Posterior, levels []string) {
	chains := post.Chains()
	for j := range len(chains[0].Aux) / len(chains[0].Sigma) {
		var draws []float64
		for _, chain := range chains {
			width := len(chain.Aux) / len(chain.Sigma)
			for k := range chain.Sigma {
				draws = append(draws, chain.Aux[k*width+j])
			}
		}
		slices.Sort(draws)
		at := func(q float64) float64 { return draws[int(q*float64(len(draws)-1))] }
		what := "dispersion"
		if post.Family() == bart.Ordinal {
			if what = fmt.Sprintf("threshold above %d", j); j < len(levels) {
				what = "threshold above " + levels[j]
			}
		}
		fmt.Fprintf(w, "%s %.4g, 90 %% interval %.4g to %.4g\n", what, at(0.5), at(0.05), at(0.95))
	}
}

// writeManySummary tells about each of several responses and how their noise goes together.
func writeManySummary(w io.Writer, fit *treeFit) error {
	for j, name := range fit.many.Names {
		post := fit.many.Of(name)
		diagnosis := post.Diagnose()
		writeSigma(w, name+": sigma", post, diagnosis)
		for k := range j {
			fmt.Fprintf(w, "  correlation of its noise with that of %s %.2f\n", fit.many.Names[k], fit.many.Correlation(j, k))
		}
	}
	fmt.Fprintln(w)
	return writeBars(w, fit.trees().Importance(), 10)
}

// writeGroupScales tells how much groups differ.
func writeGroupScales(w io.Writer, fit *treeFit) {
	for term, what := range append([]string{"intercepts"}, fit.roles.Slopes...) {
		if term > 0 {
			what = "slopes of " + what
		}
		groups, scale := fit.grouped.Summary(term)
		fmt.Fprintf(w, "%s, %d groups: %s with standard deviation %.4g, 90 %% interval %.4g to %.4g\n",
			fit.roles.Group, len(groups), what, scale.Mean, scale.Low, scale.High)
	}
}

// middle is the median of the numbers among x.
func middle(x []float64) float64 {
	sorted := slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	if len(sorted) == 0 {
		return math.NaN()
	}
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
