package eval

import (
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// variable is a declared variable and what it holds: a whole value, or, once it was assigned to in parts, pieces.
type variable struct {
	sym  *types.Symbol
	typ  types.Type
	dims []int
	// home are the lanes in which the variable was declared: it has one content for each of them.
	home *lanes
	// guards is how many conditions that depend on parameters were in force at the declaration; see guard.
	guards int
	// value is the whole value, nil while only the pieces are up to date. Its lanes are home or lanes around.
	value *Value
	// owned tells that nobody else holds the slices of value, so that they may be written to.
	owned bool
	parts *pieces
	// refuse is why the variable must not be read, empty where it may be.
	refuse string
}

// pieces is the content of a variable that was put together from several values: element i of its list is element
// refs[i].at of the list of list[refs[i].part].
type pieces struct {
	refs []ref
	list []*Value
}

type ref struct{ part, at int32 }

// undefinedInt is what an int holds before the first assignment, the least int of the language.
const undefinedInt = math.MinInt32

// undefined returns the content of a variable before the first assignment.
func undefined(t types.Type, dims []int) *Value {
	n := product(dims)
	if t.IsInt() {
		v := newInts(t, dims, make([]int, n))
		for i := range v.Ints {
			v.Ints[i] = undefinedInt
		}
		return v
	}
	v := newReals(t, dims, make([]float64, n))
	for i := range v.Reals {
		v.Reals[i] = math.NaN()
	}
	return v
}

// clone returns a copy of the variable's state, for a way back.
func (v *variable) clone() variable {
	c := *v
	c.owned, v.owned = false, false
	if v.parts != nil {
		c.parts = &pieces{refs: slices.Clone(v.parts.refs), list: slices.Clip(v.parts.list)}
		v.parts.list = slices.Clip(v.parts.list)
	}
	return c
}

// storage returns the lanes of the list that positions of v count in.
func (v *variable) storage() *lanes {
	if v.value != nil {
		return v.value.Lanes
	}
	return v.home
}

// load returns the whole value.
func (ev *evaluator) load(v *variable) *Value {
	if v.value == nil {
		whole := ev.compose(v.parts.list, v.parts.refs)
		v.value = ev.shaped(whole, v.typ, v.dims, v.home)
	}
	v.owned = false
	return v.value
}

// loadAt returns the elements at positions of the list with lanes v.storage().
func (ev *evaluator) loadAt(v *variable, at []int) *Value {
	if v.value != nil {
		return ev.gather(v.value, at)
	}
	refs := make([]ref, len(at))
	for i, p := range at {
		refs[i] = v.parts.refs[p]
	}
	return ev.compose(v.parts.list, refs)
}

// shaped gives a list of elements its type, sizes and lanes.
func (ev *evaluator) shaped(x *Value, t types.Type, dims []int, l *lanes) *Value {
	v := &Value{Type: t, Dims: dims, Lanes: l, Fixed: x.Fixed, Ints: x.Ints, Reals: x.Reals}
	switch {
	case x.Sym != nil:
		v.Sym = flatten(x.Sym, len(dims) == 0 && l == nil)
	case !t.IsInt() && v.Reals == nil && v.Ints != nil:
		v.Reals, v.Ints = (&Value{Type: intType, Ints: v.Ints}).Floats(), nil
	}
	return v
}

// set makes value the whole content, for every lane of v.home.
func (v *variable) set(value *Value) {
	v.value, v.owned, v.parts, v.refuse = value, false, nil, ""
}

// bringHome makes home the lanes of the stored list, so that single lanes can be written to.
func (ev *evaluator) bringHome(v *variable) {
	if v.value != nil && v.value.Lanes != v.home {
		v.value = ev.spread(v.value, v.home)
		v.owned = false
	}
}

// storeAt replaces the elements at positions of the list with lanes v.home by elements of x: those that from lists, or with
// from nil one after the other.
func (ev *evaluator) storeAt(v *variable, at []int, x *Value, from []int) {
	ev.bringHome(v)
	if v.value != nil && v.value.Sym == nil && x.Sym == nil {
		if from != nil {
			x = ev.gather(x, from)
		}
		v.storeKnown(at, x)
		return
	}
	if v.parts == nil {
		n := v.value.Size() * laneCount(v.home)
		v.parts = &pieces{refs: make([]ref, n), list: []*Value{v.value}}
		for i := range v.parts.refs {
			v.parts.refs[i].at = int32(i)
		}
	}
	part := int32(len(v.parts.list))
	v.parts.list = append(v.parts.list, x)
	for i, p := range at {
		e := i
		if from != nil {
			e = from[i]
		}
		v.parts.refs[p] = ref{part, int32(e)}
	}
	v.value = nil
}

func (v *variable) storeKnown(at []int, x *Value) {
	if !v.owned {
		w := *v.value
		w.Ints, w.Reals = slices.Clone(w.Ints), slices.Clone(w.Reals)
		v.value, v.owned = &w, true
	}
	v.parts = nil
	v.value.Fixed = v.value.Fixed && x.Fixed
	if v.typ.IsInt() {
		for i, p := range at {
			v.value.Ints[p] = x.Ints[i]
		}
		return
	}
	for i, p := range at {
		v.value.Reals[p] = x.Reals[i]
	}
}

// section is elements from … from+n−1 of one piece.
type section struct {
	of      *Value
	from, n int
}

// compose returns the elements that refs name, as a list without type.
func (ev *evaluator) compose(list []*Value, refs []ref) *Value {
	if len(refs) == 0 {
		return &Value{}
	}
	var sections []section
	used := make(map[int32]bool)
	known := true
	for i := 0; i < len(refs); {
		first, n := refs[i], 1
		for i+n < len(refs) && refs[i+n] == (ref{first.part, first.at + int32(n)}) {
			n++
		}
		sections = append(sections, section{list[first.part], int(first.at), n})
		used[first.part] = true
		known = known && list[first.part].Sym == nil
		i += n
	}
	if known {
		return joinKnown(sections, len(refs))
	}
	if x := ev.byLane(list, refs); x != nil {
		return &Value{Sym: x}
	}
	// Many short sections of few pieces are read through an index; else they are set side by side.
	switch {
	case len(sections) <= 2*len(used)+8:
		return &Value{Sym: ev.join(sections)}
	}
	return &Value{Sym: ev.pickFrom(list, refs)}
}

func joinKnown(sections []section, n int) *Value {
	if first := sections[0].of; first.Ints != nil {
		out := make([]int, 0, n)
		for _, s := range sections {
			out = append(out, s.of.Ints[s.from:s.from+s.n]...)
		}
		return &Value{Ints: out}
	}
	out := make([]float64, 0, n)
	for _, s := range sections {
		out = append(out, s.of.Reals[s.from:s.from+s.n]...)
	}
	return &Value{Reals: out}
}

// join sets sections side by side; known ones that follow each other become one.
func (ev *evaluator) join(sections []section) expr.Expr {
	var parts []expr.Expr
	var numbers []float64
	flush := func() {
		if len(numbers) > 0 {
			parts = append(parts, ev.nodes.of(numbers, false))
			numbers = nil
		}
	}
	for _, s := range sections {
		if s.of.Sym == nil {
			numbers = append(numbers, s.of.numbers()[s.from:s.from+s.n]...)
			continue
		}
		flush()
		parts = append(parts, slice(s.of.Sym, s.from, s.n))
	}
	flush()
	if len(parts) == 1 {
		return parts[0]
	}
	return expr.Concat(parts...)
}

// numbers returns the elements of a known list as reals.
func (v *Value) numbers() []float64 {
	if v.Ints == nil {
		return v.Reals
	}
	return (&Value{Type: intType, Ints: v.Ints}).Floats()
}

// slice returns n elements of a list or of a scalar.
func slice(x expr.Expr, from, n int) expr.Expr {
	switch {
	case x.IsScalar():
		return x
	case n == 1:
		return expr.At(x, from)
	}
	return expr.Part(x, from, n)
}

// pickFrom puts the pieces behind each other and picks elements of that.
func (ev *evaluator) pickFrom(list []*Value, refs []ref) expr.Expr {
	start := make(map[int32]int)
	var parts []expr.Expr
	n := 0
	at := make([]int, len(refs))
	for i, r := range refs {
		from, ok := start[r.part]
		if !ok {
			piece := list[r.part]
			x := piece.Sym
			if x == nil {
				x = ev.nodes.of(piece.numbers(), false)
			}
			from = n
			start[r.part] = n
			parts = append(parts, x)
			n += x.Size()
		}
		at[i] = from + int(r.at)
	}
	if len(parts) == 1 {
		return ev.pick(parts[0], at)
	}
	return ev.pick(expr.Concat(parts...), at)
}
