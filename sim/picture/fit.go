package picture

import (
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/internal/svg"
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
	const top, height = 34.0, 360.0
	c := new(svg.Canvas)
	h := svg.Scale{Low: x[0], High: x[len(x)-1], From: left, To: width - right}
	y := svg.Scale{Low: 0, High: 1, From: top + height, To: top}
	for _, p := range y.Ticks() {
		c.Text(left-8, y.At(p)+4, y.Label(p), svg.TextStyle{Anchor: svg.End, Colour: svg.Ink})
	}
	steps := []svg.Point{{X: h.From, Y: y.From}}
	for i, v := range x {
		below := steps[len(steps)-1].Y
		steps = append(steps, svg.Point{X: h.At(v), Y: below}, svg.Point{X: h.At(v), Y: y.At(float64(i+1) / float64(len(x)))})
	}
	c.Polyline(steps, svg.Style{Stroke: "black", Width: 2})
	for i, curve := range curves {
		points := make([]svg.Point, 201)
		for k := range points {
			v := h.Low + (h.High-h.Low)*float64(k)/200
			points[k] = svg.Point{X: h.At(v), Y: y.At(curve.CDF(v))}
		}
		c.Polyline(points, svg.Style{Stroke: svg.Colour(i)})
		c.Text(left+20, 60+18*float64(i), curve.Name, svg.TextStyle{Colour: svg.Colour(i)})
	}
	return write(w, c, h, title, top+height)
}
