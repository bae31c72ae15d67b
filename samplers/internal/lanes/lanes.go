// Package lanes has the few operations on rows of numbers that linear algebra is
// made of, with vector instructions where the processor has them. Each result has
// the same bits everywhere: elements stand alone, and sums have a fixed order.
package lanes

// Dot returns Σ a_i b_i; b is at least as long as a. Element i of whole groups of
// eight is added to lane i mod 8, the lanes l as
//
//	s_j = l_j + l_{j+4},  (s_0 + s_2) + (s_1 + s_3),
//
// and what remains in order.
func Dot(a, b []float64) float64 {
	b = b[:len(a)]
	sum, i := dotGroups(a, b)
	for ; i < len(a); i++ {
		sum += float64(a[i] * b[i])
	}
	return sum
}

// dotGo is Dot of 8·groups elements.
func dotGo(a, b []float64, groups int) float64 {
	var l [8]float64
	for g := range groups {
		x, y := a[8*g:8*g+8], b[8*g:8*g+8]
		for j := range l {
			l[j] += float64(x[j] * y[j])
		}
	}
	for j := range 4 {
		l[j] += l[j+4]
	}
	return (l[0] + l[2]) + (l[1] + l[3])
}

// Add adds a·x to y, of the same length.
func Add(y, x []float64, a float64) {
	x = x[:len(y)]
	for i := addGroups(y, x, a); i < len(y); i++ {
		y[i] += float64(a * x[i])
	}
}

// AddRows adds Σ_k by[k] rows[k] to y, in the order of k, of each row as many
// elements as y has.
func AddRows(y []float64, rows [][]float64, by []float64) {
	k := 0
	for ; k+4 <= len(rows); k += 4 {
		addFour(y, rows[k:k+4:k+4], by[k:k+4:k+4])
	}
	for ; k < len(rows); k++ {
		Add(y, rows[k], by[k])
	}
}

// addFour is AddRows of four rows.
func addFour(y []float64, rows [][]float64, by []float64) {
	p, q, r, s := rows[0][:len(y)], rows[1][:len(y)], rows[2][:len(y)], rows[3][:len(y)]
	for i := addFourGroups(y, p, q, r, s, by); i < len(y); i++ {
		y[i] = (((y[i] + float64(by[0]*p[i])) + float64(by[1]*q[i])) + float64(by[2]*r[i])) + float64(by[3]*s[i])
	}
}

// AddBoth adds a·x + b·z to y, all of the same length; that sum comes first.
func AddBoth(y, x, z []float64, a, b float64) {
	x, z = x[:len(y)], z[:len(y)]
	for i := addBothGroups(y, x, z, a, b); i < len(y); i++ {
		y[i] += float64(a*x[i]) + float64(b*z[i])
	}
}

// Rotate turns two rows of the same length: x becomes c x + s y, y becomes c y − s x.
func Rotate(x, y []float64, c, s float64) {
	y = y[:len(x)]
	for i := rotateGroups(x, y, c, s); i < len(x); i++ {
		a, b := x[i], y[i]
		x[i] = float64(c*a) + float64(s*b)
		y[i] = float64(c*b) - float64(s*a)
	}
}
