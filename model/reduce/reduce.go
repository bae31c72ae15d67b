package reduce

import (
	"slices"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
)

// Rule names a way to reduce a sum.
type Rule string

// The rules.
const (
	LinearSums   Rule = "linear sums"
	LeastSquares Rule = "least squares"
	Groups       Rule = "groups"
	RepeatedRows Rule = "repeated rows"
)

// Step says what became of one sum over rows.
type Step struct {
	Site string // of the term
	Rule Rule
	Rows int // before
	Size int // elements of the sums in its place
}

// Report says what was reduced.
type Report struct {
	Steps []Step
	Data  []string // names of data and indices whose values decided sizes, sorted
}

// Terms returns the terms of a log density with their sums over rows reduced.
func Terms(terms []model.Term) ([]model.Term, *Report) {
	r := &rewriter{
		report: new(Report), names: make(map[string]bool), parts: make(map[string]*partition),
		lifted: make(map[liftKey]expr.Expr), parted: make(map[span]expr.Expr),
	}
	rewrite := expr.NewRewriter(r.node)
	out := make([]model.Term, len(terms))
	for i, t := range terms {
		r.site = t.Site
		out[i] = t
		out[i].LogDensity = rewrite.Rewrite(t.LogDensity)
	}
	for name := range r.names {
		r.report.Data = append(r.report.Data, name)
	}
	slices.Sort(r.report.Data)
	return out, r.report
}

// LogDensity returns the reduced log density of a model.
func LogDensity(m *model.Model) (expr.Expr, *Report) {
	reduced := *m
	var report *Report
	reduced.Terms, report = Terms(m.Terms)
	return reduced.LogDensity(), report
}

type rewriter struct {
	site   string
	report *Report
	names  map[string]bool // of data whose values decided sizes
	parts  map[string]*partition
	lifted map[liftKey]expr.Expr
	parted map[span]expr.Expr

	indexParts []*expr.Index
}

func (r *rewriter) note(rule Rule, rows, size int) {
	r.report.Steps = append(r.report.Steps, Step{r.site, rule, rows, size})
}

// node reduces x if it is a sum over rows.
func (r *rewriter) node(x expr.Expr) expr.Expr {
	if x.Kind != expr.SumAll || x.Static() || x.In[0].Size() < 2 {
		return x
	}
	s := &sum{r: r, n: x.In[0].Size()}
	if s.split(x.In[0], product{}) {
		if total := s.reduce(); total != nil && total.Err() == nil {
			return total
		}
	}
	if total := r.pieces(x); total != nil && total.Err() == nil {
		return total
	}
	return x
}

// product is scale·static·dynamic: a scalar that depends on parameters, data,
// and a vector that depends on parameters; nil stands for 1.
type product struct{ scale, static, dynamic expr.Expr }

// sum is a sum over n rows under reduction.
type sum struct {
	r        *rewriter
	n        int
	products []product
}

// maxProducts bounds how many products a sum is split into.
const maxProducts = 256

// split writes x times p as a sum of products.
func (s *sum) split(x expr.Expr, p product) bool {
	if len(s.products) >= maxProducts {
		return false
	}
	switch {
	case x.Static():
		p.static = times(p.static, x)
	case x.IsScalar():
		p.scale = times(p.scale, x)
	case x.Kind == expr.Fill:
		return s.split(x.In[0], p)
	case x.Kind == expr.Slice:
		if y, ok := s.r.sliced(x); ok {
			return s.split(y, p)
		}
		p.dynamic = x
	case x.Kind == expr.Map:
		if done, ok := s.splitMap(x, p); done {
			return ok
		}
		p.dynamic = x
	default:
		p.dynamic = x
	}
	s.products = append(s.products, p)
	return true
}

// splitMap splits sums, and products with one side that is data or a scalar.
func (s *sum) splitMap(x expr.Expr, p product) (done, ok bool) {
	minus := p
	minus.static = times(expr.Const(-1), p.static)
	switch x.Fn {
	case ir.Add:
		return true, s.split(x.In[0], p) && s.split(x.In[1], p)
	case ir.Sub:
		return true, s.split(x.In[0], p) && s.split(x.In[1], minus)
	case ir.Neg:
		return true, s.split(x.In[0], minus)
	case ir.Mul:
		for k, a := range x.In {
			if outside(&p, a) {
				return true, s.split(x.In[1-k], p)
			}
		}
	case ir.Div:
		a, b := x.In[0], x.In[1]
		switch {
		case b.Static() || b.IsScalar():
			outside(&p, expr.Inv(b))
			return true, s.split(a, p)
		case outside(&p, a):
			return true, s.split(expr.Inv(b), p)
		}
	}
	return false, false
}

// outside takes a factor into p if it is data or a scalar.
func outside(p *product, a expr.Expr) bool {
	switch {
	case a.Static():
		p.static = times(p.static, a)
	case a.IsScalar():
		p.scale = times(p.scale, a)
	default:
		return false
	}
	return true
}

// total returns Σ_i data[i] over n rows for data that may be a scalar.
func (s *sum) total(data expr.Expr) expr.Expr {
	if data == nil {
		return expr.Const(float64(s.n))
	}
	return expr.SumOver(data, s.n)
}

// reduce returns the sum in terms of fewer rows, nil if nothing can be gained.
func (s *sum) reduce() expr.Expr {
	total := expr.Const(0)
	add := func(scale, x expr.Expr) { total = expr.Add(total, times(scale, x)) }
	var rest []product
	gained := false
	for _, p := range s.products {
		if p.dynamic == nil {
			add(p.scale, s.total(p.static))
			continue
		}
		x, ok := s.squares(p)
		if !ok {
			x, ok = s.multivariate(p)
		}
		if ok {
			add(p.scale, x)
			gained = true
			continue
		}
		rest = append(rest, p)
	}
	if len(rest) == 0 {
		if !gained {
			s.r.note(LinearSums, s.n, 1)
		}
		return total
	}
	x, ok := s.others(rest)
	if !ok && !gained {
		return nil
	}
	return expr.Add(total, x)
}

// times returns a·b, where nil is 1; constants are multiplied at once.
func times(a, b expr.Expr) expr.Expr {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	x, ok := a.ConstValue()
	y, ok2 := b.ConstValue()
	switch {
	case ok && ok2 && x*y == 1:
		return nil
	case ok && ok2:
		return expr.Const(x * y)
	}
	return expr.Mul(a, b)
}
