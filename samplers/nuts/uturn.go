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
// checks say the same as the first. It sets rho to the sum of the momenta. Sums
// have two lanes, like those of Diag.Settle.
func turnsPair(rho []float64, a, b *Point) bool {
	n := len(rho)
	pa, pb, va, vb := a.P[:n], b.P[:n], a.V[:n], b.V[:n]
	var alongA, alongB, oddA, oddB float64
	i := 0
	for ; i+1 < n; i += 2 {
		sum := pa[i] + pb[i]
		rho[i] = sum
		alongA += float64(va[i] * sum)
		alongB += float64(vb[i] * sum)
		sum = pa[i+1] + pb[i+1]
		rho[i+1] = sum
		oddA += float64(va[i+1] * sum)
		oddB += float64(vb[i+1] * sum)
	}
	if i < n {
		sum := pa[i] + pb[i]
		rho[i] = sum
		alongA += float64(va[i] * sum)
		alongB += float64(vb[i] * sum)
	}
	return !(alongA+oddA > 0 && alongB+oddB > 0)
}

// turnsJoined is the criterion for a trajectory joined from the halves a and b,
// with both extra checks. It adds the sum of b's momenta to a's.
func turnsJoined(a, b *tree) bool {
	even, odd := products(a, b, 0), products(a, b, 1)
	rho, rhoB := a.rho, b.rho[:len(a.rho)]
	for i := range rho {
		rho[i] += rhoB[i]
	}
	for k := range even {
		if !(even[k]+odd[k] > 0) {
			return true
		}
	}
	return false
}

// products returns one lane, from the first coordinate on, of the six products
// of turnsJoined. They are formed in one pass, since they share their loads.
func products(a, b *tree, first int) [6]float64 {
	rho := a.rho
	n := len(rho)
	rhoB := b.rho[:n]
	vaBegin, vaEnd, paEnd := a.begin.V[:n], a.end.V[:n], a.end.P[:n]
	vbBegin, vbEnd, pbBegin := b.begin.V[:n], b.end.V[:n], b.begin.P[:n]
	var beginAll, endAll, beginLeft, joinLeft, joinRight, endRight float64
	for i := first; i < n; i += 2 {
		left, right := rho[i], rhoB[i]
		all, extraLeft, extraRight := left+right, left+pbBegin[i], right+paEnd[i]
		beginAll += float64(vaBegin[i] * all)
		endAll += float64(vbEnd[i] * all)
		beginLeft += float64(vaBegin[i] * extraLeft)
		joinLeft += float64(vbBegin[i] * extraLeft)
		joinRight += float64(vaEnd[i] * extraRight)
		endRight += float64(vbEnd[i] * extraRight)
	}
	return [6]float64{beginAll, endAll, beginLeft, joinLeft, joinRight, endRight}
}
