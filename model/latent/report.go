package latent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre/model/expr"
)

// report lists the candidates in the order of the statements.
func (s *search) report() []Entry {
	var list []Entry
	told := make(map[*joint]bool)
	for _, c := range s.candidates {
		if c.joint != nil && told[c.joint] {
			continue
		}
		e := Entry{
			Site: s.m.Terms[c.term].Site, Parameter: s.parameter(c).Name, Elements: len(c.coords),
			Form: Centred, Mapped: c.mapped != nil, Why: c.why,
		}
		if c.located {
			e.Location, e.Scale = s.text(c.location), s.text(c.scale)
		}
		if c.mapped != nil {
			e.Form = c.mapped.form
			if info := c.mapped.informed; info != nil {
				e.Given = info.sites
			}
		}
		if len(c.walks) > 0 {
			e.Form = Walk
		}
		if c.joint != nil {
			told[c.joint] = true
			e.Form, e.Elements = Joint, c.joint.elements
			e.Location, e.Scale = s.text(flat(c.joint.mu)), s.text(flat(c.joint.factor))
		}
		list = append(list, e)
	}
	return list
}

// text names the parameters that an expression depends on, or its value.
func (s *search) text(e expr.Expr) string {
	if v, ok := e.ConstValue(); ok {
		return fmt.Sprint(v)
	}
	if e.Static() {
		return "data"
	}
	deps := s.finder.of(e)
	var names []string
	for i := range s.m.Dim {
		if name := s.m.Parameters[s.owner[i]].Name; deps.has(i) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 1 && s.isValue(e, names[0]) {
		return names[0]
	}
	return "f(" + strings.Join(names, ", ") + ")"
}

// isValue reports whether an expression is a parameter as it is, or elements of
// it.
func (s *search) isValue(e expr.Expr, name string) bool {
	for e.Kind == expr.Slice || e.Kind == expr.Gather || e.Kind == expr.Fill {
		e = e.In[0]
	}
	for i := range s.m.Parameters {
		if p := &s.m.Parameters[i]; p.Name == name {
			return same(e, flat(p.Value))
		}
	}
	return false
}

// String says in one line what was mapped, or why not.
func (e Entry) String() string {
	what := fmt.Sprintf("%s: %s", e.Site, e.Parameter)
	if e.Elements > 1 {
		what += fmt.Sprintf(", %d elements", e.Elements)
	}
	if e.Location != "" {
		what += fmt.Sprintf(", location %s, scale %s", e.Location, e.Scale)
	}
	if e.Mapped {
		if len(e.Given) > 0 {
			return fmt.Sprintf("%s: mapped (%s, given %s)", what, e.Form, strings.Join(e.Given, ", "))
		}
		return fmt.Sprintf("%s: mapped (%s)", what, e.Form)
	}
	return what + ": not mapped: " + e.Why
}
