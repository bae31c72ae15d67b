package samplers

import (
	"errors"

	"github.com/quatre-ppl/quatre/samplers/adapt"
	"github.com/quatre-ppl/quatre/samplers/pathfinder"
)

// PathReport says how Pathfinder looked for a chain's starting point.
type PathReport struct {
	Gradients int     // evaluated; they count as warmup's
	ELBO      float64 // evidence lower bound of the normal the point was drawn from
	// Err is why there was no normal; the chain then started where the path did.
	Err error
}

// followPath moves the state from where findStart has put it to a draw from the
// normal approximation that a path from there leads to. Where there is none the state
// stays, and the report says why.
func (c *chain) followPath() error {
	state := c.now.state
	begin := NewState(len(state.Q))
	begin.CopyFrom(state)
	key := c.key.Child("pathfinder")
	r, err := pathfinder.Fit(c.session.ctx, c.problem, key, pathfinder.Options{
		Start: begin.Q, Unprotected: c.options.Unprotected,
	})
	if c.session.ctx.Err() != nil {
		return errStopped
	}
	if r == nil {
		return err
	}
	c.now.tally.spend(adapt.Cost{Leapfrogs: r.Gradients, Recovered: r.Recovered, Fault: r.Fault})
	c.path = &PathReport{Gradients: r.Gradients, ELBO: r.ELBO, Err: err}
	if errors.Is(err, pathfinder.ErrNoApproximation) {
		return nil
	}
	if err != nil {
		return err
	}
	fault, err := c.tryStart(r.Choose(key.Child("choice").Stream()).Q)
	if err != nil {
		return err
	}
	if fault != nil || !state.Finite() {
		c.path.Err = errors.New("the log density or its gradient is not finite at the draw")
		state.CopyFrom(begin)
	}
	return nil
}
