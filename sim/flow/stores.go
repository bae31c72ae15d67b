package flow

import (
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/sim"
)

// itemStep is what steps of stores have beyond those of others.
type itemStep struct {
	values []Quantity                         // of PutItem
	match  func(t Token, item []float64) bool // of GetItem
	into   []Attribute
}

// PutItem puts an item in a store and waits until there is room. The item is a
// list of numbers, a []float64 for others who look into the store. Of the options,
// those about priority and patience apply.
func (f *Flow) PutItem(s sim.Store, values []Quantity, options ...SeizeOption) *Flow {
	st := step{code: opPutItem, place: int32(s), labels: make([]string, 2), item: &itemStep{values: slices.Clone(values)}}
	for _, o := range options {
		o(&st)
	}
	return f.addOptional(st)
}

// GetItem takes the oldest item out of a store for which match is true, any item
// if it is nil, and waits until there is one; its numbers become the values of
// attributes, in order, where a negative Attribute leaves one out. match sees the
// token as it was when it began to wait; it must depend on nothing but its
// arguments and change neither. Items that are no []float64 are left to others.
// Of the options, those about priority and patience apply.
func (f *Flow) GetItem(s sim.Store, match func(t Token, item []float64) bool, into []Attribute, options ...SeizeOption) *Flow {
	st := step{code: opGetItem, place: int32(s), labels: make([]string, 2), item: &itemStep{match: match, into: slices.Clone(into)}}
	for _, o := range options {
		o(&st)
	}
	return f.addOptional(st)
}

// putItem claims room for an item of token k.
func (f *Flow) putItem(c *sim.Context, k int32, st *step, req sim.Request) (sim.Claim, bool) {
	item := make([]float64, len(st.item.values))
	for i := range item {
		item[i] = f.value(c, k, &st.item.values[i])
	}
	return c.PutItem(sim.Store(st.place), item, req)
}

// getItem claims an item for token k; done is true if the token has it.
func (f *Flow) getItem(c *sim.Context, k int32, st *step, req sim.Request) (claim sim.Claim, done bool) {
	test := st.item.match
	var seen Token
	if test != nil {
		// A copy of the simulation shares the function that waits in the store, so
		// it may not look at the flow.
		alone := &Flow{tokens: []token{f.tokens[k]}, width: f.width}
		alone.attributes = slices.Clone(f.attributes[int(k)*f.width : int(k+1)*f.width])
		seen = Token{alone, 0}
	}
	claim, done = c.GetItem(sim.Store(st.place), func(item any) bool {
		x, ok := item.([]float64)
		return ok && (test == nil || test(seen, x))
	}, req)
	if done {
		f.takeItem(c, k, st, claim)
	}
	return claim, done
}

// takeItem puts the numbers of a granted item into the attributes of token k.
func (f *Flow) takeItem(c *sim.Context, k int32, st *step, claim sim.Claim) {
	item := c.Item(claim).([]float64)
	if len(item) < len(st.item.into) {
		c.Fail(fmt.Errorf("an item of store %q has %d numbers for %d attributes", c.StoreName(sim.Store(st.place)), len(item), len(st.item.into)))
	}
	for i, a := range st.item.into {
		if a >= 0 {
			f.attributes[int(k)*f.width+int(a)] = item[i]
		}
	}
}
