package diag

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/tensor"
)

// Facts are what a report needs to know beside the draws.
type Facts struct {
	// MaxDepth is the greatest tree depth that was allowed; 0 if there is none,
	// and then saturation is not looked at.
	MaxDepth int
	// Recovered counts transitions that were rescued from a fault.
	Recovered int
	// Stats names the sampler's statistics that are to be summarised ahead of
	// the model's quantities, such as "lp__". Names that the draws lack are
	// passed over.
	Stats []string
}

// Place is a draw: chain and draw are counted from 0.
type Place struct {
	Chain int `json:"chain"`
	Draw  int `json:"draw"`
}

// LeftOut is a chain that a report does not use because it is too short.
type LeftOut struct {
	Chain int `json:"chain"`
	Draws int `json:"draws"`
}

// Shift tells where a quantity stands after divergent transitions.
type Shift struct {
	// Name is the quantity.
	Name string `json:"name"`
	// Shift is the mean over the divergent draws less that over all draws, in
	// standard deviations over all draws.
	Shift float64 `json:"shift"`
}

// Report holds the diagnostics of a run.
type Report struct {
	// Chains and Draws are the number of chains used and of draws used of each.
	Chains int `json:"chains"`
	Draws  int `json:"draws"`
	// LeftOut lists the chains that were not used.
	LeftOut []LeftOut `json:"left_out,omitempty"`
	// Summaries has one element per quantity.
	Summaries []Summary `json:"summaries"`
	// EBFMI has one element per chain used; nil if the energy is not known.
	EBFMI []stream.Number `json:"e_bfmi,omitempty"`
	// Divergent lists the draws whose transition diverged.
	Divergent []Place `json:"divergent,omitempty"`
	// Shifts tells where the divergent draws lie: the quantities whose mean
	// differs most, at most shiftCount of them, the largest first.
	Shifts []Shift `json:"shifts,omitempty"`
	// Saturated counts draws whose tree reached MaxDepth.
	Saturated int `json:"saturated"`
	MaxDepth  int `json:"max_depth,omitempty"`
	// Recovered counts transitions rescued from a fault.
	Recovered int `json:"recovered"`
}

const (
	// A chain with less than this part of the longest chain's draws is left out,
	// rather than cutting all others to its length.
	shortestPart = 0.5
	// shiftCount and shiftSize limit Report.Shifts to what stands out.
	shiftCount = 3
	shiftSize  = 0.5
)

// Diagnose computes all diagnostics of a run's draws, on as many processors as
// there are. Chains of unequal length, as an interrupted run leaves them, are
// cut to the length of the shortest; those with less than half the draws of the
// longest are left out.
func Diagnose(draws *stream.Draws, facts Facts) *Report {
	r := &Report{MaxDepth: facts.MaxDepth, Recovered: facts.Recovered}
	used := r.choose(draws)
	if draws.Schema == nil {
		return r
	}
	column := func(all [][]float64) [][]float64 { return kept(all, used, r.Draws) }
	r.transitions(draws, used, column)

	var stats []string
	for _, name := range facts.Stats {
		if draws.Schema.StatIndex(name) >= 0 {
			stats = append(stats, name)
		}
	}
	names := append(slices.Clone(stats), draws.Schema.ColumnNames()...)
	r.Summaries = make([]Summary, len(names))
	shifts := make([]Shift, len(names))
	table := blomTable(chains{n: r.Draws, rows: len(used)}.splitSize())
	summarise := func(i int, all [][]float64) {
		r.Summaries[i] = summarize(names[i], flatten(column(all)), table)
		shifts[i] = Shift{names[i], r.shift(&r.Summaries[i], all)}
	}
	inParallel(len(stats), func(i int) {
		all, _ := draws.Stat(names[i])
		summarise(i, all)
	})
	width := draws.Schema.Width()
	share := max(1, min(columnsAtOnce, width/(4*runtime.GOMAXPROCS(0)))) // enough blocks for all processors
	inParallel((width+share-1)/share, func(block int) {
		first := block * share
		for i, all := range takeColumns(draws, first, min(first+share, width)) {
			summarise(len(stats)+first+i, all)
		}
	})
	r.Shifts = largest(shifts[len(stats):])
	return r
}

