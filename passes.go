package quatre

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre/graph"
	"github.com/quatre-ppl/quatre/graph/ir"
)

// The passes of the compiler that work on models, in the order in which they
// run; those of package ir follow.
const (
	passMap    = "map"    // latents in mapped coordinates, see Posterior.Mapped
	passReduce = "reduce" // sums over data, see Posterior.Reduction
)

// Passes returns the names of the compiler's passes that CompileOptions.Without
// may leave out, in the order in which they run.
func Passes() []string {
	list := []string{passMap, passReduce, graph.Algebra}
	for _, p := range ir.Passes() {
		if !p.Required {
			list = append(list, p.Name)
		}
	}
	return list
}

// checkPasses returns an error if a pass is not known.
func (o CompileOptions) checkPasses() error {
	for _, name := range o.Without {
		if !slices.Contains(Passes(), name) {
			return fmt.Errorf("no pass %q can be left out; those that can are %s", name, strings.Join(Passes(), ", "))
		}
	}
	return nil
}

// leavesOut reports whether a pass is left out.
func (o CompileOptions) leavesOut(pass string) bool {
	switch {
	case pass == passMap && o.NoMap, pass == passReduce && o.NoReduce:
		return true
	}
	return slices.Contains(o.Without, pass)
}

// PassReport tells what a pass of the compiler did.
type PassReport struct {
	Name    string
	Skipped bool
	Did     []string // in words
}

// PassReports tells what each pass of the compiler did to the log density.
func (p *Posterior) PassReports() []PassReport {
	list := []PassReport{
		{Name: passMap, Skipped: p.options.leavesOut(passMap), Did: p.mapped()},
		{Name: passReduce, Skipped: p.options.leavesOut(passReduce), Did: p.reduced()},
		{Name: graph.Algebra, Skipped: p.options.leavesOut(graph.Algebra)},
	}
	for _, e := range p.effects {
		r := PassReport{Name: e.Pass, Skipped: e.Skipped}
		if !e.Skipped {
			r.Did = []string{fmt.Sprintf("%d instructions, %d before", e.After, e.Before)}
		}
		list = append(list, r)
	}
	return list
}

// mapped says which latents are mapped.
func (p *Posterior) mapped() []string {
	var list []string
	for _, l := range p.mapReport {
		list = append(list, l.String())
	}
	return list
}

// reduced says which sums over data became shorter. Those of a loop that was
// written out are counted together.
func (p *Posterior) reduced() []string {
	var list []string
	steps := p.reduction.Steps
	for i := 0; i < len(steps); {
		s, times := steps[i], 0
		for ; i < len(steps) && steps[i] == s; i++ {
			times++
		}
		text := fmt.Sprintf("%s: %s, %d rows to %d", s.Site, s.Rule, s.Rows, s.Size)
		if times > 1 {
			text += fmt.Sprintf(", %d times", times)
		}
		list = append(list, text)
	}
	if names := p.reduction.Data; len(names) > 0 {
		list = append(list, "sizes depend on the values of "+strings.Join(names, ", "))
	}
	return list
}
