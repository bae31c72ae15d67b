package eval

import (
	"io"
	"math"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan/syntax"
	"github.com/quatre-ppl/quatre/stan/types"
)

// evaluator runs the statements of one program.
type evaluator struct {
	program *types.Program
	source  *syntax.Source
	library map[string]entry
	nodes   *nodes
	// src draws the random numbers of transformed data or of one draw's generated quantities.
	src *rng.Stream
	// drawings are the random numbers of generated quantities that are described and not drawn, nil elsewhere.
	drawings *drawings
	print    io.Writer
	// explain receives why a loop cannot run in lanes; it may be nil.
	explain func(syntax.Diagnostic)

	// symbolic is set while parameters are expressions; mayTogether where loops may run in lanes.
	symbolic, mayTogether bool

	// at is the statement that runs.
	at    syntax.Span
	frame *frame
	// lanes are the iterations for which statements run now, nil for straight-line code.
	lanes *lanes
	// attempt is the innermost loop that runs in lanes, loop the innermost loop of the frame.
	attempt *attempt
	loop    *loopState
	// guards are the conditions on parameters under which statements run now.
	guards []*Value
	terms  []term

	// turns is how many loops that run one iteration after the other are open, count how much they wrote out, depth how
	// many functions of the program.
	turns, count, depth int
	loops               map[types.Stmt]*loopInfo
	apart               map[apartKey]bool
}

func newEvaluator(p *types.Program) *evaluator {
	return &evaluator{
		program: p, source: p.Source, library: library, nodes: newNodes(),
		frame: &frame{vars: make([]*variable, p.Slots)},
		loops: make(map[types.Stmt]*loopInfo), apart: make(map[apartKey]bool),
	}
}

var negativeInfinity = math.Inf(-1)
