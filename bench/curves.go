package bench

import (
	"fmt"
	"slices"

	"github.com/quatre-ppl/quatre/internal/svg"
)

// curves are lines over two logarithmic axes.
type curves struct {
	title, x, y string
	names       []string
	xs          []float64
	ys          [][]float64 // by curve
}

// add adds a point to each curve.
func (c *curves) add(ys ...float64) {
	if c.ys == nil {
		c.ys = make([][]float64, len(ys))
	}
	for i, y := range ys {
		c.ys[i] = append(c.ys[i], y)
	}
}

// drawn returns the names of the curves, empty for those without points.
func (c *curves) drawn() []string {
	names := slices.Clone(c.names)
	for i, ys := range c.ys {
		if !slices.ContainsFunc(ys, svg.Positive) {
			names[i] = ""
		}
	}
	return names
}

// svg draws the curves that have points.
func (c *curves) svg() []byte {
	const left, right, bottom = 70, 70 + plotWidth, topMargin + 300
	x := svg.Scale{From: left, To: right, Log: true}
	y := svg.Scale{From: bottom, To: topMargin, Log: true}
	x.Low, x.High = svg.Decades(c.xs)
	y.Low, y.High = svg.Decades(c.ys...)
	p := new(svg.Canvas)
	head(p, c.title, c.drawn(), left)
	for _, v := range x.Ticks() {
		p.Line(x.At(v), topMargin, x.At(v), bottom, svg.Style{Stroke: svg.Grid})
		p.Text(x.At(v), bottom+16, x.Label(v), svg.TextStyle{Anchor: svg.Middle, Colour: svg.Ink})
	}
	for _, v := range y.Ticks() {
		p.Line(left, y.At(v), right, y.At(v), svg.Style{Stroke: svg.Grid})
		p.Text(left-6, y.At(v)+4, y.Label(v), svg.TextStyle{Anchor: svg.End, Colour: svg.Ink})
	}
	p.Text((left+right)/2, bottom+38, c.x+"; up: "+c.y, svg.TextStyle{Anchor: svg.Middle, Colour: svg.Ink})
	for i, ys := range c.ys {
		var points []svg.Point
		for k, v := range ys {
			if svg.Positive(v) {
				at := svg.Point{X: x.At(c.xs[k]), Y: y.At(v)}
				points = append(points, at)
				tip := fmt.Sprintf("%s at %s: %s", c.names[i], short(c.xs[k]), short(v))
				p.Circle(at.X, at.Y, dotRadius, svg.Style{Fill: svg.Colour(i), Tip: tip})
			}
		}
		p.Polyline(points, svg.Style{Stroke: svg.Colour(i), Width: 1.5})
	}
	return written(p, right+30, bottom+50)
}