// kept returns what a report uses of a quantity: some chains, up to so many draws.
func kept(all [][]float64, used []int, draws int) [][]float64 {
	out := make([][]float64, len(used))
	for i, chain := range used {
		out[i] = all[chain][:draws]
	}
	return out
}

// columnsAtOnce is the largest number of quantities that are taken out of the rows
// together: as many as share a cache line.
const columnsAtOnce = 8

// takeColumns returns a range of the quantities, each as [chain][draw].
func takeColumns(draws *stream.Draws, from, to int) [][][]float64 {
	out := make([][][]float64, to-from)
	for i := range out {
		out[i] = make([][]float64, draws.Chains())
	}
	for chain := range draws.Chains() {
		for i := range out {
			out[i][chain] = make([]float64, draws.Len(chain))
		}
		for row := range draws.Len(chain) {
			values, _ := draws.Row(chain, row)
			for i, v := range values[from:to] {
				out[i][chain][row] = v
			}
		}
	}
	return out
}

// Summary returns the summary of the quantity called name.
func (r *Report) Summary(name string) (s Summary, ok bool) {
	i := slices.IndexFunc(r.Summaries, func(s Summary) bool { return s.Name == name })
	if i < 0 {
		return Summary{}, false
	}
	return r.Summaries[i], true
}

// choose sets the chains and draws that the report uses.
func (r *Report) choose(draws *stream.Draws) (used []int) {
	longest := 0
	for chain := range draws.Chains() {
		longest = max(longest, draws.Len(chain))
	}
	r.Draws = longest
	for chain := range draws.Chains() {
		if n := draws.Len(chain); n > 0 && float64(n) >= shortestPart*float64(longest) {
			used = append(used, chain)
			r.Draws = min(r.Draws, n)
		} else {
			r.LeftOut = append(r.LeftOut, LeftOut{chain, n})
		}
	}
	r.Chains = len(used)
	return used
}

// transitions evaluates the sampler's statistics.
func (r *Report) transitions(draws *stream.Draws, used []int, column func([][]float64) [][]float64) {
	if energy, ok := draws.Stat("energy__"); ok {
		for _, x := range EBFMI(column(energy)) {
			r.EBFMI = append(r.EBFMI, stream.Number(x))
		}
	}
	if divergent, ok := draws.Stat("divergent__"); ok {
		for i, chain := range column(divergent) {
			for draw, x := range chain {
				if x != 0 {
					r.Divergent = append(r.Divergent, Place{used[i], draw})
				}
			}
		}
	}
	if depth, ok := draws.Stat("treedepth__"); ok && r.MaxDepth > 0 {
		for _, chain := range column(depth) {
			for _, x := range chain {
				if x >= float64(r.MaxDepth) {
					r.Saturated++
				}
			}
		}
	}
}

// shift returns how far the divergent draws' mean is from that of all, NaN if
// that says nothing.
func (r *Report) shift(s *Summary, all [][]float64) float64 {
	if len(r.Divergent) == 0 || s.Constant {
		return math.NaN()
	}
	var there []float64
	for _, place := range r.Divergent {
		there = append(there, all[place.Chain][place.Draw])
	}
	return (tensor.Mean(there) - s.Mean) / s.SD
}

// largest returns the shifts that stand out.
func largest(shifts []Shift) []Shift {
	shifts = slices.DeleteFunc(shifts, func(s Shift) bool { return !(math.Abs(s.Shift) >= shiftSize) || math.IsInf(s.Shift, 0) })
	slices.SortStableFunc(shifts, func(a, b Shift) int { return cmp.Compare(math.Abs(b.Shift), math.Abs(a.Shift)) })
	return shifts[:min(len(shifts), shiftCount)]
}

// inParallel calls f(0) … f(n−1), each once, from as many goroutines as there
// are processors, and returns when all have.
func inParallel(n int, f func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	workers.Wait()
}
