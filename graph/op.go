package graph

import (
	"encoding/binary"
	"fmt"
	"hash"
	"hash/fnv"
	"math"
	"strconv"
	"strings"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/quatre-ppl/quatre/model/expr"
)

// scalar is the extent of a node without dimensions. Every other node is the
// flat column-major vector of its elements; matrix operations know their rows
// and columns.
const scalar = -1

// op is an expression's operation specialised to the extents of its
// arguments, as a Gorgonia operation.
type op struct {
	expr.Op
	values []float64 // Literal
	in     []int     // extents of the arguments
	out    int       // extent of the result
	b      *builder
	key    string
	salt   uint32
}

var _ G.SDOp = (*op)(nil)

func elements(extent int) int {
	if extent == scalar {
		return 1
	}
	return extent
}

func shapeOf(extent int) tensor.Shape {
	if extent == scalar {
		return tensor.Shape{}
	}
	return tensor.Shape{extent}
}

func typeOf(extent int) hm.Type {
	if extent == scalar {
		return tensor.Float64
	}
	return G.TensorType{Dims: 1, Of: tensor.Float64}
}

// makeKey writes every attribute, floats by their bits. Two operations with
// equal keys are interchangeable.
func (o *op) makeKey() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%d %d %d %d %d %t %t %v %v %d", o.Kind, o.Fn, o.Off, o.Rows, o.Cols, o.Trans, o.Reverse, o.Offs, o.in, o.out)
	for _, v := range o.values {
		s.WriteByte(' ')
		s.WriteString(strconv.FormatUint(math.Float64bits(v), 16))
	}
	if o.Index != nil {
		fmt.Fprintf(&s, " index %p", o.Index)
		if o.Index.Fixed {
			s.Reset()
			fmt.Fprintf(&s, "%d %d %v %v %v %d", o.Kind, o.Rows, o.in, o.out, o.Index.Values, o.Index.Max)
		}
	}
	if q := o.LeastSquares; q != nil {
		fmt.Fprintf(&s, " least squares %v %v %v", q.LeastSquaresShape, q.Widths, q.Trans)
	}
	if o.Scan != nil {
		fmt.Fprintf(&s, " scan %p", o.Scan)
	}
	return s.String()
}

// Arity implements gorgonia.Op.
func (o *op) Arity() int { return len(o.in) }

// Type implements gorgonia.Op. The type is made anew at each call because
// Gorgonia returns it to a pool.
func (o *op) Type() hm.Type {
	ts := make([]hm.Type, 0, len(o.in)+1)
	for _, n := range o.in {
		ts = append(ts, typeOf(n))
	}
	return hm.NewFnType(append(ts, typeOf(o.out))...)
}

// InferShape implements gorgonia.Op.
func (o *op) InferShape(...G.DimSizer) (tensor.Shape, error) { return shapeOf(o.out), nil }

// ReturnsPtr, CallsExtern and OverwritesInput keep Gorgonia's machine from
// aliasing values.
func (o *op) ReturnsPtr() bool { return false }

// CallsExtern implements gorgonia.Op.
func (o *op) CallsExtern() bool { return false }

// OverwritesInput implements gorgonia.Op.
func (o *op) OverwritesInput() int { return -1 }

// WriteHash implements gorgonia.Op. The salt separates operations whose 32-bit
// hashes would collide.
func (o *op) WriteHash(h hash.Hash) {
	var salt [4]byte
	binary.LittleEndian.PutUint32(salt[:], o.salt)
	h.Write(salt[:])
	h.Write([]byte(o.key))
}

// Hashcode implements gorgonia.Op.
func (o *op) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

// String implements gorgonia.Op; for pictures only, nothing depends on it.
func (o *op) String() string {
	if o.Kind == expr.Map {
		return o.Fn.String()
	}
	return kindNames[o.Kind]
}

var kindNames = map[expr.Kind]string{
	expr.Literal: "literal", expr.Datum: "data", expr.Param: "q", expr.Fill: "fill",
	expr.SumAll: "sum", expr.SumLogs: "sumlog", expr.MatVec: "matvec", expr.Outer: "outer", expr.Gather: "gather",
	expr.SegSum: "segsum", expr.Slice: "slice", expr.Assemble: "assemble", expr.CumSum: "cumsum",
	expr.Chol: "cholesky", expr.CholGrad: "cholesky_grad", expr.TriSolve: "trisolve",
	expr.ScanLoop: "scan", expr.ScanGrad: "scan_grad", expr.Stop: "constant",
	expr.Tangent: "tangent", expr.Linear: "linear", expr.LinearGrad: "linear_grad",
	expr.QR: "least_squares",
}
