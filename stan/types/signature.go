package types

import "strings"

// A Signature is one way to call a function. In the library's files it is written
//
//	RESULT NAME(ARGUMENT, ARGUMENT)
//
// An argument is a type as in a function's parameters; alternatives are separated by '|'; "data" before it takes only
// values that do not depend on parameters. Further words:
//
//	ints     int or array[] int
//	reals    real, array[] real, vector or row_vector (ints are promoted)
//	vectors  vector, row_vector, array[] vector or array[] row_vector
//	T        any type, the same everywhere in the line
//	fn(…) R  a function of the program with such arguments and result
//	…        any further arguments, handed on to that function
//	V        stands for a line each with vector, row_vector, matrix
//	~        before types stands for two lines: one without it, one with their complex counterparts
type Signature struct {
	// Name is the name of the function.
	Name   string
	result pattern
	params []pattern
	// variadic is set where the last parameter is "…".
	variadic bool
	// rule, where set, decides instead of result and params; form then says what it takes.
	rule rule
	form string
}

// pattern is one parameter: one of several types, or array dimensions around T, or a function.
type pattern struct {
	alternatives []Type
	generic      bool
	rank         int
	data         bool
	fn           *Signature
	text         string
}

// rule types a call that no finite list of types describes.
type rule func(args []Type) (result Type, params []Type, ok bool)

// match is a way to read a call: the type of its value, what its arguments are promoted to, how many promotions that
// takes, and which parameters take data only.
type match struct {
	sig    *Signature
	result Type
	params []Type
	steps  int
	data   []bool
	// generic is what T stands for, Invalid where the signature has no T.
	generic Type
}

// match tries the arguments on the signature. Arguments that are functions are not looked into.
func (s *Signature) match(args []Type) (match, bool) {
	m := match{sig: s}
	if s.rule != nil {
		result, params, ok := s.rule(args)
		if !ok {
			return m, false
		}
		m.result, m.params = result, params
		for i, arg := range args {
			steps, ok := promotion(arg, params[i])
			if !ok {
				return m, false
			}
			m.steps += steps
		}
		return m, true
	}
	if len(args) < len(s.params) || len(args) > len(s.params) && !s.variadic {
		return m, false
	}
	var generic *Type
	for i, arg := range args {
		if i >= len(s.params) {
			m.params, m.data = append(m.params, arg), append(m.data, false)
			continue
		}
		param, steps, ok := s.params[i].match(arg, &generic)
		if !ok {
			return m, false
		}
		m.params, m.steps, m.data = append(m.params, param), m.steps+steps, append(m.data, s.params[i].data)
	}
	for i, p := range s.params {
		if p.generic {
			m.params[i] = generic.ArrayOf(p.rank)
		}
	}
	m.result = s.result.resolve(generic)
	if generic != nil {
		m.generic = *generic
	}
	return m, true
}

// match returns the cheapest alternative for arg; generic is what T stands for, and is widened as arguments come.
func (p pattern) match(arg Type, generic **Type) (Type, int, bool) {
	switch {
	case p.fn != nil:
		return arg, 0, arg.Base == Func
	case arg.Base == Func || arg.Base == Text || arg.Base == Void:
		return arg, 0, false
	case p.generic:
		if arg.Rank < p.rank {
			return arg, 0, false
		}
		elem := arg.ArrayOf(-p.rank)
		if *generic != nil {
			wide, ok := common(elem, **generic)
			if !ok {
				return arg, 0, false
			}
			elem = wide
		}
		*generic = &elem
		return arg, 0, true
	}
	best, least := Type{}, -1
	for _, alternative := range p.alternatives {
		if steps, ok := promotion(arg, alternative); ok && (least < 0 || steps < least) {
			best, least = alternative, steps
		}
	}
	return best, least, least >= 0
}

// resolve returns the type that a pattern without alternatives stands for.
func (p pattern) resolve(generic *Type) Type {
	if p.generic && generic != nil {
		return generic.ArrayOf(p.rank)
	}
	if len(p.alternatives) > 0 {
		return p.alternatives[0]
	}
	return Type{}
}

// String returns the signature as NAME(ARGUMENTS) for messages.
func (s *Signature) String() string {
	if s.form != "" {
		return s.Name + s.form
	}
	var parts []string
	for _, p := range s.params {
		parts = append(parts, p.text)
	}
	if s.variadic {
		parts = append(parts, "…")
	}
	return s.Name + "(" + strings.Join(parts, ", ") + ")"
}
