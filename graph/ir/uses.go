package ir

import "fmt"

// Uses tells which buffers and indices regions read or write. What only Setup
// uses needs no room once data are bound.
func (p *Program) Uses(list []Region) (bufs, ints []bool) {
	bufs, ints = make([]bool, len(p.Bufs)), make([]bool, len(p.Ints))
	eachBodyIn(list, func(body *[]Instr, _ bool) {
		for _, in := range *body {
			switch in.Op {
			case Load, Store:
				bufs[in.Buf] = true
			case Gather, Scatter:
				bufs[in.Buf], ints[in.Idx] = true, true
			case RowDot, RowAxpy:
				bufs[in.Buf], bufs[in.Vec] = true, true
			}
		}
	})
	for _, r := range list {
		for _, at := range places(r) {
			bufs[at.Buf] = true
		}
		if q, ok := r.(*LeastSquares); ok && q.Idx >= 0 {
			ints[q.Idx] = true
		}
	}
	return bufs, ints
}

// places lists the memory operands of a region that has no instructions.
func places(r Region) []Place {
	switch r := r.(type) {
	case *Linear:
		return []Place{r.Own, r.Weight, r.Dst}
	case *Cholesky:
		return []Place{r.Src, r.Dst}
	case *CholeskyGrad:
		return []Place{r.L, r.Adj, r.Dst}
	case *TriSolve:
		return []Place{r.L, r.B, r.Dst}
	case *LeastSquares:
		list := []Place{r.Y.At, r.Dst}
		for _, c := range r.X {
			list = append(list, c.At)
		}
		return list
	case *Scalar, *Loop, *Scan:
		return nil
	}
	panic(fmt.Sprintf("ir: what region %T uses is not known", r))
}
