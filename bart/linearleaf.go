package bart

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/rng"
)

// maxBasis is the largest number of columns of a basis: a leaf sums the products of all pairs.
const maxBasis = 32

// linearLeaf is a leaf that holds a regression on q basis columns: in a row with basis
// values z it is β'(1, z), with β ~ N(0, scale²·I). With u = (1, z), G = Σ w·u·u' and
// s = Σ w·u·r over the leaf's rows, A = I/scale² + G/σ², the marginal likelihood of
// their residuals, apart from factors that no tree changes, is
//
//	|scale²·A|^(−½) exp(s'A⁻¹s / (2σ⁴))
//
// and β given the rows is normal with precision A and mean A⁻¹s/σ² (Lindley and Smith 1972,
// section 2).
type linearLeaf struct {
	basis          []float32 // rows × width, row by row, the first column 1
	width          int       // q + 1
	scale2, noise2 float64
	factor, right  []float64 // scratch: a Cholesky factor and what it is solved for
}

func newLinearLeaf(basis []float32, width int, scale2 float64) *linearLeaf {
	return &linearLeaf{basis: basis, width: width, scale2: scale2, factor: make([]float64, width*width), right: make([]float64, width)}
}

// stats are the lower triangle of G, row by row, and then s.
func (l *linearLeaf) stats() int { return l.width*(l.width+1)/2 + l.width }

func (l *linearLeaf) values() int { return l.width }

// solve factors A, leaves L⁻¹s/σ² in l.right and returns the log determinant of scale²·A.
func (l *linearLeaf) solve(stats []float64) (logDet float64) {
	w, at := l.width, 0
	for i := range w {
		for j := range i + 1 {
			v := stats[at] / l.noise2
			at++
			if i == j {
				v += 1 / l.scale2
			}
			for k := range j {
				v -= float64(l.factor[i*w+k] * l.factor[j*w+k])
			}
			if i == j {
				l.factor[i*w+i] = math.Sqrt(v)
				logDet += elem.Log(float64(v * l.scale2))
			} else {
				l.factor[i*w+j] = v / l.factor[j*w+j]
			}
		}
	}
	for i := range w {
		v := stats[at+i] / l.noise2
		for k := range i {
			v -= float64(l.factor[i*w+k] * l.right[k])
		}
		l.right[i] = v / l.factor[i*w+i]
	}
	return logDet
}

func (l *linearLeaf) marginal(stats []float64, _ int32) (q, exponent float64) {
	logDet := l.solve(stats)
	squares := 0.0
	for _, v := range l.right {
		squares += float64(v * v)
	}
	return 1, float64(squares/2) - float64(logDet/2)
}

// draw solves L'β = L⁻¹s/σ² + ε.
func (l *linearLeaf) draw(values []float32, src *rng.Stream, stats []float64, _ int32) {
	l.solve(stats)
	w := l.width
	for i := range l.right {
		l.right[i] += src.Normal()
	}
	for i := w - 1; i >= 0; i-- {
		v := l.right[i]
		for k := i + 1; k < w; k++ {
			v -= float64(l.factor[k*w+i] * l.right[k])
		}
		l.right[i] = v / l.factor[i*w+i]
		values[i] = float32(l.right[i])
	}
}

func (*linearLeaf) remove(dst, values []float32) {
	for i, v := range values {
		dst[i] = -v
	}
}

// leafValue is the value of a leaf in a row.
func leafValue(values, u []float32) float32 {
	sum := values[0] * u[0]
	for k := 1; k < len(u); k++ {
		sum += float32(values[k] * u[k])
	}
	return sum
}

// row has the basis values of a row, after a 1.
func (l *linearLeaf) row(i int) []float32 { return l.basis[i*l.width : (i+1)*l.width] }

// of returns the values of one leaf.
func (l *linearLeaf) of(values []float32, leaf byte) []float32 {
	return values[int(leaf)*l.width : (int(leaf)+1)*l.width]
}

// collect adds a row to a leaf's sums.
func (l *linearLeaf) collect(sums []float64, e *ensemble, i int) {
	weight, u, at := 1.0, l.row(i), 0
	if e.weights != nil {
		weight = float64(e.weights[i])
	}
	for j, a := range u {
		wa := weight * float64(a)
		for _, b := range u[:j+1] {
			sums[at] += float64(wa * float64(b))
			at++
		}
	}
	r := weight * float64(e.resid[i])
	for _, a := range u {
		sums[at] += float64(r * float64(a))
		at++
	}
}

