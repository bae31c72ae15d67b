package ir

// elementaryFlops is what an elementary function counts for.
const elementaryFlops = 20

// Flops returns the arithmetic operations that regions carry out, roughly: an
// elementary function counts as 20, a special function as one of those.
func Flops(list []Region) float64 {
	total := 0.0
	for _, r := range list {
		switch r := r.(type) {
		case *Scalar:
			total += bodyFlops(r.Body)
		case *Loop:
			total += float64(r.N) * bodyFlops(r.Body)
		case *Scan:
			total += float64(r.N) * bodyFlops(r.Body)
		case *Linear:
			total += 4 * float64(r.N)
		case *Cholesky:
			total += cube(r.N) / 3
		case *CholeskyGrad:
			total += cube(r.N)
		case *TriSolve:
			total += float64(r.N) * float64(r.N) * float64(r.M)
		}
	}
	return total
}

func cube(n int) float64 { return float64(n) * float64(n) * float64(n) }

func bodyFlops(body []Instr) float64 {
	total := 0.0
	for _, in := range body {
		switch {
		case in.Op == RowDot || in.Op == RowAxpy:
			total += 2 * float64(in.Len)
		case in.Op == FMA:
			total += 2
		case in.Op == SumLog:
			total += 4
		case in.Op >= Exp && in.Op <= BetaIncDb:
			total += elementaryFlops
		case in.Op == Neg || in.Op == Abs || in.Op == Select:
		case in.Op.IsPure() || in.Op == Sum || in.Op == Scatter:
			total++
		}
	}
	return total
}
