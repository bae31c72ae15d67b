package dist

import "github.com/quatre-ppl/quatre/model/expr"

// LocationScale is a distribution of x in terms of u = (x − Location)/Scale,
// whose law is the same whatever these two are.
type LocationScale struct {
	Location, Scale expr.Expr

	of       univariate
	location int // place of Location in the parameters; Scale follows
}

// AsLocationScale returns a distribution as a location-scale family; ok is false
// where it is none, or not one on all real numbers.
func AsLocationScale(d Distribution) (l LocationScale, ok bool) {
	u, ok := d.(univariate)
	if !ok || u.err != nil {
		return l, false
	}
	at := 0
	switch u.f.(type) {
	case normal, cauchy, logistic, laplace, gumbel:
	case studentT:
		at = 1
	default:
		return l, false
	}
	return LocationScale{Location: u.params[at], Scale: u.params[at+1], of: u, location: at}, true
}

// LogLocationScale returns the law of log x as a location-scale family where x has
// the distribution d on the positive numbers; ok is false where it is none. The
// log density of log x is that of x plus log x.
func LogLocationScale(d Distribution) (l LocationScale, ok bool) {
	u, ok := d.(univariate)
	if !ok || u.err != nil {
		return l, false
	}
	if _, ok = u.f.(logNormal); !ok {
		return l, false
	}
	return AsLocationScale(Normal(u.params[0], u.params[1]))
}

// Name returns the family's name.
func (l LocationScale) Name() string { return l.of.name }

// LogDensity returns the log density of u, element by element: that of x is
// LogDensity(u) − log Scale.
func (l LocationScale) LogDensity(u expr.Expr) expr.Expr {
	params := append([]expr.Expr{}, l.of.params...)
	params[l.location], params[l.location+1] = expr.Const(0), expr.Const(1)
	return l.of.f.logDensity(u, params)
}

// Shape returns the parameters besides location and scale.
func (l LocationScale) Shape() []expr.Expr { return l.of.params[:l.location] }

// WithShape returns the family with other parameters besides location and scale.
func (l LocationScale) WithShape(shape []expr.Expr) LocationScale {
	params := append([]expr.Expr{}, l.of.params...)
	copy(params, shape)
	l.of.params = params
	return l
}