func (l *linearLeaf) fuse(e *ensemble, prev []byte, removal []float32, rows []byte, add []float32, leaves, _ int, queries []int32) {
	if add != nil {
		for i, leaf := range rows {
			u := l.row(i)
			change := leafValue(l.of(add, leaf), u)
			if prev != nil {
				change += leafValue(l.of(removal, prev[i]), u)
			}
			e.resid[i] += change
		}
	}
	stats := l.stats()
	clear(e.sums[:stats*(leaves+len(queries)/2)])
	if leaves > 0 {
		for i, leaf := range rows {
			l.collect(e.sums[int(leaf)*stats:], e, i)
		}
	}
	for q := range len(queries) / 2 {
		leaf, cut, count := byte(queries[2*q]), byte(queries[2*q+1]), int32(0)
		sums := e.sums[(leaves+q)*stats:]
		for i, x := range e.columns[q][:len(rows)] {
			if rows[i] == leaf && x <= cut {
				l.collect(sums, e, i)
				count++
			}
		}
		e.counts[q] = count
	}
}

func (l *linearLeaf) settle(e *ensemble, rows []byte, removal []float32) float64 {
	squares := 0.0
	for i, leaf := range rows {
		e.resid[i] += leafValue(l.of(removal, leaf), l.row(i))
		weight := 1.0
		if e.weights != nil {
			weight = float64(e.weights[i])
		}
		squares += float64(weight * (float64(e.resid[i]) * float64(e.resid[i])))
	}
	return squares
}

// basisColumn is a column of the leaves' regressions: they see (z − shift)/scale.
type basisColumn struct {
	feature      int // its number among the columns of the fit
	shift, scale float64
}

// newBasis finds the columns of a basis and their scales.
func newBasis(d *Data, names []string) ([]basisColumn, error) {
	var basis []basisColumn
	for _, name := range names {
		j := slices.IndexFunc(d.Columns, func(c Column) bool { return c.Name == name })
		if j < 0 {
			return nil, fmt.Errorf("bart: no column %q, which the basis names", name)
		}
		if d.Columns[j].Kind != Numeric {
			return nil, fmt.Errorf("bart: column %q of the basis is %v, want it numeric", name, d.Columns[j].Kind)
		}
		if slices.ContainsFunc(basis, func(b basisColumn) bool { return b.feature == j }) {
			return nil, fmt.Errorf("bart: the basis names column %q twice", name)
		}
		if i := slices.IndexFunc(d.Columns[j].Values, math.IsNaN); i >= 0 {
			return nil, fmt.Errorf("bart: column %q of the basis is missing in row %d: a regression needs every value; leave it out of the basis", name, i+1)
		}
		values := d.Columns[j].Values
		if slices.Min(values) == slices.Max(values) {
			return nil, fmt.Errorf("bart: column %q of the basis is constant: the leaves have a constant of their own", name)
		}
		s := newScaling(values, nil)
		basis = append(basis, basisColumn{j, s.shift, s.scale})
	}
	return basis, nil
}

// basisRows returns (1, z) of every row of d, whose columns are those of the fit.
func basisRows(basis []basisColumn, d *Data) ([]float32, error) {
	if len(basis) == 0 {
		return nil, nil
	}
	width, n := len(basis)+1, d.Rows()
	rows := make([]float32, n*width)
	for i := range n {
		rows[i*width] = 1
		for k, b := range basis {
			z := d.Columns[b.feature].Values[i]
			if math.IsNaN(z) {
				return nil, fmt.Errorf("bart: column %q, row %d: a column of the basis cannot be missing", d.Columns[b.feature].Name, i+1)
			}
			rows[i*width+k+1] = float32((z - b.shift) / b.scale)
		}
	}
	return rows, nil
}

// addLinear is add for leaves that hold regressions.
func (e *evaluator) addLinear(acc []float32, f *forests, draw, from int) {
	basis := e.codes.basis[from*f.width:]
	f.eachTree(draw, func(_ int, splits []split, values []float32) {
		leaves := e.leaves(f, splits, from, len(acc))
		for i := range acc {
			at := int(leaves[i]) * f.width
			acc[i] += leafValue(values[at:at+f.width], basis[i*f.width:(i+1)*f.width])
		}
	})
}
