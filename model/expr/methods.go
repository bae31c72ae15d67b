package expr

// Methods, so that models read from left to right.

// Add returns n + b.
func (n *Node) Add(b any) Expr { return Add(n, b) }

// Sub returns n − b.
func (n *Node) Sub(b any) Expr { return Sub(n, b) }

// Mul returns n·b, element by element.
func (n *Node) Mul(b any) Expr { return Mul(n, b) }

// Div returns n/b, element by element.
func (n *Node) Div(b any) Expr { return Div(n, b) }

// Pow returns n to the power b, element by element.
func (n *Node) Pow(b any) Expr { return Pow(n, b) }

// Neg returns −n.
func (n *Node) Neg() Expr { return Neg(n) }

// Abs returns |n|.
func (n *Node) Abs() Expr { return Abs(n) }

// Square returns n².
func (n *Node) Square() Expr { return Square(n) }

// Sqrt returns the square root of n.
func (n *Node) Sqrt() Expr { return Sqrt(n) }

// Exp returns e^n.
func (n *Node) Exp() Expr { return Exp(n) }

// Log returns the natural logarithm of n.
func (n *Node) Log() Expr { return Log(n) }

// InvLogit returns 1/(1 + e^−n).
func (n *Node) InvLogit() Expr { return InvLogit(n) }

// Sum returns the sum of all elements.
func (n *Node) Sum() Expr { return Sum(n) }

// Dot returns Σ n·b for two vectors of equal length.
func (n *Node) Dot(b any) Expr { return Dot(n, b) }

// MulVec returns the matrix n times the vector x.
func (n *Node) MulVec(x any) Expr { return MulVec(n, x) }

// At returns the element at 0-based column-major position i as a scalar.
func (n *Node) At(i int) Expr { return At(n, i) }

// Part returns elements [from, from+count), counting from 0.
func (n *Node) Part(from, count int) Expr { return Part(n, from, count) }

// Pick returns the elements at the positions of idx.
func (n *Node) Pick(idx *Index) Expr { return Pick(n, idx) }
