package eval

import (
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/rng"
)

// hiddenMarkovFunctions are those of hidden Markov models with the arguments
//
//	ω  K × T, ω[k, t] the log density of observation t in state k
//	Γ  K × K, Γ[i, j] the probability to go from state i to state j
//	ρ  K, the probabilities of the first state
func hiddenMarkovFunctions() map[string]entry {
	return map[string]entry{
		"hmm_marginal":          onArrays(hiddenMarginal),
		"hmm_hidden_state_prob": {eval: hiddenStates},
		"hmm_latent_rng":        {lanes: true, eval: func(c *call) (*Value, error) { return c.drawnInLanes(drawHiddenStates) }},
	}
}

// chainSizes checks the sizes of ω, Γ and ρ, and that the known ones among Γ and ρ are probabilities.
func (c *call) chainSizes() (states, times int, err error) {
	omega, gamma, rho := c.args[0], c.args[1], c.args[2]
	states, times = omega.Dims[0], omega.Dims[1]
	if !equalInts(gamma.Dims, []int{states, states}) || rho.Size() != states {
		return 0, 0, c.errorf("", "%s, %s and %s do not fit", sizesText(omega), sizesText(gamma), sizesText(rho))
	}
	if rho.known() {
		if err := c.simplex(rho); err != nil {
			return 0, 0, err
		}
	}
	if gamma.known() {
		for i := range states {
			if err := c.simplex(newVector(row(gamma, i))); err != nil {
				return 0, 0, err
			}
		}
	}
	return states, times, nil
}

// row returns a row of a known matrix, counted from 0.
func row(m *Value, i int) []float64 {
	out := make([]float64, m.Dims[1])
	for j := range out {
		out[j] = m.Reals[i+j*m.Dims[0]]
	}
	return out
}

// hiddenMarginal is the log density of all observations, by the forward recursion in logarithms:
//
//	a_1 = log ρ + ω_1,  a_t = log(Γᵀ·e^(a_{t−1})) + ω_t,  log Σ e^(a_T).
func hiddenMarginal(c *call, x []expr.Expr) (expr.Expr, error) {
	states, times, err := c.chainSizes()
	if err != nil || states == 0 || times == 0 {
		return expr.Const(0), err
	}
	a := expr.Add(expr.Log(x[2]), expr.Col(x[0], 0))
	for t := 1; t < times; t++ {
		high := expr.Constant(tree(expr.Max)(a))
		shift := expr.Where(expr.Less(math.Inf(-1), high), high, 0)
		a = expr.Add(expr.Add(shift, expr.Log(expr.MulVecT(x[1], expr.Exp(expr.Sub(a, shift))))), expr.Col(x[0], t))
	}
	return expr.LogSumExp(a), nil
}

// filtered returns for each time the probabilities of the states given the observations up to then.
func (c *call) filtered() (list [][]float64, err error) {
	states, times, err := c.chainSizes()
	if err != nil {
		return nil, err
	}
	if !c.known() {
		return nil, c.errorf("", "it cannot be used with parameters")
	}
	omega, gamma := c.args[0], c.args[1]
	predicted := c.args[2].Reals
	for t := range times {
		logs := make([]float64, states)
		for k := range logs {
			logs[k] = elem.Log(predicted[k]) + omega.Reals[k+t*states]
		}
		p := shares(logs)
		if hasNaN(p) {
			return nil, c.errorf("", "no state explains observation %d", t+1)
		}
		list = append(list, p)
		predicted = make([]float64, states)
		matVec(predicted, gamma.Reals, p, states, states, true)
	}
	return list, nil
}

// backwards returns the probabilities, up to a factor, of the states at one time given the state after it.
func backwards(filtered []float64, gamma *Value, next int) []float64 {
	out := make([]float64, len(filtered))
	for i, p := range filtered {
		out[i] = p * gamma.Reals[i+next*len(filtered)]
	}
	return out
}

// hiddenStates returns the probability of each state at each time given all observations (Baum and others 1970).
func hiddenStates(c *call) (*Value, error) {
	list, err := c.filtered()
	if err != nil {
		return nil, err
	}
	states, times := c.args[0].Dims[0], c.args[0].Dims[1]
	out := make([]float64, states*times)
	for t := times - 1; t >= 0; t-- {
		now := out[t*states:][:states]
		if t == times-1 {
			copy(now, list[t])
			continue
		}
		for next, p := range out[(t+1)*states:][:states] {
			q := backwards(list[t], c.args[1], next)
			total := sumLanes(q)
			for i := range q {
				if total > 0 {
					now[i] += float64(p * (q[i] / total))
				}
			}
		}
	}
	return newMatrix(states, times, out), nil
}

// drawHiddenStates draws the states given all observations, the last one first.
func drawHiddenStates(c *call) (*Value, error) {
	list, err := c.filtered()
	if err != nil {
		return nil, err
	}
	out := make([]int, len(list))
	for t := len(list) - 1; t >= 0; t-- {
		p := list[t]
		if t < len(list)-1 {
			p = backwards(p, c.args[1], out[t+1]-1)
		}
		if err := c.weights(p); err != nil {
			return nil, err
		}
		out[t] = rng.Categorical(c.ev.src, p) + 1
	}
	return newInts(c.result, []int{len(out)}, out), nil
}
