package graph

import "github.com/quatre-ppl/quatre/graph/ir"

// emitLeastSquares writes the region that factorises rows of data.
func (s *section) emitLeastSquares(v *value) {
	o := v.o.LeastSquares
	column := func(a *value) ir.Column {
		if a.extent == scalar {
			return ir.Column{At: a.at}
		}
		return ir.Column{At: a.at, Stride: 1}
	}
	r := &ir.LeastSquares{LeastSquaresShape: o.LeastSquaresShape, Y: column(v.in[0]), Idx: -1, Dst: v.at}
	if v.o.Index != nil {
		r.Idx = s.l.index(v.o.Index)
	}
	for b, a := range v.in[1:] {
		c := column(a)
		for k := range o.Widths[b] {
			step := o.N // from one column to the next
			if o.Trans[b] {
				c.Stride, step = o.Widths[b], 1
			}
			r.X = append(r.X, ir.Column{At: ir.Place{Buf: c.At.Buf, Off: c.At.Off + k*step}, Stride: c.Stride})
		}
	}
	s.regions = append(s.regions, r)
}
