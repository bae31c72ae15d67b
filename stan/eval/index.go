package eval

import (
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// place is a part of the list of elements of some value.
type place struct {
	typ  types.Type
	dims []int
	// lanes are those over which the positions vary. With at nil the place is the whole list, whose lanes these are.
	lanes *lanes
	at    []int
}

// size returns the number of elements in one lane.
func (p *place) size() int { return product(p.dims) }

// positions returns p.at, written out where it is the whole list.
func (p *place) positions() []int {
	if p.at != nil {
		return p.at
	}
	at := make([]int, p.size()*laneCount(p.lanes))
	for i := range at {
		at[i] = i
	}
	return at
}

// subscript is one index with its positions along a dimension, counted from 0: pick k in lane b is at[k*step+b].
type subscript struct {
	count int
	// keep tells that the dimension stays.
	keep bool
	at   []int
	step int
	by   *lanes
}

// subscripts evaluates the indexes of an expression against the sizes of what is indexed.
func (ev *evaluator) subscripts(args []types.IndexArg, dims []int) ([]subscript, error) {
	subs := make([]subscript, len(dims))
	for d, size := range dims {
		var arg types.IndexArg
		arg.Kind = syntax.IndexAll
		if d < len(args) {
			arg = args[d]
		}
		var err error
		if subs[d], err = ev.subscript(arg, size); err != nil {
			return nil, err
		}
	}
	return subs, nil
}

func (ev *evaluator) subscript(arg types.IndexArg, size int) (subscript, error) {
	switch arg.Kind {
	case syntax.IndexAll:
		return span(1, size), nil
	case syntax.IndexSingle:
		v, err := ev.knownInts(arg.Lo, "an index")
		if err != nil {
			return subscript{}, err
		}
		s := subscript{count: v.Size(), keep: arg.Multi(), at: make([]int, len(v.Ints)), step: laneCount(v.Lanes), by: v.Lanes}
		for i, k := range v.Ints {
			s.at[i] = k - 1
		}
		return s, ev.inside(arg.Lo, v.Ints, size)
	}
	return ev.rangeSubscript(arg, size)
}

// span returns the subscript of lo, …, hi.
func span(lo, hi int) subscript {
	n := max(0, hi-lo+1)
	s := subscript{count: n, keep: true, at: make([]int, n), step: 1}
	for i := range s.at {
		s.at[i] = lo - 1 + i
	}
	return s
}

// inside checks indexes against a size.
func (ev *evaluator) inside(e types.Expr, list []int, size int) error {
	for _, k := range list {
		if k < 1 || k > size {
			if size == 0 {
				return ev.errorf(e.Pos(), "", "index %d into something of size 0", k)
			}
			return ev.errorf(e.Pos(), "", "index %d is outside of 1 to %d", k, size)
		}
	}
	return nil
}

// rangeSubscript evaluates lo:hi, lo: and :hi. A range whose end lies before its start is empty.
func (ev *evaluator) rangeSubscript(arg types.IndexArg, size int) (subscript, error) {
	lo, hi := newInt(1), newInt(size)
	var err error
	if arg.Lo != nil {
		if lo, err = ev.knownInts(arg.Lo, "an index"); err != nil {
			return subscript{}, err
		}
	}
	if arg.Hi != nil {
		if hi, err = ev.knownInts(arg.Hi, "an index"); err != nil {
			return subscript{}, err
		}
	}
	by := innermost([]*Value{lo, hi})
	if by == nil {
		s := span(lo.Int(), hi.Int())
		return s, ev.rangeInside(arg, lo.Int(), hi.Int(), size)
	}
	lo, hi = ev.spread(lo, by), ev.spread(hi, by)
	count := max(0, hi.Ints[0]-lo.Ints[0]+1)
	s := subscript{count: count, keep: true, at: make([]int, count*by.n), step: by.n, by: by}
	for b := range by.n {
		if max(0, hi.Ints[b]-lo.Ints[b]+1) != count {
			return s, notTogether{"a range has different lengths"}
		}
		if err := ev.rangeInside(arg, lo.Ints[b], hi.Ints[b], size); err != nil {
			return s, err
		}
		for k := range count {
			s.at[k*by.n+b] = lo.Ints[b] - 1 + k
		}
	}
	return s, nil
}

func (ev *evaluator) rangeInside(arg types.IndexArg, lo, hi, size int) error {
	if hi < lo {
		return nil
	}
	if arg.Lo != nil {
		if err := ev.inside(arg.Lo, []int{lo}, size); err != nil {
			return err
		}
	}
	if arg.Hi != nil {
		return ev.inside(arg.Hi, []int{hi}, size)
	}
	return nil
}

// sub returns the part of a place that indexes pick; t is its type.
func (ev *evaluator) sub(p *place, args []types.IndexArg, t types.Type) (*place, error) {
	subs, err := ev.subscripts(args, p.dims)
	if err != nil {
		return nil, err
	}
	out := &place{typ: t, lanes: p.lanes}
	for _, s := range subs {
		if s.keep {
			out.dims = append(out.dims, s.count)
		}
		if s.by.level() > out.lanes.level() {
			out.lanes = s.by
		}
	}
	out.lanes = ev.lanes.active(out.lanes)
	out.at = p.pick(subs, out.lanes)
	return out, nil
}

// pick returns the positions of the picked elements in the list that p.at counts in, for each of the lanes to.
func (p *place) pick(subs []subscript, to *lanes) []int {
	n := laneCount(to)
	at := make([]int, n)
	for _, d := range p.order() {
		s := &subs[d.index]
		next := make([]int, 0, len(at)*s.count)
		from := to.from(s.by)
		for e := 0; e < len(at); e += n {
			for k := range s.count {
				for b := range n {
					next = append(next, at[e+b]+d.stride*s.at[k*s.step+lane(from, s, to, b)])
				}
			}
		}
		at = next
	}
	old, from := laneCount(p.lanes), to.from(p.lanes)
	for i := range at {
		b := i % n
		switch {
		case p.lanes == nil:
			b = 0
		case from != nil:
			b = from[b]
		}
		at[i] = at[i]*old + b
		if p.at != nil {
			at[i] = p.at[at[i]]
		}
	}
	return at
}

// lane returns the lane of a subscript that lane b of the lanes to belongs to.
func lane(from []int, s *subscript, to *lanes, b int) int {
	switch {
	case s.by == nil:
		return 0
	case s.by == to:
		return b
	}
	return from[b]
}

// dimension is one dimension of a place with the distance between its elements.
type dimension struct{ index, stride int }

// order lists the dimensions from the slowest to the fastest: arrays from outside, then the columns of a matrix, then its
// rows.
func (p *place) order() []dimension {
	n := len(p.dims)
	list := make([]dimension, n)
	for d := range n {
		list[d].index = d
	}
	if isMatrix(p.typ) {
		list[n-2].index, list[n-1].index = n-1, n-2
	}
	stride := 1
	for k := n - 1; k >= 0; k-- {
		list[k].stride = stride
		stride *= p.dims[list[k].index]
	}
	return list
}

func isMatrix(t types.Type) bool { return t.Base == types.Matrix || t.Base == types.ComplexMatrix }

// indexed returns the value of x[…].
func (ev *evaluator) indexed(e *types.Index) (*Value, error) {
	root, chain := unfold(e)
	if v, ok := root.(*types.Var); ok {
		return ev.indexedVariable(ev.frame.vars[v.Sym.Slot], v, chain)
	}
	v, err := ev.eval(root)
	if err != nil {
		return nil, err
	}
	if v.Type.Base == types.Tuple {
		return nil, ev.unavailable(root.Pos(), "arrays of tuples are")
	}
	p := &place{typ: v.Type, dims: v.Dims, lanes: v.Lanes}
	for _, index := range chain {
		if p, err = ev.sub(p, index.Args, index.Type()); err != nil {
			return nil, err
		}
	}
	return ev.shaped(ev.gather(v, p.at), p.typ, p.dims, p.lanes), nil
}

func (ev *evaluator) indexedVariable(x *variable, v *types.Var, chain []*types.Index) (*Value, error) {
	if err := ev.readable(x, v.Pos()); err != nil {
		return nil, err
	}
	if ev.watched(x) {
		ev.bringHome(x)
	}
	p := &place{typ: x.typ, dims: x.dims, lanes: x.storage()}
	var err error
	for _, index := range chain {
		if p, err = ev.sub(p, index.Args, index.Type()); err != nil {
			return nil, err
		}
	}
	return ev.loadPlace(x, p)
}

// unfold returns what x[…][…] begins with and its indexes from the inside out.
func unfold(e *types.Index) (root types.Expr, chain []*types.Index) {
	root = e
	for {
		index, ok := root.(*types.Index)
		if !ok {
			break
		}
		chain = append([]*types.Index{index}, chain...)
		root = index.X
	}
	return root, chain
}
