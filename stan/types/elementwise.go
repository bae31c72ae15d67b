package types

// elementwise gives the rules of library/elementwise.txt by name, with the form that a message shows.
var elementwise = map[string]struct {
	rule rule
	form string
}{
	"real":     {unary(Type.isNumeric, Type.intsToReals), "(numbers)"},
	"same":     {unary(Type.isNumeric, func(t Type) Type { return t }), "(numbers)"},
	"parts":    {unary(isComplex, Type.complexToReals), "(complex numbers)"},
	"pair":     {pair, "(numbers, numbers)"},
	"real-int": {realInt, "(reals, ints)"},
	"int-real": {intReal, "(ints, reals)"},
	"ints":     {intInt, "(ints, ints)"},
}

func isComplex(t Type) bool {
	return t.Base == Complex || t.Base >= ComplexVector && t.Base <= ComplexMatrix
}

// unary is the rule of functions of one argument in which takes holds; result gives the type of the value.
func unary(takes func(Type) bool, result func(Type) Type) rule {
	return func(args []Type) (Type, []Type, bool) {
		if len(args) != 1 || !takes(args[0]) {
			return Type{}, nil, false
		}
		return result(args[0]), []Type{result(args[0]).orSelf(args[0])}, true
	}
}

// orSelf returns the parameter type for an argument: its result type where only ints become reals, else the argument's.
func (t Type) orSelf(arg Type) Type {
	if _, ok := promotion(arg, t); ok {
		return t
	}
	return arg
}

// pair is the rule of real functions of two arguments, alike in shape or one of them a scalar.
func pair(args []Type) (Type, []Type, bool) {
	if len(args) != 2 || !args[0].isNumeric() || !args[1].isNumeric() {
		return Type{}, nil, false
	}
	x, y := args[0].intsToReals(), args[1].intsToReals()
	switch {
	case x.Equal(y), y.IsScalar():
		return x, []Type{x, y}, true
	case x.IsScalar():
		return y, []Type{x, y}, true
	}
	return Type{}, nil, false
}

// realInt is the rule of functions of a real and an int.
func realInt(args []Type) (Type, []Type, bool) {
	if len(args) != 2 || !args[0].isNumeric() || !args[1].IsInt() || !shapesMeet(args[1], args[0]) {
		return Type{}, nil, false
	}
	x := args[0].intsToReals()
	if x.IsScalar() && args[1].Rank > 0 {
		return args[1].withBase(Real), []Type{x, args[1]}, true
	}
	return x, []Type{x, args[1]}, true
}

// intReal is realInt with its arguments exchanged.
func intReal(args []Type) (Type, []Type, bool) {
	if len(args) != 2 {
		return Type{}, nil, false
	}
	result, params, ok := realInt([]Type{args[1], args[0]})
	if !ok {
		return Type{}, nil, false
	}
	return result, []Type{params[1], params[0]}, true
}

// shapesMeet tells whether ints can stand beside t: as a scalar, with as many dimensions, or beside a scalar.
func shapesMeet(ints, t Type) bool {
	return ints.Rank == 0 || ints.Rank == t.depth() || t.depth() == 0
}

// intInt is the rule of functions of two ints.
func intInt(args []Type) (Type, []Type, bool) {
	if len(args) != 2 || !args[0].IsInt() || !args[1].IsInt() || !shapesMeet(args[0], args[1]) {
		return Type{}, nil, false
	}
	if args[0].Rank > 0 {
		return args[0], args, true
	}
	return args[1], args, true
}
