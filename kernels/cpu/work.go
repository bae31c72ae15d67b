package cpu

import "github.com/quatre-ppl/quatre/graph/ir"

// workOf estimates the time of one evaluation in nanoseconds, to within a
// factor of a few.
func workOf(p *ir.Program) float64 {
	total := 0.0
	for _, r := range p.Body {
		switch r := r.(type) {
		case *ir.Scalar:
			total += bodyWork(r.Body, 1)
		case *ir.Loop:
			total += float64(r.N) * bodyWork(r.Body, 0.25)
		case *ir.Scan:
			total += float64(r.N) * bodyWork(r.Body, 1)
		case *ir.Linear:
			total += float64(r.N)
		case *ir.Cholesky:
			total += cube(r.N) / 3
		case *ir.CholeskyGrad:
			total += cube(r.N)
		case *ir.TriSolve:
			total += float64(r.N) * float64(r.N) * float64(r.M)
		}
	}
	return total
}

// frameOf returns an upper bound of the stack, in bytes, that one evaluation
// takes: a number for each register, and in loops an array of lanes.
func frameOf(p *ir.Program) int {
	total := 8 * p.NumRegs
	for _, r := range p.Body {
		if l, ok := r.(*ir.Loop); ok {
			total += 8 * blockLanes * 2 * len(l.Body)
		}
	}
	return total
}

func cube(n int) float64 { return float64(n) * float64(n) * float64(n) }

// bodyWork estimates one iteration; share is the part of an operation that one
// element takes in vector code.
func bodyWork(body []ir.Instr, share float64) float64 {
	total := 0.0
	for _, in := range body {
		switch {
		case in.Op == ir.RowDot || in.Op == ir.RowAxpy:
			total += 0.25 * float64(in.Len)
		case in.Op >= ir.GammaP && in.Op <= ir.BetaIncDb:
			total += 1000
		case in.Op >= ir.Lgamma && in.Op <= ir.NormQuantile:
			total += 50
		case in.Op >= ir.Exp && in.Op < ir.Lgamma:
			total += 20 * share
		default:
			total += share
		}
	}
	return total
}
