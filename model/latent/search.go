package latent

import (
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
)

// candidate is a law that holds for coordinates of q.
type candidate struct {
	term, law int
	coords    []int
	deps      set // of location and scale
	family    dist.LocationScale
	located   bool // family is set
	// offset and multiplier are those of the transform, nil for none.
	offset, multiplier expr.Expr
	location, scale    expr.Expr    // flat
	logs               bool         // the coordinates are logarithms of what it holds for
	standardized       bool         // it holds for (x − location)/scale
	walks              []*walk      // of standardized latents
	form               linear       // the location, of walks
	joint              *joint       // of the components of a vector
	residual           expr.Expr    // of those: (x − location)/scale over q
	siblings           []*candidate // of one law, itself included; they are mapped together
	extra              expr.Expr    // what the law says besides, over q
	ordered            bool         // the coordinates are those of ordered vectors, at one place
	function           bool         // it holds for what a constraint makes of the coordinates
	why                string       // reason against it
	mapped             *block
}

// block is a set of latents that are mapped together, in one loop or scan.
type block struct {
	laws            []*candidate
	at              [][]int // of each law: the places of its elements in the block
	coords          []int
	location, scale expr.Expr // scalars or one element for each latent
	deps            set
	form            Form
	// Of a chain: location = drift + Σ slope·(element so many places before).
	drift expr.Expr
	lags  []lag

	informed    *information // location and scale are those given data
	positive    bool         // the scale is known to be
	asIs        bool         // the laws stay as they are written, at x
	level, base int
}

// search holds what is known of a model.
type search struct {
	m          *model.Model
	owner      []int // of each coordinate: the index of its parameter
	finder     *finder
	candidates []*candidate
	blocks     []*block
	uses       *uses // once they are wanted
}

func newSearch(m *model.Model) *search {
	s := &search{m: m, owner: make([]int, m.Dim), finder: newFinder(m.Dim)}
	for k, p := range m.Parameters {
		for i := range p.Size {
			s.owner[p.Offset+i] = k
		}
	}
	return s
}

func (s *search) parameter(c *candidate) *model.Parameter {
	return &s.m.Parameters[s.owner[c.coords[0]]]
}

func (s *search) lawOf(c *candidate) *model.Law { return &s.m.Terms[c.term].Laws[c.law] }

// collect lists the laws of parameters and finds reasons against those that
// stand alone.
func (s *search) collect() {
	priors := make([]int, s.m.Dim)
	for t := range s.m.Terms {
		for l := range s.m.Terms[t].Laws {
			for _, c := range s.candidatesOf(t, l) {
				for _, i := range c.coords {
					if !c.function {
						priors[i]++
					}
				}
				s.candidates = append(s.candidates, c)
			}
		}
	}
	for _, c := range s.candidates {
		if c.why == "" && slices.ContainsFunc(c.coords, func(i int) bool { return priors[i] > 1 }) {
			c.fail("several distributions hold for one element")
		}
	}
	var kept []*candidate
	for _, c := range s.candidates {
		switch {
		case !s.constant(c), c.standard() && (s.walked(c) || s.written(c)):
			kept = append(kept, c)
		case c.standard():
			kept = append(kept, s.rotated(c)...)
		}
	}
	s.candidates = kept
}

// constant reports whether a law says nothing of how its elements depend on
// others.
func (s *search) constant(c *candidate) bool {
	if c.located {
		return c.location.Static() && c.scale.Static()
	}
	for _, p := range s.lawOf(c).Dist.Params() {
		if !p.Static() {
			return false
		}
	}
	return true
}

// candidatesOf returns a law as candidates: none where it does not hold for
// parameters as they are, several for a multivariate normal distribution.
func (s *search) candidatesOf(t, l int) []*candidate {
	law := &s.m.Terms[t].Laws[l]
	c := &candidate{term: t, law: l}
	x := flat(law.X)
	if x.Err() != nil || x.Static() {
		return nil
	}
	var ok bool
	if c.coords, ok = positions(x); !ok && !s.logged(c, x) && !s.shifted(c, x) || len(c.coords) == 0 {
		if list := s.ordered(t, l, x); list != nil {
			return list
		}
		return s.constrained(c, x)
	}
	if mu, factor, ok := dist.AsMvNormal(law.Dist); ok && c.offset == nil && !(mu.Static() && factor.Static()) {
		return s.joint(c, x, mu, factor)
	}
	if init, drift, sigma, ok := dist.AsRandomWalk(law.Dist); ok && c.offset == nil && len(c.coords) > 1 {
		return s.walk(c, x, init, drift, sigma)
	}
	if c.family, c.located = dist.AsLocationScale(law.Dist); c.logs {
		if c.family, c.located = dist.LogLocationScale(law.Dist); !c.located {
			c.why = fmt.Sprintf("%s is positive, and its distribution is not log-normal", s.parameter(c).Name)
			return []*candidate{c}
		}
	}
	if !c.located {
		c.why = "its distribution has no location and scale on all real numbers"
		return []*candidate{c}
	}
	s.complete(c)
	return []*candidate{c}
}

