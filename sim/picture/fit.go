package picture

import (
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strings"
)

// Curve is a distribution function with a name.
type Curve struct {
	Name string
	CDF  func(x float64) float64
}

// Fit writes the distribution function of a sample as steps and the fitted ones
// as curves, as SVG.
func Fit(w io.Writer, title string, sample []float64, curves ...Curve) error {
	x := slices.Clone(sample)
	slices.Sort(x)
	if len(x) == 0 || x[0] == x[len(x)-1] || math.IsNaN(x[0]) {
		return fmt.Errorf("picture: a sample of %d numbers: want at least two that differ", len(x))
	}
	c := &canvas{from: x[0], to: x[len(x)-1]}
	const top, height = 34.0, 360.0
	y := func(p float64) float64 { return top + (1-p)*height }
	var steps strings.Builder
	fmt.Fprintf(&steps, "M%.2f %.2f", c.x(c.from), y(0))
	for i, v := range x {
		fmt.Fprintf(&steps, "H%.2fV%.2f", c.x(v), y(float64(i+1)/float64(len(x))))
	}
	c.add(`<path d="%s" fill="none" stroke="#333" stroke-width="2"/>`, steps.String())
	for i, curve := range curves {
		var points strings.Builder
		for k := range 201 {
			v := c.from + (c.to-c.from)*float64(k)/200
			fmt.Fprintf(&points, "%.2f,%.2f ", c.x(v), y(curve.CDF(v)))
		}
		stroke := colour(uint64(i + 1))
		c.add(`<polyline points="%s" fill="none" stroke="%s"/>`, points.String(), stroke)
		c.add(`<text x="%d" y="%d" fill="%s">%s</text>`, left+20, 60+18*i, stroke, html.EscapeString(curve.Name))
	}
	return c.finish(w, title, int(top+height))
}
