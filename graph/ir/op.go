package ir

// Op is one scalar operation of the program. What a distribution, a transform
// or a Stan function does is always a sequence of these: a backend knows this
// table and the region kinds, nothing else.
type Op uint8

// The operations. Args are named a, b, c.
const (
	Invalid Op = iota

	// Sources.
	Const  // Imm
	Load   // Buf[Off + Stride·i]; i is 0 outside a loop
	Gather // Buf[Off + Idx[i]]
	RowDot // Σ_j Buf[Off + i + N·j] · Vec[VecOff + j], j < Len ascending, by fma from 0

	// Arithmetic, each correctly rounded (IEEE 754).
	Neg
	Abs
	Sqrt
	Floor
	Ceil
	Round // to nearest, halves away from zero
	Trunc
	Add
	Sub
	Mul
	Div
	FMA // a·b + c, rounded once
	Min // b < a ? b : a
	Max // a < b ? b : a

	// Comparisons give 1 or 0; every comparison with a NaN gives 0.
	Lt
	Le
	Eq
	Select // a ≠ 0 ? b : c

	// Elementary and special functions, as package elem defines them.
	Exp
	Log
	Log1p
	Expm1
	Sin
	Cos
	Tan
	Asin
	Acos
	Atan
	Sinh
	Cosh
	Tanh
	Pow
	Erf
	Erfc
	Lgamma
	Digamma
	Trigamma
	NormCDF
	LogNormCDF
	NormQuantile
	GammaP    // regularised lower incomplete gamma P(a, b)
	GammaQ    // 1 − P(a, b)
	GammaPDa  // ∂P(a, b)/∂a
	BetaInc   // regularised incomplete beta I_c(a, b)
	BetaIncDa // ∂I_c(a, b)/∂a
	BetaIncDb // ∂I_c(a, b)/∂b

	// Macros: expanded by the pass of that name, unknown to backends.
	Square   // a·a
	Inv      // 1/a
	InvLogit // 1/(1 + e^−a)
	Log1pExp // log(1 + e^a)
	Hypot    // sqrt(a² + b²) for a, b ≥ 0; the larger one where that is outside of 1e±150

	// Effects.
	Store   // Buf[Off + Stride·i] = a
	Sum     // Dst (a scalar, visible after the loop) = Σ_i a, in lanes
	SumLog  // Dst (a scalar) = Σ_i log a, see LogProduct
	RowAxpy // Buf[Off + j] = Σ_i Vec[VecOff + i + N·j]·a, j < Len, in lanes, by fma
	Scatter // Buf[Off + k] = Σ_{Idx[i] = k} a, k < Len: see ScatterInLanes

	opCount
)

// scatterLimit is the largest target of a Scatter in lanes: its accumulators
// should stay in the cache.
const scatterLimit = 4096

// ScatterInLanes tells how a Scatter of n iterations to a target of that length
// adds: in lanes, as Sum and RowAxpy do, where the target is small beside n;
// else in the order of the iterations, starting from 0. Repeated additions to
// one place in memory wait for each other, and lanes for one eighth of them.
func ScatterInLanes(n, length int) bool { return length <= scatterLimit && n >= 4*length }

// Lanes is the number of partial sums of every reduction: element i is added
// to lane i mod Lanes, ascending; the lanes are then added as
// ((0+4)+(2+6)) + ((1+5)+(3+7)). It is part of the meaning of a program.
const Lanes = 8

type class uint8

const (
	source class = iota
	pure
	macro
	effect
)

type opInfo struct {
	name  string
	arity int
	class class
}

var ops = [opCount]opInfo{
	Const:  {"const", 0, source},
	Load:   {"load", 0, source},
	Gather: {"gather", 0, source},
	RowDot: {"rowdot", 0, source},

	Neg:    {"neg", 1, pure},
	Abs:    {"abs", 1, pure},
	Sqrt:   {"sqrt", 1, pure},
	Floor:  {"floor", 1, pure},
	Ceil:   {"ceil", 1, pure},
	Round:  {"round", 1, pure},
	Trunc:  {"trunc", 1, pure},
	Add:    {"add", 2, pure},
	Sub:    {"sub", 2, pure},
	Mul:    {"mul", 2, pure},
	Div:    {"div", 2, pure},
	FMA:    {"fma", 3, pure},
	Min:    {"min", 2, pure},
	Max:    {"max", 2, pure},
	Lt:     {"lt", 2, pure},
	Le:     {"le", 2, pure},
	Eq:     {"eq", 2, pure},
	Select: {"select", 3, pure},

	Exp:          {"exp", 1, pure},
	Log:          {"log", 1, pure},
	Log1p:        {"log1p", 1, pure},
	Expm1:        {"expm1", 1, pure},
	Sin:          {"sin", 1, pure},
	Cos:          {"cos", 1, pure},
	Tan:          {"tan", 1, pure},
	Asin:         {"asin", 1, pure},
	Acos:         {"acos", 1, pure},
	Atan:         {"atan", 1, pure},
	Sinh:         {"sinh", 1, pure},
	Cosh:         {"cosh", 1, pure},
	Tanh:         {"tanh", 1, pure},
	Pow:          {"pow", 2, pure},
	Erf:          {"erf", 1, pure},
	Erfc:         {"erfc", 1, pure},
	Lgamma:       {"lgamma", 1, pure},
	Digamma:      {"digamma", 1, pure},
	Trigamma:     {"trigamma", 1, pure},
	NormCDF:      {"normcdf", 1, pure},
	LogNormCDF:   {"lognormcdf", 1, pure},
	NormQuantile: {"normquantile", 1, pure},
	GammaP:       {"gammap", 2, pure},
	GammaQ:       {"gammaq", 2, pure},
	GammaPDa:     {"gammap_da", 2, pure},
	BetaInc:      {"betainc", 3, pure},
	BetaIncDa:    {"betainc_da", 3, pure},
	BetaIncDb:    {"betainc_db", 3, pure},

	Square:   {"square", 1, macro},
	Inv:      {"inv", 1, macro},
	InvLogit: {"inv_logit", 1, macro},
	Log1pExp: {"log1p_exp", 1, macro},
	Hypot:    {"hypot", 2, macro},

	Store:   {"store", 1, effect},
	Sum:     {"sum", 1, effect},
	SumLog:  {"sumlog", 1, effect},
	RowAxpy: {"rowaxpy", 1, effect},
	Scatter: {"scatter", 1, effect},
}

// String returns the operation's name in Format's text.
func (o Op) String() string {
	if o == Invalid || o >= opCount {
		return "invalid"
	}
	return ops[o].name
}

// Arity returns how many register arguments the operation takes.
func (o Op) Arity() int { return ops[o].arity }

// IsPure reports whether the operation is a function of its register arguments
// alone and known to backends.
func (o Op) IsPure() bool { return ops[o].class == pure }

// IsMacro reports whether the operation must be expanded before a backend sees
// the program.
func (o Op) IsMacro() bool { return ops[o].class == macro }

// IsSum reports whether the operation reduces a loop to a scalar.
func (o Op) IsSum() bool { return o == Sum || o == SumLog }

// IsFunction reports whether the operation maps register arguments to a value,
// pure or macro.
func (o Op) IsFunction() bool { return ops[o].class == pure || ops[o].class == macro }

// PureOps returns every pure operation in table order, for conformance tests.
func PureOps() []Op {
	var list []Op
	for o := Invalid + 1; o < opCount; o++ {
		if o.IsPure() {
			list = append(list, o)
		}
	}
	return list
}
