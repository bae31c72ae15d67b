package text

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/quatre-ppl/quatre/elem"
)

// expression is a formula of numbers: conditions are 1 or 0.
type expression struct {
	op   operator
	x    float64 // of a number
	name string  // of a variable or a function
	args []*expression
	at   int // column in the scalar, from 0
}

type operator uint8

const (
	opNumber operator = iota
	opName
	opCall
	opNegate
	opNot
	opAdd
	opSubtract
	opMultiply
	opDivide
	opPower
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opEqual
	opNotEqual
	opAnd
	opOr
)

// comparisons is the level of < and its like.
const comparisons = 3

// powers is the level of ^, which binds to the right: 2^3^2 is 2^9, and −2^2 is −4.
const powers = 6

// binary are the operators between two operands; higher levels bind tighter.
var binary = map[string]struct {
	op    operator
	level int
}{
	"or": {opOr, 1}, "and": {opAnd, 2},
	"<": {opLess, 3}, "<=": {opLessEqual, 3}, ">": {opGreater, 3}, ">=": {opGreaterEqual, 3}, "==": {opEqual, 3}, "!=": {opNotEqual, 3},
	"+": {opAdd, 4}, "-": {opSubtract, 4}, "*": {opMultiply, 5}, "/": {opDivide, 5}, "^": {opPower, powers},
}

// parse reads the expression of a scalar; nil after a mistake.
func (b *builder) parse(n *yaml.Node) *expression {
	n = follow(n)
	if n.Kind != yaml.ScalarNode {
		b.complain(n, 0, "want a number or a formula")
		return nil
	}
	p := &parser{text: n.Value}
	e, err := p.whole()
	if err != nil {
		shift := p.start
		if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
			shift++
		}
		b.complain(n, shift, "%v", err)
		return nil
	}
	return e
}

// parser is a recursive-descent reader of expressions.
type parser struct {
	text  string
	at    int    // after the present token
	start int    // of the present token
	token string // empty at the end
	// closed is true if the operand before the present token ends with its
	// parenthesis: (a < b) == c compares the outcome of a comparison.
	closed bool
}

// next reads a token: a number, a name or an operator.
func (p *parser) next() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t' || p.text[p.at] == '\n') {
		p.at++
	}
	p.start = p.at
	rest := p.text[p.at:]
	n := 0
	switch {
	case rest == "":
	case isDigit(rest[0]) || rest[0] == '.':
		for n < len(rest) && (isDigit(rest[n]) || rest[n] == '.' || rest[n] == 'e' || rest[n] == 'E' ||
			(rest[n] == '-' || rest[n] == '+') && (rest[n-1] == 'e' || rest[n-1] == 'E')) {
			n++
		}
	case isLetter(rest[0]):
		for n < len(rest) && (isLetter(rest[n]) || isDigit(rest[n]) || rest[n] == '.') {
			n++
		}
	case len(rest) > 1 && rest[1] == '=' && strings.IndexByte("<>=!", rest[0]) >= 0:
		n = 2
	default:
		n = 1
	}
	p.at += n
	p.token = rest[:n]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// whole reads all of the text.
func (p *parser) whole() (*expression, error) {
	p.next()
	e, err := p.binary(1, 0)
	if err == nil && p.token != "" {
		err = fmt.Errorf("%q does not belong here", p.token)
	}
	return e, err
}

// maxDepth bounds the nesting of an expression.
const maxDepth = 200

// binary reads operands and the operators between them of at least a level.
func (p *parser) binary(level, depth int) (*expression, error) {
	left, err := p.operand(depth + 1)
	if err != nil {
		return nil, err
	}
	for {
		o, ok := binary[p.token]
		if !ok || o.level < level {
			return left, nil
		}
		at := p.start
		if o.level == comparisons && left.op >= opLess && left.op <= opNotEqual && !p.closed {
			return nil, fmt.Errorf("comparisons do not chain: write a < b and b < c")
		}
		p.next()
		above := o.level + 1
		if o.op == opPower {
			above = powers
		}
		right, err := p.binary(above, depth+1)
		if err != nil {
			return nil, err
		}
		p.closed = false
		left = &expression{op: o.op, args: []*expression{left, right}, at: at}
	}
}

