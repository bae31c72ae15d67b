package flow

import (
	"slices"

	"github.com/quatre-ppl/quatre/sim"
)

// SeizeOneOf claims the one of several resources that has the shortest line, the
// first among equals (sim.Context.Shortest). With sim.Context.Jockey those who
// wait may change to another of them. Options are those of Seize.
func (f *Flow) SeizeOneOf(resources []sim.Resource, options ...SeizeOption) *Flow {
	if len(resources) == 0 {
		f.reject("seizes one of no resources")
	}
	f.Seize(0, options...)
	st := &f.steps[len(f.steps)-1]
	st.code, st.lines = opSeizeOne, slices.Clone(resources)
	return f
}

// ReleaseOneOf gives back what the token holds of one of several resources, the
// latest claim.
func (f *Flow) ReleaseOneOf(resources ...sim.Resource) *Flow {
	if len(resources) == 0 {
		f.reject("releases one of no resources")
	}
	return f.add(step{code: opReleaseOne, lines: slices.Clone(resources)})
}
