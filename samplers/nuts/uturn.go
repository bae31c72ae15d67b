package nuts

// A trajectory has turned when the momentum at one of its ends no longer points
// along it. The generalised criterion (Betancourt 2017, appendix A.4.2) measures
// the way by rho, the sum of the momenta of all its states: it goes on while
//
//	v_begin · rho > 0  and  v_end · rho > 0,   v = M⁻¹ p.
//
// For a trajectory joined from two halves a and b, states far within may have
// turned without the ends showing it (nearly periodic targets with an unlucky
// step size). So the criterion is also asked of each half extended by the
// nearest state of the other, as Stan does:
//
//	v_a,begin and v_b,begin along rho_a + p_b,begin
//	v_a,end   and v_b,end   along rho_b + p_a,end.

// turnsPair is the criterion for a trajectory of two states, where the extra
// checks say the same as the first. It sets rho to the sum of the momenta.
func turnsPair(rho []float64, a, b *Point) bool {
	n := len(rho)
	pa, pb, va, vb := a.P[:n], b.P[:n], a.V[:n], b.V[:n]
	var alongA, alongB float64
	for i := range rho {
		sum := pa[i] + pb[i]
		rho[i] = sum
		alongA += float64(va[i] * sum)
		alongB += float64(vb[i] * sum)
	}
	return !(alongA > 0 && alongB > 0)
}

// turnsJoined is the criterion for a trajectory joined from the halves a and b,
// with both extra checks. It adds the sum of b's momenta to a's. All six products are formed in one pass: they share
// their loads, and six sums in flight hide the latency of an addition.
func turnsJoined(a, b *tree) bool {
	rho := a.rho
	n := len(rho)
	rhoB := b.rho[:n]
	vaBegin, vaEnd, paEnd := a.begin.V[:n], a.end.V[:n], a.end.P[:n]
	vbBegin, vbEnd, pbBegin := b.begin.V[:n], b.end.V[:n], b.begin.P[:n]
	var beginAll, endAll, beginLeft, joinLeft, joinRight, endRight float64
	for i, left := range rho {
		right := rhoB[i]
		all := left + right
		extraLeft := left + pbBegin[i]
		extraRight := right + paEnd[i]
		rho[i] = all
		first, last := vaBegin[i], vbEnd[i]
		beginAll += float64(first * all)
		endAll += float64(last * all)
		beginLeft += float64(first * extraLeft)
		joinLeft += float64(vbBegin[i] * extraLeft)
		joinRight += float64(vaEnd[i] * extraRight)
		endRight += float64(last * extraRight)
	}
	return !(beginAll > 0 && endAll > 0 && beginLeft > 0 && joinLeft > 0 && joinRight > 0 && endRight > 0)
}
