package expr

// Rebind returns expressions with other values of named data and named indices,
// of the same lengths. What the expressions share stays shared.
func Rebind(list []Expr, data map[string][]float64, indices map[string][]int32) []Expr {
	known := make(map[*Index]*Index)
	other := func(x *Index) *Index {
		values, ok := indices[x.Name]
		if !ok || x.Fixed || x.Name == "" {
			return x
		}
		if known[x] == nil {
			y := *x
			y.Values = values
			known[x] = &y
		}
		return known[x]
	}
	r := NewRewriter(func(x Expr) Expr {
		switch {
		case x.err != nil:
		case x.Kind == Datum && x.Name != "":
			if values, ok := data[x.Name]; ok {
				return Data(x.Name, x.Shape, values)
			}
		case x.Index != nil && other(x.Index) != x.Index:
			op := x.Op
			op.Index = other(x.Index)
			return build(op, x.Shape, x.In...)
		}
		return x
	})
	out := make([]Expr, len(list))
	for i, x := range list {
		out[i] = r.Rewrite(x)
	}
	return out
}
