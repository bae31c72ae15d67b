// Package latent finds the latents of a model, parameters with a location-scale
// prior whose location or scale depends on other parameters, and writes the
// model's log density over coordinates z in which a conditional map with
// constants stands between z and each latent x:
//
//	w = A/(A + B σ²)    x = w μ + (1 − w) C + z σ/sqrt(A + B σ²)
//
// with location μ and scale σ. A = 0, B = 1, C = 0 is x = z; A = 1, B = 0 is the
// non-centred form; A = 1, B = h, C = c makes z standard normal where all but
// the prior says of x what a Normal with precision h and centre c does. The
// constants are settings of the compiled program.
//
// Location and scale need not be the prior's: where data are normal and linear in a
// latent they may be those that it has given data (informed.go), and for elements of
// ordered vectors they are near to what the prior says (ordered.go). The map is a
// bijection whatever they are.
//
// The expressions computed here are, for a latent as the model writes it,
//
//	h = sqrt(A + B σ²)    α = sqrt(A)/h    β = sqrt(B) σ/h
//	x = α² μ + β² C + z σ/h    u = (x − μ)/σ = (z + sqrt(B) β (C − μ))/h
//
// and the density of z has log f(u) − log h where that of x has
// log f(u) − log σ: σ drops out where it cancels, and nothing over- or
// underflows before σ itself does.
package latent

import (
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/model/expr"
)

// The names of the settings: the square roots of A and B, and C, one element for
// each latent.
const (
	SqrtA = "latent_sqrt_a"
	SqrtB = "latent_sqrt_b"
	C     = "latent_c"
)

// Latent is one mapped coordinate of q.
type Latent struct {
	Coordinate int
	// Level is 0 where location and scale depend on no other latent, else one
	// more than the highest level among those that they depend on, Previous
	// excepted. A chain of latents has one level.
	Level int
	// Previous are the places, among all latents, of those that the location
	// depends on linearly.
	Previous []int
	// Standardized tells that the coordinate of q is (x − μ)/σ.
	Standardized bool
}

// Map is a model over mapped coordinates.
type Map struct {
	// Latents lists the mapped coordinates, each after those that it depends on.
	Latents []Latent
	// Terms are the terms of the log density over z, Jacobian included.
	Terms []model.Term
	// Model are expressions of z: vectors whose elements, one after the other,
	// are the coordinates of q of all latents.
	Model []expr.Expr
	// LogJacobian is log |dq/dz|, an expression of z: the log density of z is that of
	// q plus this.
	LogJacobian expr.Expr
	// Location, Scale and Slope are expressions of q: vectors with the latents'
	// locations, scales, and derivatives of the location by each of Previous.
	Location, Scale, Slope []expr.Expr
	// Report says what was mapped and what was not.
	Report []Entry

	w *writer
}

// OfZ returns expressions of q as expressions of z.
func (m *Map) OfZ(list []expr.Expr) ([]expr.Expr, error) {
	of := make([]expr.Expr, len(list))
	for i, e := range list {
		of[i] = m.w.in(e)
	}
	m.w.check(of...)
	return of, m.w.err
}

// Form is how a latent is written in the model.
type Form string

// The forms.
const (
	Centred      Form = "centred"            // x ~ f(μ, σ)
	Standardized Form = "standardized"       // z ~ f(0, 1), with μ + σz in the rest of the model
	Scaled       Form = "offset multiplier"  // x ~ f(μ, σ) with offset μ and multiplier σ
	Chain        Form = "chain"              // x[t] ~ f(d + r·x[t−1] + …, σ)
	Walk         Form = "standardized chain" // z ~ f(0, 1), with x[t] = d + r·x[t−1] + σz[t] in the rest of the model
	Log          Form = "logarithm"          // log x ~ f(μ, σ) of a positive parameter
	Ordered      Form = "ordered"            // an element of an ordered vector
	Joint        Form = "joint"              // a vector with a multivariate normal prior
)

// Entry reports on a statement that says of parameters how they depend on
// others.
type Entry struct {
	Site      string
	Parameter string
	Elements  int
	Form      Form
	Location  string // what it depends on
	Scale     string
	Mapped    bool
	Given     []string // the data that location and scale of the map take into account
	Why       string   // why it is not mapped
}

// Find looks for latents in a model. A Map without Latents has nothing else but
// the report: the model is to be compiled as it is.
func Find(m *model.Model) *Map {
	f := newSearch(m)
	f.collect()
	f.group()
	f.rank()
	f.inform()
	f.rank()
	out := &Map{Report: f.report()}
	if len(f.blocks) > 0 {
		newWriter(f).write(out)
	}
	return out
}
