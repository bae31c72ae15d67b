package eval

import (
	"github.com/quatre-ppl/quatre/stan/types"
)

// callDepth bounds how deep functions of the program may call each other.
const callDepth = 1000

// returned is the value of one return statement.
type returned struct {
	// lanes are those that returned it, when the guard under which they did, nil if none.
	lanes *lanes
	when  *Value
	value *Value
}

// call evaluates a call.
func (ev *evaluator) call(e *types.Call) (*Value, error) {
	if len(e.Args) > 0 {
		if f, ok := e.Args[0].(*types.FuncRef); ok {
			return ev.higherOrder(e, f)
		}
	}
	args, err := ev.evalAll(e.Args)
	if err != nil {
		return nil, err
	}
	return ev.invoke(e, ev.newCall(e, args))
}

func (ev *evaluator) newCall(e *types.Call, args []*Value) *call {
	return &call{ev: ev, at: e.Pos(), name: e.Name, args: args, result: e.Type(), unnormalised: e.Unnormalised}
}

// invoke applies a function of the program or of the library.
func (ev *evaluator) invoke(e *types.Call, c *call) (*Value, error) {
	if e.Func != nil {
		return ev.callFunction(e.Func, c)
	}
	return ev.apply(c)
}

// higherOrder applies a library function whose first argument is a function of the program. The sum that reduce_sum
// splits into parts is computed as one part.
func (ev *evaluator) higherOrder(e *types.Call, f *types.FuncRef) (*Value, error) {
	if e.Name != "reduce_sum" && e.Name != "reduce_sum_static" {
		return nil, ev.unavailable(e.Pos(), missingText(e.Name))
	}
	args, err := ev.evalAll(e.Args[1:])
	if err != nil {
		return nil, err
	}
	n := args[0].Dims[0]
	if n == 0 {
		return newReal(0), nil
	}
	c := ev.newCall(e, append([]*Value{args[0], newInt(1), newInt(n)}, args[2:]...))
	c.name = f.Func.Name
	return ev.callFunction(f.Func, c)
}

// callFunction runs the body of a function that the program defines.
func (ev *evaluator) callFunction(fn *types.Function, c *call) (*Value, error) {
	if ev.depth++; ev.depth > callDepth {
		return nil, ev.errorf(c.at, "check that its recursion ends", "%s calls itself more than %d times", fn.Name, callDepth)
	}
	f := &frame{vars: make([]*variable, fn.Slots), fn: fn, lanes: ev.lanes, guards: len(ev.guards)}
	for i, p := range fn.Params {
		f.vars[p.Slot] = &variable{sym: p, typ: p.Type, dims: c.args[i].Dims, home: ev.lanes, guards: len(ev.guards), value: c.args[i]}
	}
	caller, loop, lanes, guards := ev.frame, ev.loop, ev.lanes, ev.guards
	ev.frame, ev.loop = f, nil
	defer func() { ev.frame, ev.loop, ev.lanes, ev.guards, ev.depth = caller, loop, lanes, guards, ev.depth-1 }()
	if _, err := ev.run(fn.Body); err != nil || fn.Result.Base == types.Void {
		return nil, err
	}
	return ev.result(f, lanes, c)
}

// returnValue runs a return statement.
func (ev *evaluator) returnValue(s *types.Return) error {
	r := returned{lanes: ev.lanes, when: ev.guard(ev.frame.guards)}
	if s.Value != nil {
		var err error
		if r.value, err = ev.eval(s.Value); err != nil {
			return err
		}
	}
	if ev.loop != nil && ev.loop.together || ev.lanes != ev.frame.lanes && ev.lanes.mask != nil {
		return notTogether{"some return"}
	}
	ev.frame.returns = append(ev.frame.returns, r)
	if r.when == nil {
		ev.frame.gone = append(ev.frame.gone, ev.lanes)
	}
	return nil
}

// result puts the values that a function returned together: by lanes, or by the guards under which they were returned.
func (ev *evaluator) result(f *frame, to *lanes, c *call) (*Value, error) {
	if len(f.returns) == 0 {
		return nil, ev.errorf(c.at, "", "%s ends without returning a value", c.name)
	}
	last := len(f.returns) - 1
	out := f.returns[last].value
	guarded := false
	for _, r := range f.returns {
		guarded = guarded || r.when != nil
	}
	if !guarded {
		values, ways := make([]*Value, len(f.returns)), make([]*lanes, len(f.returns))
		for i, r := range f.returns {
			if r.value.Parts != nil && last > 0 {
				return nil, notTogether{"it returns tuples"}
			}
			if !equalInts(r.value.Dims, out.Dims) {
				return nil, notTogether{"it returns values of different sizes"}
			}
			values[i], ways[i] = r.value, r.lanes
		}
		ev.lanes = to
		return ev.merge(values, ways, to), nil
	}
	for i := last; i >= 0; i-- {
		r := f.returns[i]
		if r.lanes != to {
			return nil, notTogether{"some iterations return"}
		}
		if i == last {
			continue
		}
		var err error
		if out, err = ev.where(c.at, r.when, r.value, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}
