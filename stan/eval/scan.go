package eval

import (
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/tensor"
)

// resolve finds what each placeholder stands for. The result maps placeholders, and successors that a scan computes, to
// expressions without placeholders.
func (ev *evaluator) resolve(a *attempt, open []*carry) (map[expr.Expr]expr.Expr, error) {
	by := make(map[expr.Expr]expr.Expr)
	for len(open) > 0 {
		holes := make(map[expr.Expr]bool, len(open))
		for _, c := range open {
			holes[c.hole] = true
		}
		var rest []*carry
		for _, c := range open {
			next := expr.Replace(c.next, by)
			if newFinder(holes).depends(next) {
				rest = append(rest, c)
				continue
			}
			by[c.hole] = ev.shifted(a.lanes, c.init, next)
		}
		if len(rest) == len(open) {
			var err error
			if rest, err = ev.recurrences(a.lanes, open, by); err != nil {
				return nil, err
			}
		}
		open = rest
	}
	return by, nil
}

// shifted returns the vector whose element b is what the lane before b left: init before the first lane, or before the
// first of each group.
func (ev *evaluator) shifted(l *lanes, init, next expr.Expr) expr.Expr {
	if l.outer == nil {
		if l.n == 1 {
			return expr.Repeat(init, tensor.Shape{1})
		}
		return expr.Concat(init, expr.Part(next, 0, l.n-1))
	}
	starts := l.groups()
	at := make([]int, l.n)
	for b := range at {
		at[b] = len(starts) + b - 1
	}
	for g, b := range starts {
		at[b] = g
	}
	return ev.pick(expr.Concat(full(init, len(starts), nil, l), next), at)
}

// recurrences makes a scan of those carries whose successors lead back to themselves, and of what they need. It returns
// the others.
func (ev *evaluator) recurrences(l *lanes, open []*carry, by map[expr.Expr]expr.Expr) ([]*carry, error) {
	next := make([]expr.Expr, len(open))
	needs := make([][]bool, len(open))
	for i, c := range open {
		next[i] = expr.Replace(c.next, by)
		needs[i] = make([]bool, len(open))
		for j, d := range open {
			needs[i][j] = newFinder(map[expr.Expr]bool{d.hole: true}).depends(next[i])
		}
	}
	for k := range open {
		for i := range open {
			for j := range open {
				needs[i][j] = needs[i][j] || needs[i][k] && needs[k][j]
			}
		}
	}
	var in, rest []*carry
	var steps []expr.Expr
	for i, c := range open {
		wanted := needs[i][i]
		for j := range open {
			wanted = wanted || needs[j][j] && needs[j][i]
		}
		if wanted {
			in, steps = append(in, c), append(steps, next[i])
		} else {
			rest = append(rest, c)
		}
	}
	outs, err := ev.scan(l, in, steps)
	if err != nil {
		return nil, err
	}
	holes := make(map[expr.Expr]bool)
	for _, c := range open {
		holes[c.hole] = true
	}
	for i, c := range in {
		by[c.hole] = ev.shifted(l, c.init, outs[i])
		if !holes[c.next] {
			by[c.next] = outs[i]
		}
	}
	return rest, nil
}

// scan runs the iterations of a recurrence and returns for each carry the vector of what they leave. Groups follow each
// other in one scan: the first iteration of each begins with its own init.
func (ev *evaluator) scan(l *lanes, in []*carry, next []expr.Expr) ([]expr.Expr, error) {
	s := &stepper{n: l.n, place: make(map[expr.Expr]int)}
	holes := make(map[expr.Expr]bool)
	init := make([]expr.Expr, len(in))
	for i, c := range in {
		holes[c.hole] = true
		s.place[c.hole] = i
		init[i] = c.init
		if !c.init.IsScalar() {
			init[i] = expr.At(c.init, 0)
		}
	}
	if l.outer != nil {
		s.restart(ev, l, in)
	}
	s.finder = newFinder(holes)
	for _, x := range next {
		if err := s.collect(x); err != nil {
			return nil, err
		}
	}
	outs, _ := expr.Scan(l.n, init, s.steps, s.shared, func(carry, step, shared []expr.Expr) ([]expr.Expr, []expr.Expr) {
		b := &stepBuilder{stepper: s, carry: carry, step: step, shared: shared, done: make(map[expr.Expr]expr.Expr)}
		out := make([]expr.Expr, len(next))
		for i, x := range next {
			out[i] = b.of(x)
		}
		return out, out
	})
	for _, x := range outs {
		if x.Err() != nil {
			return nil, x.Err()
		}
	}
	return outs, nil
}

