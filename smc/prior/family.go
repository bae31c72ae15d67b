package prior

import (
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/quatre-ppl/quatre/smc"
)

// Family is a state-space model with unknown parameters.
type Family struct {
	// Space has the parameters and their priors.
	Space Space
	// Model returns the model at a point of the space. It is called from
	// several goroutines and must not keep theta.
	Model func(theta []float64) (smc.Model, error)
}

// At returns the model at theta, of which it gets a copy. A panic of Model, and
// a model that is nil, are errors.
func (f *Family) At(theta []float64) (m smc.Model, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &smc.PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	m, err = f.Model(slices.Clone(theta))
	if err == nil && m == nil {
		err = fmt.Errorf("prior: the family has no model at %v", theta)
	}
	return m, err
}
