package dist

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/tensor"
)

// mvNormal is the multivariate normal distribution of K elements in one of its
// parametrisations. z = whiten(x − mu) is standard normal, and logScale is the
// logarithm of the determinant of that map.
type mvNormal struct {
	family
	whiten func(matrix, diff expr.Expr) (z, logScale expr.Expr)
	draw   func(dst []float64, src *rng.Stream, mu, matrix []float64)
}

// MvNormal returns the multivariate normal distribution with mean vector mu and
// a symmetric positive definite covariance matrix, of which only the lower
// triangle is read:
//
//	log f(x) = −½ z·z − log det L − ½K log 2π,  z = L⁻¹(x − mu),  L Lᵀ = covariance.
//
// Where the matrix is not positive definite the density is NaN. The value may
// be a matrix whose columns are vectors; its log density is the sum over them.
// Then mu may be a matrix too, with a mean vector for each of them; such a
// distribution cannot be drawn from.
func MvNormal(mu, covariance any) Distribution {
	return newMvNormal("multi_normal", arg{"covariance", covariance, finite}, true, mvNormal{
		whiten: func(m, diff expr.Expr) (z, logScale expr.Expr) { return whitenByFactor(expr.Cholesky(m), diff) },
		draw: func(dst []float64, src *rng.Stream, mu, m []float64) {
			rng.MvNormalCholesky(dst, src, mu, choleskyFactor(m, len(dst)))
		},
	}, mu)
}

// newMvNormal checks the arguments and completes d.
func newMvNormal(name string, matrix arg, symmetric bool, d mvNormal, mu any) Distribution {
	d.family = newFamily(name, arg{"mu", mu, finite}, matrix)
	if d.err != nil {
		return d
	}
	m, s := d.params[0], d.params[1]
	if dims := m.Shape.Dims(); dims < 1 || dims > 2 || m.Size() == 0 {
		d.fail(fmt.Errorf("%s: mu of shape %v; give a vector, or a matrix of columns", name, m.Shape))
	} else if n := m.Shape[0]; !s.Shape.Equal(tensor.Shape{n, n}) {
		d.fail(fmt.Errorf("%s: %s of shape %v for a mu of %d elements; give shape (%d, %d)", name, matrix.name, s.Shape, n, n, n))
	} else if values, ok := s.DataValues(); ok && symmetric {
		d.fail(isSymmetric(name, matrix.name, values, n))
	}
	return d
}

func isSymmetric(name, what string, values []float64, n int) error {
	for j := range n {
		for i := range j {
			if a, b := values[i+j*n], values[j+i*n]; a != b && !(math.Abs(a-b) <= 1e-8*max(math.Abs(a), math.Abs(b))) {
				return fmt.Errorf("%s: %s is not symmetric: element (%d, %d) is %v, element (%d, %d) is %v", name, what, i+1, j+1, a, j+1, i+1, b)
			}
		}
	}
	return nil
}

// whitenByFactor returns L⁻¹·diff and −log det L.
func whitenByFactor(l, diff expr.Expr) (z, logScale expr.Expr) {
	return expr.SolveLower(l, diff), expr.Neg(expr.Sum(expr.Log(expr.Diagonal(l))))
}

// Support implements Distribution.
func (d mvNormal) Support() Support { return Support{Kind: Vector} }

// EventShape implements Shaper.
func (d mvNormal) EventShape() tensor.Shape { return d.params[0].Shape }

// LogDensity implements Distribution.
func (d mvNormal) LogDensity(x expr.Expr) expr.Expr {
	if d.err != nil {
		return expr.Error(d.err)
	}
	mu := d.params[0]
	k := mu.Shape[0]
	n, err := vectorColumns(d.name, x, k)
	if err != nil {
		return expr.Error(err)
	}
	switch {
	case mu.Shape.Dims() == 2 && !mu.Shape.Equal(x.Shape):
		return expr.Error(fmt.Errorf("%s: a value of shape %v for a mu of shape %v", d.name, x.Shape, mu.Shape))
	case mu.Shape.Dims() == 1 && x.Shape.Dims() == 2:
		mu = expr.OuterProduct(mu, expr.Repeat(1, tensor.Shape{n}))
	}
	z, logScale := d.whiten(d.params[1], expr.Sub(x, mu))
	return minus(expr.Mul(-0.5, expr.Sum(expr.Square(z))), expr.Mul(-float64(n), logScale), float64(n*k)*halfLog2Pi)
}

// RandVector implements VectorRander.
func (d mvNormal) RandVector(dst []float64, src *rng.Stream, params [][]float64) {
	d.draw(dst, src, params[0], params[1])
}

// AsMvNormal returns the mean and the lower Cholesky factor of the covariance of
// a multivariate normal distribution; ok is false where d is none, or is given by
// its precision.
func AsMvNormal(d Distribution) (mu, factor expr.Expr, ok bool) {
	m, ok := d.(mvNormal)
	if !ok || m.err != nil {
		return nil, nil, false
	}
	switch m.name {
	case "multi_normal":
		return m.params[0], expr.Cholesky(m.params[1]), true
	case "multi_normal_cholesky":
		return m.params[0], m.params[1], true
	}
	return nil, nil, false
}
