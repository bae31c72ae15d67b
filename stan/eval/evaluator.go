package eval

import (
	"io"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/syntax"
)

// evaluator runs the statements of one program.
type evaluator struct {
	source  *syntax.Source
	library map[string]entry
	nodes   *nodes
	// src draws the random numbers of transformed data or of one draw's generated quantities.
	src   *rng.Stream
	print io.Writer
}
