package graph

import (
	"sort"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/model/expr"
)

// A section is scheduled in levels. At each level first the scalars of that
// level are computed, then its loops, then its matrix and scan regions. What a
// loop or region of level k produces (a sum, a buffer) is available from level
// k+1 on. All elementwise work of equal length at one level shares one loop:
// values, gathers, reductions and gradients alike.
type section struct {
	l       *lowering
	nodes   []*value
	results []result
	anchors map[loopID][]anchor
	loops   []loopID
	opaque  map[int][]*value
	scalars map[int][]func()
	levels  int

	regions []ir.Region
	body    []ir.Instr // of the region being emitted
}

// loopID names a loop by its trip count and level.
type loopID struct{ n, level int }

// anchor is an effect of a loop: a reduction or a store of v's elements.
type anchor struct {
	op ir.Op
	v  *value   // Sum, SumLog, RowAxpy, Scatter: the reducing node; Store: the stored one
	to ir.Place // Store
}

// class sorts nodes by how they are computed.
type class uint8

const (
	leafValue  class = iota // already in a buffer
	scalarWork              // one value, scalar code
	laneWork                // one value per iteration of a loop
	reduction               // a loop's scalar sum
	bufferWork              // a loop's or piecewise result that lives in a buffer
	opaqueWork              // a region of its own
)

func (v *value) class() class {
	if v.stored && !v.needed {
		return leafValue
	}
	switch v.o.Kind {
	case expr.SumAll, expr.SumLogs:
		return reduction
	case expr.SegSum, expr.Assemble:
		return bufferWork
	case expr.MatVec:
		if v.o.Trans {
			return bufferWork
		}
	case expr.CumSum, expr.Linear, expr.LinearGrad, expr.Chol, expr.CholGrad, expr.TriSolve, expr.ScanLoop, expr.ScanGrad, expr.QR:
		return opaqueWork
	}
	if v.extent == scalar {
		return scalarWork
	}
	return laneWork
}

// buffered lists the arguments that must be in buffers before v is computed.
func (v *value) buffered() []*value {
	switch v.o.Kind {
	case expr.Slice, expr.Gather:
		return v.in[:1]
	case expr.MatVec:
		if v.o.Trans {
			return v.in[:1]
		}
		return v.in
	case expr.Outer, expr.CumSum, expr.Linear, expr.LinearGrad, expr.Chol, expr.CholGrad, expr.TriSolve, expr.QR:
		return v.in
	case expr.ScanLoop, expr.ScanGrad:
		var list []*value
		for _, a := range v.in {
			if a.extent != scalar {
				list = append(list, a)
			}
		}
		return list
	}
	return nil
}

func newSection(l *lowering, results []result) ([]ir.Region, error) {
	s := &section{l: l, results: results, anchors: make(map[loopID][]anchor), opaque: make(map[int][]*value), scalars: make(map[int][]func())}
	s.collect()
	for _, v := range s.nodes {
		s.place(v)
	}
	s.plan()
	s.demand()
	return s.emit()
}

// collect lists the nodes that the results need, arguments first.
func (s *section) collect() {
	seen := make(map[*value]bool)
	var visit func(v *value)
	visit = func(v *value) {
		if seen[v] {
			return
		}
		seen[v] = true
		if v.stored {
			return
		}
		for _, c := range v.in {
			visit(c)
		}
		for _, c := range v.buffered() {
			if !c.stored {
				c.needed = true
			}
		}
		s.nodes = append(s.nodes, v)
	}
	for _, r := range s.results {
		visit(r.v)
	}
}

// place computes the level of a node and where its buffer, if any, will be.
func (s *section) place(v *value) {
	level := 0
	for _, a := range v.in {
		if !isBuffered(v, a) {
			level = max(level, s.ready(a))
		}
	}
	for _, a := range v.buffered() {
		level = max(level, a.avail)
	}
	v.level = level
	s.levels = max(s.levels, level+1)
	switch v.class() {
	case laneWork:
		if v.needed {
			v.at, v.avail = s.l.temp(v.extent), level+1
		}
	case scalarWork:
		if v.needed {
			v.at, v.avail = s.l.temp(1), level
		}
	case bufferWork:
		v.at = s.l.temp(elements(v.extent))
		v.avail = level + 1
		if v.o.Kind == expr.Assemble {
			v.avail = assembled(v)
		}
	case opaqueWork:
		v.at, v.avail = s.l.temp(elements(v.extent)), level+1
	}
}

func assembled(v *value) int {
	avail := 0
	for _, piece := range v.in {
		switch {
		case piece.extent == scalar:
			avail = max(avail, piece.readyScalar())
		default:
			avail = max(avail, piece.laneLevel()+1)
		}
	}
	return avail
}

func isBuffered(v, a *value) bool {
	for _, b := range v.buffered() {
		if a == b {
			return true
		}
	}
	return false
}

