package eval

// library holds the functions of the language's library by name, and its operators by how they are written: "-" is the
// infix operator with two arguments and the prefix operator with one; "'" is the transpose. The logical && and || are not
// here, for they do not always evaluate both sides. Log densities are under their name in _lpdf or _lpmf. A function that
// the type checker knows and that is not here is refused by name.
//
// Each group of functions is in a file of its own, lib_*.go.
var library = joinTables(
	operators(),
	mathFunctions(),
	specialFunctions(),
	mixtures(),
	reductions(),
	arrayFunctions(),
	madeOfNothing(),
	matrixFunctions(),
	solvers(),
	decompositions(),
	sparseFunctions(),
	processFunctions(),
	hiddenMarkovFunctions(),
	distributionFunctions(),
	multivariateFunctions(),
	categoryFunctions(),
	glmFunctions(),
	generatorFunctions(),
)

// joinTables joins groups. A name in two of them is a constant as well as a function, told apart by the arguments.
func joinTables(groups ...map[string]entry) map[string]entry {
	table := map[string]entry{}
	for _, group := range groups {
		for name, f := range group {
			if g, ok := table[name]; ok {
				f = withConstant(g, f)
			}
			table[name] = f
		}
	}
	return table
}

// withConstant is the constant where there are no arguments, else the function.
func withConstant(function, constant entry) entry {
	return entry{lanes: function.lanes && constant.lanes, eval: func(c *call) (*Value, error) {
		if len(c.args) == 0 {
			return constant.eval(c)
		}
		return function.eval(c)
	}}
}
