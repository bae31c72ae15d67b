package eval

import (
	"fmt"
	"strings"

	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/dist"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// term is a part of the log density, from one statement.
type term struct {
	at   syntax.Span
	site string
	x    expr.Expr
	// law is set where x is the log density of a distribution.
	law *termLaw
	// jacobian tells that x is the log Jacobian of a parameter's transform.
	jacobian bool
}

// termLaw is the distribution that a term comes from: x follows family(params), element by element.
type termLaw struct {
	family       func(p []expr.Expr) dist.Distribution
	x            expr.Expr
	params       []expr.Expr
	unnormalised bool
}

// replace returns the law with known expressions in the place of placeholders.
func (l *termLaw) replace(by map[expr.Expr]expr.Expr) *termLaw {
	if l == nil {
		return nil
	}
	r := *l
	r.x, r.params = expr.Replace(l.x, by), make([]expr.Expr, len(l.params))
	for i, p := range l.params {
		r.params[i] = expr.Replace(p, by)
	}
	return &r
}

// addTerm adds the sum of a value, over its elements and ev.lanes, to the log density.
func (ev *evaluator) addTerm(at syntax.Span, site func() string, v *Value) error {
	if g := ev.guard(0); g != nil {
		zero := &Value{Type: realType, Dims: v.Dims, Reals: make([]float64, v.Size()), Fixed: true}
		var err error
		if v, err = ev.where(at, g, v, zero); err != nil {
			return err
		}
	}
	if ev.lanes != nil && ev.lanes.mask != nil {
		v = ev.maskedOut(v)
	}
	if v.Lanes != ev.lanes && ev.uneven(v.Lanes) {
		v = ev.spread(v, ev.lanes)
	}
	// A value that is the same for several of ev.lanes counts for each of them.
	times := float64(laneCount(ev.lanes)) / float64(laneCount(v.Lanes))
	return ev.addTotal(at, site, expr.Mul(times, expr.Sum(ev.flat(v))), nil)
}

// uneven reports whether the lanes l have different numbers of ev.lanes within.
func (ev *evaluator) uneven(l *lanes) bool {
	from := ev.lanes.from(l)
	if from == nil {
		return false
	}
	count := make([]int, l.n)
	for _, b := range from {
		count[b]++
	}
	for _, c := range count {
		if c != count[0] {
			return true
		}
	}
	return false
}

// addTotal adds a scalar to the log density, that of a law or with law nil any.
func (ev *evaluator) addTotal(at syntax.Span, site func() string, x expr.Expr, law *termLaw) error {
	if x.Err() != nil {
		return ev.errorf(at, "", "%v", x.Err())
	}
	if err := ev.written(at); err != nil {
		return err
	}
	ev.terms = append(ev.terms, term{at: at, site: site(), x: x, law: law})
	return nil
}

// tilde runs value ~ distribution(…).
func (ev *evaluator) tilde(s *types.Tilde) error {
	site := func() string { return ev.siteText(ev.text(s.Density.Args[0])+" ~ "+s.Dist, s.Pos()) }
	if s.Lower != nil || s.Upper != nil {
		return ev.truncated(s, site)
	}
	return ev.addDensity(s.Pos(), site, s.Density)
}

// addDensity adds the value of a log density.
func (ev *evaluator) addDensity(at syntax.Span, site func() string, e *types.Call) error {
	args, err := ev.evalAll(e.Args)
	if err != nil {
		return err
	}
	c := ev.newCall(e, args)
	c.total = e.Func == nil && len(ev.guards) == 0 && c.lanes() == ev.lanes && (ev.lanes == nil || ev.lanes.mask == nil)
	v, err := ev.invoke(e, c)
	if err != nil {
		return err
	}
	if c.total && v.Lanes == nil {
		return ev.addTotal(at, site, ev.flat(v), c.law)
	}
	return ev.addTerm(at, site, v)
}

// targetAdd runs target += value and jacobian += value.
func (ev *evaluator) targetAdd(s *types.TargetAdd) error {
	word := "target"
	if s.Jacobian {
		word = "jacobian"
	}
	site := func() string { return ev.siteText(word+" += "+ev.text(s.Value), s.Pos()) }
	if c, ok := s.Value.(*types.Call); ok && c.Func == nil && (strings.HasSuffix(c.Name, "_lpdf") || strings.HasSuffix(c.Name, "_lpmf")) {
		return ev.addDensity(s.Pos(), site, c)
	}
	v, err := ev.eval(s.Value)
	if err != nil {
		return err
	}
	return ev.addTerm(s.Pos(), site, v.asReal())
}

// siteWidth bounds the text of a statement in the name of its term.
const siteWidth = 48

func (ev *evaluator) siteText(text string, at syntax.Span) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > siteWidth {
		text = string(r[:siteWidth-1]) + "…"
	}
	return fmt.Sprintf("%s (line %d)", text, ev.source.LineOf(at.Start))
}

// text returns the source of an expression.
func (ev *evaluator) text(e types.Expr) string {
	at := e.Pos()
	return ev.source.Text[at.Start:at.End]
}

// targetValue is target(): the log density so far.
func (ev *evaluator) targetValue(e *types.TargetValue) (*Value, error) {
	if ev.lanes != nil {
		return nil, notTogether{"they read target()"}
	}
	list := make([]expr.Expr, len(ev.terms))
	for i, t := range ev.terms {
		list[i] = t.x
	}
	return newSym(realType, nil, total(list)), nil
}

// total adds scalars up in pairs, so that the sum is not deep.
func total(list []expr.Expr) expr.Expr {
	switch n := len(list); n {
	case 0:
		return expr.Const(0)
	case 1:
		return list[0]
	default:
		return expr.Add(total(list[:n/2]), total(list[n/2:]))
	}
}

// modelTerms returns the terms of the log density, those of one statement added up.
func (ev *evaluator) modelTerms() []model.Term {
	type key struct {
		at   syntax.Span
		site string
	}
	var order []key
	lists := make(map[key][]term)
	for _, t := range ev.terms {
		k := key{t.at, t.site}
		if lists[k] == nil {
			order = append(order, k)
		}
		lists[k] = append(lists[k], t)
	}
	terms := make([]model.Term, len(order))
	for i, k := range order {
		terms[i] = statementTerm(lists[k])
	}
	return terms
}

// statementTerm adds the terms of one statement up.
func statementTerm(list []term) model.Term {
	t := model.Term{Site: list[0].site, Jacobian: list[0].jacobian}
	parts := make([]expr.Expr, len(list))
	for i, one := range list {
		parts[i] = one.x
		if one.law != nil {
			t.Laws = append(t.Laws, model.Law{
				Dist: one.law.family(one.law.params), X: one.law.x, LogDensity: one.x, Unnormalised: one.law.unnormalised,
			})
		}
	}
	if len(t.Laws) < len(list) {
		t.Laws = nil
	}
	t.LogDensity = total(parts)
	return t
}
