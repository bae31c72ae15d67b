package elem

import "math"

// BetaIncDa returns the derivative of I_x(a, b) with respect to a, for a, b > 0 and
// 0 <= x <= 1: the continued fraction of BetaInc differentiated term by term. The cost
// grows about as the cube root of ab/(a+b).
// Largest error seen: relatively 5e-12.
func BetaIncDa(a, b, x float64) float64 {
	if y, done := betaEdge(a, b, x); done {
		return y - y // 0 at the ends, NaN outside
	}
	c := newBetaCase(a, b, x)
	da, db := betaFractionPartials(c)
	if c.swapped {
		return -db
	}
	return da
}

// BetaIncDb returns the derivative of I_x(a, b) with respect to b; see BetaIncDa.
// Largest error seen: relatively 5e-12.
func BetaIncDb(a, b, x float64) float64 {
	if y, done := betaEdge(a, b, x); done {
		return y - y
	}
	c := newBetaCase(a, b, x)
	da, db := betaFractionPartials(c)
	if c.swapped {
		return -da
	}
	return db
}

// betaFractionPartials returns the derivatives of betaFraction in its two shapes.
func betaFractionPartials(c betaCase) (da, db float64) {
	value, n := betaPrefix(c)
	size := c.a + c.b
	last := 1 / (c.a + 1)
	s := betaS(c, 0, 1/c.a, last)
	g := dual{(1 - c.d) * last, (c.y - float64((1-c.d)*last)) * last, -c.x * last}
	p0, p1, q0, q1 := dual{v: 1}, g, dual{}, dual{v: 1}
	f := p1
	limit := maxTerms // once the value has settled, its derivatives do soon after
	for m := 1.0; ; m++ {
		big := math.FMA(2, m, c.a)
		r := 1 / big
		t := betaT(c, m, last, r)
		numerator := s.times(t)
		last = 1 / (big + 1)
		g = betaG(c, m, r, last).plus(t)
		s = betaS(c, m, r, last)
		p := numerator.times(p0).plus(g.times(p1))
		q := numerator.times(q0).plus(g.times(q1))
		inverse := 1 / q.v
		p0, q0 = p1.scaled(inverse), q1.scaled(inverse)
		p1, q1 = p.scaled(inverse), q.scaled(inverse)
		next := dual{p1.v, math.FMA(-p1.v, q1.da, p1.da), math.FMA(-p1.v, q1.db, p1.db)}
		if limit == maxTerms && !(math.Abs(next.v-f.v) > 0x1p-53*math.Abs(next.v)) {
			limit = math.FMA(1.5, m, 16)
		}
		changeA := math.Abs((next.da - f.da) / next.da)
		changeB := math.Abs((next.db - f.db) / next.db)
		f = next
		if !(changeA > 0x1p-50) && !(changeB > 0x1p-50) || m > limit {
			break
		}
	}
	rise := Digamma(size)
	value /= c.a * f.v
	da = (Log(c.x) - Digamma(c.a+1)) + rise - f.da/f.v
	db = (Log(c.y) - Digamma(c.b)) + rise - f.db/f.v
	return scale(value*da, n), scale(value*db, n)
}

// betaT returns t_m of betaFraction, last = 1/(A-1), r = 1/A.
func betaT(c betaCase, m, last, r float64) dual {
	slope := m * last * r * c.x
	v := float64((c.b - m) * slope)
	return dual{v, float64(-v * (last + r)), float64(slope)}
}

// betaS returns s_m of betaFraction, r = 1/A, next = 1/(A+1).
func betaS(c betaCase, m, r, next float64) dual {
	slope := (c.a + m) * r * next * c.x
	size := c.a + c.b + m
	v := float64(size * slope)
	rise := float64((size + c.a + m) * r * next * c.x)
	return dual{v, rise - float64(v*(r+next)), slope}
}

// betaG returns 1 - s_m of betaFraction without cancellation, r = 1/A, next = 1/(A+1).
func betaG(c betaCase, m, r, next float64) dual {
	unit := r * next
	rest := math.FMA(m, c.y, 1-c.d)
	v := float64((c.a+m)*rest) + float64(m*(2*c.a+math.FMA(3, m, 1)))
	v *= unit
	rise := math.FMA(2, m, math.FMA(c.a+m, c.y, rest)) * unit
	return dual{v, float64(rise) - float64(v*(r+next)), float64(-(c.a + m) * c.x * unit)}
}

// dual is a number with its derivatives in two parameters.
type dual struct{ v, da, db float64 }

func (t dual) plus(u dual) dual {
	return dual{t.v + float64(u.v), t.da + float64(u.da), t.db + float64(u.db)}
}

func (t dual) times(u dual) dual {
	return dual{
		float64(t.v * u.v),
		math.FMA(t.v, u.da, float64(t.da*u.v)),
		math.FMA(t.v, u.db, float64(t.db*u.v)),
	}
}

func (t dual) scaled(x float64) dual {
	return dual{float64(t.v * x), float64(t.da * x), float64(t.db * x)}
}
