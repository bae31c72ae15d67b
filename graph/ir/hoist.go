package ir

// hoistInvariants moves constants, and operations on values that do not change
// between the iterations, from the bodies of loops and scans into scalar code
// before them.
func hoistInvariants(p *Program) {
	for _, list := range [2]*[]Region{&p.Setup, &p.Body} {
		out := make([]Region, 0, len(*list))
		for _, r := range *list {
			var moved []Instr
			switch r := r.(type) {
			case *Loop:
				moved, r.Body = splitInvariants(r.Body, nil)
			case *Scan:
				moved, r.Body = splitInvariants(r.Body, r.Carry)
			}
			if len(moved) > 0 {
				out = append(out, &Scalar{Body: moved})
			}
			out = append(out, r)
		}
		*list = out
	}
}

func splitInvariants(body []Instr, carries []Carry) (moved, rest []Instr) {
	varies := make(map[Reg]bool)
	for _, c := range carries {
		varies[c.In] = true
	}
	for _, in := range body {
		invariant := in.Op == Const || in.Op.IsPure()
		for k := range in.Op.Arity() {
			invariant = invariant && !varies[in.Args[k]]
		}
		if invariant {
			moved = append(moved, in)
			continue
		}
		if in.Dst != NoReg && !in.Op.IsSum() {
			varies[in.Dst] = true
		}
		rest = append(rest, in)
	}
	return moved, rest
}