// complete sets what follows from the family of a candidate.
func (s *search) complete(c *candidate) {
	c.location, c.scale = flat(c.family.Location), flat(c.family.Scale)
	n := len(c.coords)
	for _, p := range append([]expr.Expr{c.location, c.scale}, c.family.Shape()...) {
		if !p.IsScalar() && p.Size() != n {
			c.why = "several distributions hold for one element"
		}
	}
	if p := s.parameter(c); c.logs && !(len(c.coords) == p.Size && isRun(c.coords, p.Offset)) {
		c.why = fmt.Sprintf("it holds for a part of %s, which is constrained", p.Name)
	}
	if c.offset != nil && c.why == "" {
		s.checkScaled(c)
	}
	c.deps = newSet(s.m.Dim)
	c.deps.join(s.finder.of(c.location))
	c.deps.join(s.finder.of(c.scale))
}

// constrained returns a law that holds for a constrained parameter as one that is
// not mapped, none where it holds for anything else.
func (s *search) constrained(c *candidate, x expr.Expr) []*candidate {
	c.coords, c.logs, c.offset, c.multiplier = nil, false, nil, nil
	deps := s.finder.of(x)
	for k := range s.m.Parameters {
		p := &s.m.Parameters[k]
		for i := range p.Size {
			if deps.has(p.Offset + i) {
				c.coords = append(c.coords, p.Offset+i)
			}
		}
		if len(c.coords) == 0 {
			continue
		}
		name := p.Transform.Name()
		if len(c.coords) != deps.count() || name == "identity" || name == "offset_multiplier" {
			return nil
		}
		c.function, c.why = true, fmt.Sprintf("%s is constrained (%s)", p.Name, name)
		return []*candidate{c}
	}
	return nil
}

// logged recognises e^q, the values of a positive parameter.
func (s *search) logged(c *candidate, x expr.Expr) bool {
	if x.Kind != expr.Map || x.Fn != ir.Exp {
		return false
	}
	c.coords, c.logs = positions(x.In[0])
	c.logs = c.logs && len(c.coords) > 0 && s.parameter(c).Transform.Name() == "lower"
	return c.logs
}

// shifted recognises offset + multiplier·q, the values of a parameter with that
// transform.
func (s *search) shifted(c *candidate, x expr.Expr) bool {
	c.offset, c.multiplier = expr.Const(0), expr.Const(1)
	if x.Kind == expr.Map && x.Fn == ir.Add {
		c.offset, x = x.In[0], x.In[1]
	}
	if x.Kind == expr.Map && x.Fn == ir.Mul {
		c.multiplier, x = x.In[0], x.In[1]
	}
	var ok bool
	c.coords, ok = positions(x)
	c.offset, c.multiplier = flat(c.offset), flat(c.multiplier)
	return ok && len(c.coords) > 0 && s.parameter(c).Transform.Name() == "offset_multiplier"
}

// checkScaled wants the law of a parameter with offset and multiplier to hold
// for all of it, with these as location and scale.
func (s *search) checkScaled(c *candidate) {
	p := s.parameter(c)
	switch {
	case len(c.coords) != p.Size || !isRun(c.coords, p.Offset):
		c.why = fmt.Sprintf("it holds for a part of %s, which has an offset or multiplier", p.Name)
	case !same(c.offset, c.location) || !same(c.multiplier, c.scale):
		c.why = fmt.Sprintf("offset and multiplier of %s are not location and scale", p.Name)
	}
}

// isRun reports whether a list counts up from first.
func isRun(list []int, first int) bool {
	for i, k := range list {
		if k != first+i {
			return false
		}
	}
	return true
}

// fail keeps a reason against a candidate, and against the others of its law.
func (c *candidate) fail(why string) {
	c.why = why
	for _, other := range c.siblings {
		other.why = why
	}
}

// walk returns the steps of a random walk as a candidate, and its first element
// as one if its location or scale depends on parameters.
func (s *search) walk(c *candidate, x expr.Expr, init dist.Distribution, drift, sigma expr.Expr) []*candidate {
	n := len(c.coords)
	steps := &candidate{term: c.term, law: c.law, coords: c.coords[1:], located: true}
	steps.family, _ = dist.AsLocationScale(dist.Normal(expr.Add(part(x, 0, n-1), drift), sigma))
	s.complete(steps)
	if init == nil {
		return []*candidate{steps}
	}
	first := &candidate{term: c.term, law: c.law, coords: c.coords[:1]}
	if first.family, first.located = dist.AsLocationScale(init); first.located {
		s.complete(first)
		if !first.location.Static() || !first.scale.Static() {
			list := []*candidate{first, steps}
			first.siblings, steps.siblings = list, list
			return list
		}
	}
	steps.extra = init.LogDensity(expr.At(x, 0))
	return []*candidate{steps}
}
