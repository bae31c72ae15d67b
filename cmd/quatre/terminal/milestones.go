package terminal

import "github.com/quatre-ppl/quatre/stream"

// steps is the number of parts of a chain after each of which it is reported.
const steps = 10

// Milestones picks the events worth a line of their own: those with which a
// chain has passed another tenth of its iterations.
type Milestones struct {
	plan   Plan
	passed []int // tenths reported, by chain
}

// NewMilestones returns the milestones of a run that has not begun.
func NewMilestones(plan Plan) *Milestones {
	return &Milestones{plan: plan, passed: make([]int, plan.Chains)}
}

// Pass reports whether p passes a milestone that no event before it did.
func (m *Milestones) Pass(p stream.Progress) bool {
	if p.Chain < 0 || p.Chain >= len(m.passed) {
		return false
	}
	c := chain{plan: m.plan, last: p, begun: true}
	tenth := c.done() * steps / max(c.total(), 1)
	if tenth <= m.passed[p.Chain] {
		return false
	}
	m.passed[p.Chain] = tenth
	return true
}
