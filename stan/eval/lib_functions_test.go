package eval

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/expr"
	"github.com/quatre-ppl/quatre/stan/types"
)

// functionCase is one case of testdata/functions.json; functions.py says what the fields mean.
type functionCase struct {
	Source  string
	Args    []functionArg
	Dims    []int
	Values  []jsonNumber
	Rejects bool
	Exact   bool
	Fixed   bool
	Loose   float64
}

type functionArg struct {
	Type   string
	Dims   []int
	Values []jsonNumber
}

// jsonNumber is a number that may be one of the words "NaN", "Inf" and "-Inf".
type jsonNumber float64

func (n *jsonNumber) UnmarshalJSON(text []byte) error {
	words := map[string]float64{`"NaN"`: math.NaN(), `"Inf"`: math.Inf(1), `"-Inf"`: math.Inf(-1)}
	if x, ok := words[string(text)]; ok {
		*n = jsonNumber(x)
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

func floats(list []jsonNumber) []float64 {
	out := make([]float64, len(list))
	for i, x := range list {
		out[i] = float64(x)
	}
	return out
}

func functionCases(t *testing.T) []functionCase {
	t.Helper()
	text, err := os.ReadFile("testdata/functions.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []functionCase
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// name is the call in the function's body.
func (f *functionCase) name() string {
	_, body, _ := strings.Cut(f.Source, "return ")
	kinds := make([]string, len(f.Args))
	for i, a := range f.Args {
		kinds[i] = a.Type
	}
	return strings.TrimSuffix(body, "; }") + " of " + strings.Join(kinds, ", ")
}

// class is how close a value must be: ten rounding errors, or what the case allows.
func (f *functionCase) class() check.Class {
	switch {
	case f.Exact:
		return check.Exact
	case f.Loose > 0:
		return scaled100(check.Rel.Loosened(f.Loose/1e-10, "the reference, or a chain of operations, is that accurate"), floats(f.Values))
	}
	return check.ULP(10)
}

// scaled100 takes elements that are much smaller than the largest for a hundredth of that: they may be what cancelled.
func scaled100(class check.Class, want []float64) check.Class {
	size := 0.1
	for _, x := range want {
		if a := math.Abs(x); a > size && a <= math.MaxFloat64 {
			size = a
		}
	}
	return class.Scaled(size / 100)
}

// tried is one way to call the function of a case.
type tried struct {
	ev *evaluator
	fn *types.Function
}

func (f *functionCase) prepare(t *testing.T) *tried {
	t.Helper()
	p := parse(t, "case", "functions { "+f.Source+" }")
	return &tried{newEvaluator(p), p.Functions[0]}
}

func (f *tried) call(args []*Value) (*Value, error) {
	return f.ev.callFunction(f.fn, &call{ev: f.ev, name: "f", args: args, result: f.fn.Result})
}

// values returns the arguments with their reals multiplied by a factor.
func (f *functionCase) values(fn *types.Function, factor float64) []*Value {
	list := make([]*Value, len(f.Args))
	for i, a := range f.Args {
		v := newReals(fn.Params[i].Type, a.Dims, floats(a.Values))
		if v.Type.IsInt() {
			v = v.asInt()
		} else {
			for k := range v.Reals {
				v.Reals[k] *= factor
			}
		}
		list[i] = v
	}
	return list
}

// asSymbols replaces the real arguments by parameters, or only argument only where that is not negative, and returns the
// values of these parameters.
func asSymbols(args []*Value, only int) (symbols []*Value, q []float64) {
	symbols = slices.Clone(args)
	for i, a := range args {
		if a.Type.IsInt() || len(a.Reals) == 0 || only >= 0 && i != only {
			continue
		}
		s := *a
		var shape []int
		if !a.IsScalar() || a.Lanes != nil {
			shape = []int{len(a.Reals)}
		}
		s.Sym, s.Reals = expr.Unconstrained("", len(q), shape), nil
		symbols[i] = &s
		q = append(q, a.Reals...)
	}
	return symbols, q
}

// rejects tells whether a result refuses its arguments.
func rejects(v *Value, err error) bool {
	if err != nil {
		return true
	}
	x := v.Floats()
	return slices.ContainsFunc(x, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, -1) })
}

func TestFunctions_OnNumbers(t *testing.T) {
	for _, f := range functionCases(t) {
		try := f.prepare(t)
		v, err := try.call(f.values(try.fn, 1))
		if f.Rejects {
			if !rejects(v, err) {
				t.Errorf("%s: gives %v, must be rejected", f.name(), v.Floats())
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", f.name(), err)
			continue
		}
		if !slices.Equal(v.Dims, f.Dims) || !v.Type.Equal(try.fn.Result) {
			t.Errorf("%s: a %s, want sizes %v", f.name(), sizesText(v), f.Dims)
		}
		check.CloseSlice(t, v.Floats(), floats(f.Values), f.class(), f.name())
	}
}

// parameterClass is how close the value for parameters must be to that for numbers: the order of operations may differ.
var parameterClass = check.Rel.Loosened(1e-2, "the same formula in another order")

func TestFunctions_OnParametersAsOnNumbers(t *testing.T) {
	for _, f := range functionCases(t) {
		if f.Rejects || f.Fixed {
			continue
		}
		try := f.prepare(t)
		args := f.values(try.fn, 1)
		want, err := try.call(args)
		if err != nil {
			continue // TestFunctions_OnNumbers reports it
		}
		for only := -1; only < len(args); only++ {
			symbols, q := asSymbols(args, only)
			v, err := try.call(symbols)
			if err != nil {
				t.Errorf("%s, argument %d: %v", f.name(), only, err)
				continue
			}
			check.CloseSlice(t, numbersAt(t, v, q), want.Floats(), scaled100(parameterClass, want.Floats()), f.name(), "argument", only)
			if !slices.Equal(v.Dims, want.Dims) {
				t.Errorf("%s: sizes %v, with numbers %v", f.name(), v.Dims, want.Dims)
			}
		}
	}
}

// numbersAt returns the elements of a value at a point of the parameters.
func numbersAt(t *testing.T, v *Value, q []float64) []float64 {
	t.Helper()
	if !v.IsSym() {
		return v.Floats()
	}
	x, err := fold(v.Sym, q)
	if err != nil {
		t.Error(err)
	}
	return x
}

// laneFactors make the arguments of each lane.
var laneFactors = []float64{1, 0.99, 0.97}

// TestFunctions_InLanes runs each function for several iterations at once, with numbers and with parameters, and for
// each iteration alone.
func TestFunctions_InLanes(t *testing.T) {
	apart := map[bool]int{}
	total := 0
	for _, f := range functionCases(t) {
		if f.Rejects {
			continue
		}
		try := f.prepare(t)
		l := &lanes{n: len(laneFactors)}
		each := make([][]*Value, l.n)
		want := make([]*Value, l.n)
		valid := true
		for b, factor := range laneFactors {
			each[b] = f.values(try.fn, factor)
			var err error
			want[b], err = try.call(each[b])
			valid = valid && err == nil
		}
		if !valid {
			continue // a simplex, say, times a factor
		}
		total++
		args := make([]*Value, len(f.Args))
		varies := false
		for i := range args {
			args[i] = each[0][i]
			if !args[i].Type.IsInt() {
				args[i] = stackLanes(each, i, l)
				varies = true
			}
		}
		if !varies {
			continue
		}
		try.ev.lanes = l
		for only := -2; only < len(args); only++ {
			symbolic := only >= -1
			if symbolic && f.Fixed {
				continue
			}
			given, q := args, []float64(nil)
			if symbolic {
				given, q = asSymbols(args, only)
			}
			v, err := try.call(given)
			if errors.As(err, &notTogether{}) {
				apart[symbolic]++
				continue
			}
			if err != nil {
				t.Errorf("%s in lanes: %v", f.name(), err)
				continue
			}
			v = try.ev.spread(v, l)
			x := numbersAt(t, v, q)
			for b, w := range want {
				one := make([]float64, w.Size())
				for e := range one {
					one[e] = x[e*l.n+b]
				}
				check.CloseSlice(t, one, w.Floats(), scaled100(parameterClass, w.Floats()), f.name(), "lane", b)
			}
		}
	}
	t.Logf("of %d cases %d do not run in lanes with numbers, %d times one does not with parameters", total, apart[false], apart[true])
}

func stackLanes(each [][]*Value, i int, l *lanes) *Value {
	list := make([]*Value, len(each))
	for b := range each {
		list[b] = each[b][i]
	}
	return stack(list, l)
}
