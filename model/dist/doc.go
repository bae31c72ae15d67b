// Package dist holds probability distributions whose log densities and
// distribution functions are written once, in the algebra of package expr.
package dist