// restart adds to each step whether a group begins there, and with which numbers.
func (s *stepper) restart(ev *evaluator, l *lanes, in []*carry) {
	starts := l.groups()
	first, group := make([]float64, l.n), make([]int, l.n)
	for g, b := range starts {
		first[b] = 1
		for ; b < l.n; b++ {
			group[b] = g
		}
	}
	s.first = ev.nodes.of(first, false)
	s.steps = append(s.steps, s.first)
	for _, c := range in {
		s.steps = append(s.steps, ev.pick(full(c.init, len(starts), nil, l), group))
	}
}

// finder tells which expressions depend on placeholders.
type finder struct {
	holes map[expr.Expr]bool
	known map[expr.Expr]bool
}

func newFinder(holes map[expr.Expr]bool) *finder {
	return &finder{holes, make(map[expr.Expr]bool)}
}

func (f *finder) depends(x expr.Expr) bool {
	if f.holes[x] {
		return true
	}
	if d, ok := f.known[x]; ok {
		return d
	}
	d := false
	for _, a := range x.In {
		if f.depends(a) {
			d = true
			break
		}
	}
	f.known[x] = d
	return d
}

// stepper sorts what the iterations of a scan need: numbers of their own, which stand in vectors over the lanes, and
// numbers that all share.
type stepper struct {
	*finder
	n      int
	place  map[expr.Expr]int // of holes, steps and shared numbers in their lists
	seen   map[expr.Expr]bool
	steps  []expr.Expr
	shared []expr.Expr
	// first is step 0 where the loop lies within lanes: 1 where a group begins; what it begins with are the steps behind.
	first expr.Expr
}

func (s *stepper) collect(x expr.Expr) error {
	if _, ok := s.place[x]; ok || s.seen[x] {
		return nil
	}
	if s.depends(x) {
		if x.Kind != expr.Map && x.Kind != expr.Stop {
			return notTogether{"the recurrence is not one of single numbers"}
		}
		if s.seen == nil {
			s.seen = make(map[expr.Expr]bool)
		}
		s.seen[x] = true
		for _, a := range x.In {
			if err := s.collect(a); err != nil {
				return err
			}
		}
		return nil
	}
	switch _, constant := x.ConstValue(); {
	case constant:
	case x.IsScalar():
		s.place[x] = len(s.shared)
		s.shared = append(s.shared, x)
	case x.Kind == expr.Fill:
		return s.collect(x.In[0])
	case x.Size() == s.n:
		s.place[x] = len(s.steps)
		s.steps = append(s.steps, flatten(x, false))
	default:
		return notTogether{"the recurrence is not one of single numbers"}
	}
	return nil
}

// stepBuilder writes the successors of a scan's carries in terms of one iteration.
type stepBuilder struct {
	*stepper
	carry, step, shared []expr.Expr
	done                map[expr.Expr]expr.Expr
}

func (b *stepBuilder) of(x expr.Expr) expr.Expr {
	if y, ok := b.done[x]; ok {
		return y
	}
	y := b.build(x)
	b.done[x] = y
	return y
}

func (b *stepBuilder) build(x expr.Expr) expr.Expr {
	if b.holes[x] {
		c := b.place[x]
		if b.first == nil {
			return b.carry[c]
		}
		return expr.Where(b.step[0], b.step[1+c], b.carry[c])
	}
	if b.depends(x) {
		in := make([]expr.Expr, len(x.In))
		for i, a := range x.In {
			in[i] = b.of(a)
		}
		if x.Kind == expr.Stop {
			return expr.Constant(in[0])
		}
		return expr.Apply(x.Fn, in...)
	}
	at, listed := b.place[x]
	switch {
	case !listed && x.Kind == expr.Fill:
		return b.of(x.In[0])
	case !listed:
		return x
	case x.IsScalar():
		return b.shared[at]
	}
	return b.step[at]
}
