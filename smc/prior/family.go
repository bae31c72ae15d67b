package prior

import "github.com/quatre-ppl/quatre/smc"

// Family is a state-space model with unknown parameters.
type Family struct {
	// Space has the parameters and their priors.
	Space Space
	// Model returns the model at a point of the space. It is called from
	// several goroutines and must not keep theta.
	Model func(theta []float64) (smc.Model, error)
}
