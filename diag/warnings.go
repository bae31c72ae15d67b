package diag

import (
	"fmt"
	"math"
	"strings"

	"github.com/quatre-ppl/quatre/stream"
)

// Kind tells warnings apart.
type Kind string

// The kinds of warnings, in the order in which they are given: first what puts
// all other numbers in doubt.
const (
	KindRecovered   Kind = "recovered"   // transitions were rescued from a fault
	KindLeftOut     Kind = "left_out"    // chains too short to be used
	KindFewDraws    Kind = "few_draws"   // too few draws for any diagnostic
	KindOneChain    Kind = "one_chain"   // R-hat needs more than one chain
	KindNotFinite   Kind = "not_finite"  // NaN or infinite draws
	KindDivergences Kind = "divergences" // transitions that diverged
	KindRHat        Kind = "r_hat"       // chains that disagree
	KindESSBulk     Kind = "ess_bulk"    // too few effective draws for the centre
	KindESSTail     Kind = "ess_tail"    // too few effective draws for the tails
	KindEBFMI       Kind = "e_bfmi"      // energies explored too slowly
	KindTreeDepth   Kind = "tree_depth"  // trajectories cut short
)

// The limits beyond which there is a warning.
const (
	// MaxRHat is the largest R-hat of chains that may be relied upon, and
	// MinESSPerChain the least bulk and tail effective sample size, times the
	// number of chains (Vehtari et al. 2021, section 2).
	MaxRHat        = 1.01
	MinESSPerChain = 100
	// MinEBFMI is the least fraction of missing information (Betancourt 2016;
	// the value is the one that Stan warns at).
	MinEBFMI = 0.3
)

// Warning is a reason to distrust the draws.
type Warning struct {
	// Kind tells warnings apart.
	Kind Kind `json:"kind"`
	// Names are the quantities concerned, the worst first; nil if the warning
	// is about the run as a whole.
	Names []string `json:"names,omitempty"`
	// Count of Total things are concerned: draws, chains or quantities.
	Count int `json:"count"`
	Total int `json:"total"`
	// Value is the worst value found, 0 where there is none.
	Value stream.Number `json:"value"`
	// Problem says what was found, Advice what to do next; each is a sentence.
	Problem string `json:"problem"`
	Advice  string `json:"advice"`
}

// String returns the problem and the advice.
func (w Warning) String() string { return w.Problem + " " + w.Advice }

// Warnings returns the reasons to distrust the draws, none if there is nothing
// to report.
func (r *Report) Warnings() []Warning {
	var found []Warning
	for _, check := range []func(*Report) (Warning, bool){
		recovered, leftOut, fewDraws, oneChain, notFinite, divergences,
		highRHat, lowESSBulk, lowESSTail, lowEBFMI, treeDepth,
	} {
		if w, ok := check(r); ok {
			found = append(found, w)
		}
	}
	return found
}

func recovered(r *Report) (Warning, bool) {
	return Warning{
		Kind: KindRecovered, Count: r.Recovered, Total: r.Chains * r.Draws,
		Problem: plural(r.Recovered, "transition was", "transitions were") +
			" ended by a fault in the model's code, not by its density, and counted as divergent.",
		Advice: "The draws may miss the places where that happens; " +
			"report the fault with the model, or run again without compiled code.",
	}, r.Recovered > 0
}

func leftOut(r *Report) (Warning, bool) {
	var which []string
	for _, c := range r.LeftOut {
		which = append(which, fmt.Sprintf("chain %d with %s", c.Chain+1, plural(c.Draws, "draw", "draws")))
	}
	return Warning{
		Kind: KindLeftOut, Count: len(r.LeftOut), Total: len(r.LeftOut) + r.Chains,
		Problem: "Much shorter than the longest chain and left out: " + strings.Join(which, ", ") + ".",
		Advice:  "Run again to the end if all chains are wanted.",
	}, len(r.LeftOut) > 0
}

func fewDraws(r *Report) (Warning, bool) {
	return Warning{
		Kind: KindFewDraws, Count: r.Draws, Total: minDraws, Value: stream.Number(r.Draws),
		Problem: fmt.Sprintf("With %s per chain nothing can be said about convergence.", plural(r.Draws, "draw", "draws")),
		Advice:  "Ask for more draws, some hundreds per chain at least.",
	}, r.Draws < minDraws
}

func oneChain(r *Report) (Warning, bool) {
	return Warning{
		Kind: KindOneChain, Count: 1, Total: 1,
		Problem: "A single chain cannot show that it found all of the posterior, so there is no R-hat.",
		Advice:  "Run four chains.",
	}, r.Chains == 1
}

func notFinite(r *Report) (Warning, bool) {
	names, count := worst(r.Summaries, 0, func(s *Summary) float64 { return float64(s.NotFinite) })
	which := list(r.Summaries, names, func(s *Summary) string {
		return fmt.Sprintf("%s (%d of %d)", s.Name, s.NotFinite, r.Chains*r.Draws)
	})
	return Warning{
		Kind: KindNotFinite, Names: names, Count: len(names), Total: len(r.Summaries), Value: stream.Number(count),
		Problem: "Draws that are NaN or infinite: " + which + ".",
		Advice:  "Look for overflow, logarithms of 0 or division by 0 where the model computes them.",
	}, len(names) > 0
}