// operand reads a number, a name, a call, a parenthesis or a sign.
func (p *parser) operand(depth int) (*expression, error) {
	token, at := p.token, p.start
	switch {
	case depth > maxDepth:
		return nil, fmt.Errorf("the formula is nested too deeply")
	case token == "":
		return nil, fmt.Errorf("the formula ends where an operand is wanted")
	case token == "-" || token == "not":
		p.next()
		op, level := opNegate, powers
		if token == "not" {
			op, level = opNot, 3
		}
		e, err := p.binary(level, depth+1)
		return &expression{op: op, args: []*expression{e}, at: at}, err
	case token == "(":
		p.next()
		e, err := p.binary(1, depth+1)
		if err == nil {
			err = p.expect(")")
		}
		p.closed = true
		return e, err
	case isDigit(token[0]) || token[0] == '.':
		x, err := strconv.ParseFloat(token, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", token)
		}
		p.next()
		return &expression{op: opNumber, x: x, at: at}, nil
	case !isLetter(token[0]) || token == "and" || token == "or":
		return nil, fmt.Errorf("%q stands where an operand is wanted", token)
	}
	p.next()
	if p.token != "(" {
		return &expression{op: opName, name: token, at: at}, nil
	}
	p.next()
	call := &expression{op: opCall, name: token, at: at}
	for p.token != ")" {
		if len(call.args) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		a, err := p.binary(1, depth+1)
		if err != nil {
			return nil, err
		}
		call.args = append(call.args, a)
	}
	p.next()
	return call.inPairs(), nil
}

// inPairs writes the smallest and the largest of several numbers as those of two.
func (e *expression) inPairs() *expression {
	if (e.name == "min" || e.name == "max") && len(e.args) > 2 {
		last := len(e.args) - 1
		first := &expression{op: opCall, name: e.name, args: e.args[:last:last], at: e.at}
		e.args = []*expression{first.inPairs(), e.args[last]}
	}
	return e
}

func (p *parser) expect(token string) error {
	if p.token != token {
		if p.token == "" {
			return fmt.Errorf("%q is missing at the end", token)
		}
		return fmt.Errorf("%q stands where %q is wanted", p.token, token)
	}
	p.next()
	return nil
}

// constant returns the value of an expression of numbers and parameters.
func (e *expression) constant(parameters map[string]float64) (float64, bool) {
	switch e.op {
	case opNumber:
		return e.x, true
	case opName:
		x, ok := parameters[e.name]
		return x, ok
	case opCall:
		return e.constantCall(parameters)
	}
	var x [2]float64
	for i, a := range e.args {
		v, ok := a.constant(parameters)
		if !ok {
			return 0, false
		}
		x[i] = v
	}
	return apply(e.op, x[0], x[1]), true
}

// named reports whether names occur in the expression.
func (e *expression) named() bool {
	return e.op == opName || slices.ContainsFunc(e.args, (*expression).named)
}

// constantCall is constant of a function of numbers.
func (e *expression) constantCall(parameters map[string]float64) (float64, bool) {
	f, ok := functions[e.name]
	if !ok || len(e.args) != f.arity {
		return 0, false
	}
	var x [2]float64
	for i, a := range e.args {
		if x[i], ok = a.constant(parameters); !ok {
			return 0, false
		}
	}
	return f.f(x[0], x[1]), true
}

// apply evaluates an operator; unary ones look at x only.
func apply(op operator, x, y float64) float64 {
	switch op {
	case opNegate:
		return -x
	case opNot:
		return truth(x == 0)
	case opAdd:
		return x + y
	case opSubtract:
		return x - y
	case opMultiply:
		return x * y
	case opDivide:
		return x / y
	case opPower:
		return elem.Pow(x, y)
	case opLess:
		return truth(x < y)
	case opLessEqual:
		return truth(x <= y)
	case opGreater:
		return truth(x > y)
	case opGreaterEqual:
		return truth(x >= y)
	case opEqual:
		return truth(x == y)
	case opNotEqual:
		return truth(x != y)
	case opAnd:
		return truth(x != 0 && y != 0)
	}
	return truth(x != 0 || y != 0)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// functions are the functions of numbers.
var functions = map[string]struct {
	arity int
	f     func(x, y float64) float64
}{
	"min":   {2, func(x, y float64) float64 { return min(x, y) }},
	"max":   {2, func(x, y float64) float64 { return max(x, y) }},
	"exp":   {1, func(x, _ float64) float64 { return elem.Exp(x) }},
	"log":   {1, func(x, _ float64) float64 { return elem.Log(x) }},
	"pow":   {2, elem.Pow},
	"abs":   {1, func(x, _ float64) float64 { return max(x, -x) }},
	"floor": {1, func(x, _ float64) float64 { return math.Floor(x) }},
	"ceil":  {1, func(x, _ float64) float64 { return math.Ceil(x) }},
	"sqrt":  {1, func(x, _ float64) float64 { return math.Sqrt(x) }},
	"mod":   {2, func(x, y float64) float64 { return x - float64(y*math.Floor(x/y)) }},
	"round": {1, func(x, _ float64) float64 { return math.Floor(x + 0.5) }},
}