// ready returns the first level at which a may be used by a scalar or a loop.
func (s *section) ready(a *value) int {
	if a.extent == scalar {
		return a.readyScalar()
	}
	return a.laneLevel()
}

func (v *value) readyScalar() int {
	switch {
	case v.stored:
		return v.avail
	case v.class() == reduction:
		return v.level + 1
	case v.class() == opaqueWork || v.class() == bufferWork:
		return v.avail
	}
	return v.level
}

// laneLevel returns the first level at which a loop can have v's elements.
func (v *value) laneLevel() int {
	if v.stored {
		return v.avail
	}
	switch v.class() {
	case bufferWork, opaqueWork:
		return v.avail
	}
	return v.level
}

func (s *section) anchor(n, level int, a anchor) {
	id := loopID{n, level}
	if _, ok := s.anchors[id]; !ok {
		s.loops = append(s.loops, id)
	}
	s.anchors[id] = append(s.anchors[id], a)
	s.levels = max(s.levels, level+1)
}

// plan assigns every effect to its loop.
func (s *section) plan() {
	for _, v := range s.nodes {
		switch v.class() {
		case laneWork:
			if v.needed {
				s.anchor(v.extent, v.level, anchor{ir.Store, v, v.at})
			}
		case reduction:
			op := ir.Sum
			if v.o.Kind == expr.SumLogs {
				op = ir.SumLog
			}
			s.anchor(v.in[0].extent, v.level, anchor{op: op, v: v})
		case bufferWork:
			s.planBuffer(v)
		case opaqueWork:
			s.opaque[v.level] = append(s.opaque[v.level], v)
		}
	}
	for _, r := range s.results {
		if r.v.extent != scalar {
			s.anchor(r.v.extent, r.v.laneLevel(), anchor{ir.Store, r.v, r.to})
		} else {
			s.levels = max(s.levels, r.v.readyScalar()+1)
		}
	}
	sort.SliceStable(s.loops, func(i, j int) bool { return s.loops[i].level < s.loops[j].level })
}

func (s *section) planBuffer(v *value) {
	switch v.o.Kind {
	case expr.SegSum:
		s.anchor(v.in[0].extent, v.level, anchor{op: ir.Scatter, v: v})
	case expr.MatVec:
		s.anchor(v.o.Rows, v.level, anchor{op: ir.RowAxpy, v: v})
	case expr.Assemble:
		for k, piece := range v.in {
			if piece.extent != scalar {
				to := ir.Place{Buf: v.at.Buf, Off: v.at.Off + v.o.Offs[k]}
				s.anchor(piece.extent, piece.laneLevel(), anchor{ir.Store, piece, to})
			}
		}
	}
}

// operands returns the lane values that an anchor needs.
func (a anchor) operand() *value {
	switch a.op {
	case ir.Store:
		return a.v
	case ir.RowAxpy:
		return a.v.in[1]
	}
	return a.v.in[0]
}

// recomputeLimit is the cost, in additions, up to which a value is computed
// again in a later loop instead of being stored and loaded.
const recomputeLimit = 6

// demand decides which lane values several loops share through memory: those
// that are dear to compute again.
func (s *section) demand() {
	for i := 0; i < len(s.loops); i++ {
		id := s.loops[i]
		for _, a := range s.anchors[id] {
			s.want(a.operand(), id)
		}
	}
}

func (s *section) want(v *value, id loopID) {
	if v.extent == scalar || v.stored {
		return
	}
	switch v.class() {
	case bufferWork, opaqueWork:
		return
	}
	for _, known := range v.loops {
		if known == id {
			return
		}
	}
	if v.needed && v.level < id.level {
		return // loaded from its buffer
	}
	if len(v.loops) > 0 && cost(v) > recomputeLimit {
		first := v.loops[0]
		if !v.needed {
			v.needed = true
			v.at, v.avail = s.l.temp(v.extent), first.level+1
			s.anchors[first] = append(s.anchors[first], anchor{ir.Store, v, v.at})
		}
		return
	}
	v.loops = append(v.loops, id)
	buffered := v.buffered()
	for _, a := range v.in {
		if len(buffered) == 0 || !isBuffered(v, a) {
			s.want(a, id)
		}
	}
}

// cost estimates the work of one element in additions.
func cost(v *value) int {
	if v.extent == scalar || v.stored || v.class() == bufferWork || v.class() == opaqueWork {
		return 0
	}
	own := 1
	switch v.o.Kind {
	case expr.Fill:
		return 0
	case expr.MatVec:
		own = 2 * v.o.Cols
	case expr.Map:
		switch v.o.Fn {
		case ir.Neg, ir.Abs, ir.Add, ir.Sub, ir.Mul, ir.Min, ir.Max, ir.Lt, ir.Le, ir.Eq, ir.Select, ir.Square:
		case ir.Div, ir.Inv, ir.Sqrt:
			own = 4
		default:
			own = 20
		}
		for _, a := range v.in {
			own += cost(a)
			if own > recomputeLimit {
				break
			}
		}
	}
	return own
}
