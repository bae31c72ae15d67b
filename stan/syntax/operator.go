package syntax

// Op is an operator, spelled as in a program.
type Op string

// The operators. OpSub and OpAdd are prefix operators too.
const (
	OpOr        Op = "||"
	OpAnd       Op = "&&"
	OpEq        Op = "=="
	OpNe        Op = "!="
	OpLt        Op = "<"
	OpLe        Op = "<="
	OpGt        Op = ">"
	OpGe        Op = ">="
	OpAdd       Op = "+"
	OpSub       Op = "-"
	OpMul       Op = "*"
	OpDiv       Op = "/"
	OpMod       Op = "%"
	OpEltMul    Op = ".*"
	OpEltDiv    Op = "./"
	OpLeftDiv   Op = "\\"
	OpIntDiv    Op = "%/%"
	OpPow       Op = "^"
	OpEltPow    Op = ".^"
	OpNot       Op = "!"
	OpTranspose Op = "'"
)

// Strengths of binding, weakest first (Stan reference manual, "Precedence and associativity").
const (
	precCond = 1 + iota
	precOr
	precAnd
	precEqual
	precCompare
	precAdd
	precMul
	precLeftDiv
	precPrefix
	precPow
	precPostfix
	precOperand
)

// binaryPrec gives the strength of each infix operator. All group to the left but the powers, which group to the right.
var binaryPrec = map[Op]int{
	OpOr:  precOr,
	OpAnd: precAnd,
	OpEq:  precEqual, OpNe: precEqual,
	OpLt: precCompare, OpLe: precCompare, OpGt: precCompare, OpGe: precCompare,
	OpAdd: precAdd, OpSub: precAdd,
	OpMul: precMul, OpDiv: precMul, OpMod: precMul, OpEltMul: precMul, OpEltDiv: precMul,
	OpLeftDiv: precLeftDiv, OpIntDiv: precLeftDiv,
	OpPow: precPow, OpEltPow: precPow,
}

// assignOps maps an assignment to its operator; plain assignment has none.
var assignOps = map[string]Op{
	"=": "", "+=": OpAdd, "-=": OpSub, "*=": OpMul, "/=": OpDiv, ".*=": OpEltMul, "./=": OpEltDiv,
}

// precedence returns how strongly the outermost form of e binds.
func precedence(e Expr) int {
	switch e := e.(type) {
	case *Cond:
		return precCond
	case *Binary:
		return binaryPrec[e.Op]
	case *Unary:
		if e.Op == OpTranspose {
			return precPostfix
		}
		return precPrefix
	}
	return precOperand
}