func divergences(r *Report) (Warning, bool) {
	n, total := len(r.Divergent), r.Chains*r.Draws
	var places []string
	for _, s := range r.Shifts {
		side := "high"
		if s.Shift < 0 {
			side = "low"
		}
		places = append(places, fmt.Sprintf("%s is %s (%.1f sd from its mean)", s.Name, side, math.Abs(s.Shift)))
	}
	where := ""
	if len(places) > 0 {
		where = " They gather where " + strings.Join(places, ", ") + "."
	}
	return Warning{
		Kind: KindDivergences, Count: n, Total: total,
		Problem: outOf(n, total, "transition", "transitions") + " diverged: there the posterior bends too sharply " +
			"for the step size, and the draws miss part of it." + where,
		Advice: "Raise the target acceptance (0.95, 0.99); if that does not end it, write the model in other " +
			"coordinates, for instance non-centred, or with a prior that excludes the place.",
	}, n > 0
}

func highRHat(r *Report) (Warning, bool) {
	names, value := worst(r.Summaries, MaxRHat, func(s *Summary) float64 { return s.RHat })
	which := list(r.Summaries, names, func(s *Summary) string { return fmt.Sprintf("%s (%.3g)", s.Name, s.RHat) })
	return Warning{
		Kind: KindRHat, Names: names, Count: len(names), Total: len(r.Summaries), Value: stream.Number(value),
		Problem: fmt.Sprintf("R-hat is above %v for %s, so the chains have not come together: %s.",
			MaxRHat, outOf(len(names), len(r.Summaries), "quantity", "quantities"), which),
		Advice: "Do not use these draws yet: run with more warmup and draws; if R-hat stays, compare the chains, " +
			"as the posterior may have several modes or quantities that the data do not determine.",
	}, len(names) > 0
}

func lowESSBulk(r *Report) (Warning, bool) {
	return lowESS(r, KindESSBulk, "Bulk", "means and medians", func(s *Summary) float64 { return s.ESSBulk })
}

func lowESSTail(r *Report) (Warning, bool) {
	return lowESS(r, KindESSTail, "Tail", "5 % and 95 % quantiles", func(s *Summary) float64 { return s.ESSTail })
}

func lowESS(r *Report, kind Kind, which, what string, ess func(*Summary) float64) (Warning, bool) {
	limit := float64(MinESSPerChain * r.Chains)
	names, value := worst(r.Summaries, -limit, func(s *Summary) float64 {
		if s.Constant {
			return math.Inf(-1)
		}
		return -ess(s)
	})
	if len(names) == 0 {
		return Warning{}, false
	}
	least := -value
	quantities := list(r.Summaries, names, func(s *Summary) string { return fmt.Sprintf("%s (%s)", s.Name, whole(ess(s))) })
	return Warning{
		Kind: kind, Names: names, Count: len(names), Total: len(r.Summaries), Value: stream.Number(least),
		Problem: fmt.Sprintf("%s effective sample size is below %.0f, %d per chain, for %s, so that %s are not reliable: %s.",
			which, limit, MinESSPerChain, outOf(len(names), len(r.Summaries), "quantity", "quantities"), what, quantities),
		Advice: fmt.Sprintf("Draw about %s times as many, or find out what makes the chains slow: "+
			"strong correlation and heavy tails can often be written away.", times(limit/least)),
	}, true
}

func lowEBFMI(r *Report) (Warning, bool) {
	low, least := 0, math.Inf(1)
	for _, x := range r.EBFMI {
		if float64(x) < MinEBFMI {
			low++
			least = min(least, float64(x))
		}
	}
	return Warning{
		Kind: KindEBFMI, Count: low, Total: len(r.EBFMI), Value: stream.Number(least),
		Problem: fmt.Sprintf("E-BFMI is below %v in %s (least %.2g), so the chains move slowly between energies "+
			"and may not reach the tails.", MinEBFMI, outOf(low, len(r.EBFMI), "chain", "chains"), least),
		Advice: "Write the model in other coordinates, for instance non-centred, or with lighter tails.",
	}, low > 0
}

func treeDepth(r *Report) (Warning, bool) {
	total := r.Chains * r.Draws
	return Warning{
		Kind: KindTreeDepth, Count: r.Saturated, Total: total, Value: stream.Number(r.MaxDepth),
		Problem: fmt.Sprintf("%s reached the greatest tree depth, %d, and ended before they turned: "+
			"the draws are right but cost more than they should.",
			outOf(r.Saturated, total, "transition", "transitions"), r.MaxDepth),
		Advice: "Scale the quantities to sizes near 1 and take out strong correlations; " +
			"a greater depth is the last resort.",
	}, r.Saturated > 0
}

// listed is the number of names that a warning's sentence gives.
const listed = 3

// list writes the named summaries, the rest as a number.
func list(summaries []Summary, names []string, write func(*Summary) string) string {
	byName := make(map[string]*Summary, len(summaries))
	for i := range summaries {
		byName[summaries[i].Name] = &summaries[i]
	}
	var parts []string
	for _, name := range names[:min(len(names), listed)] {
		parts = append(parts, write(byName[name]))
	}
	if rest := len(names) - listed; rest > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", rest))
	}
	return strings.Join(parts, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func outOf(n, total int, one, many string) string {
	if n == total {
		return plural(n, one, many)
	}
	return fmt.Sprintf("%d of %d %s", n, total, many)
}

// times writes a factor above 1 as a person would, rounded up.
func times(x float64) string {
	if x < 2 {
		return fmt.Sprintf("%.1f", math.Ceil(x*10)/10)
	}
	return fmt.Sprintf("%.0f", math.Ceil(x))
}
