package main

import (
	"io"
	"slices"

	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/internal/svg"
)

// light is the colour of bars and bands under lines of svg.Colour(0).
const light = "#9db8d6"

// importanceSVG draws the shares of splits with their intervals.
func importanceSVG(w io.Writer, top []bart.Inclusion) error {
	const left, bars, step, above = 190, 420, 24, 40
	largest := 1e-9
	for _, in := range top {
		largest = max(largest, in.High, in.Proportion)
	}
	x := svg.Scale{Low: 0, High: largest, From: left, To: left + bars}
	c := new(svg.Canvas)
	c.Text(left, 22, "share of splits, with 90 % intervals", svg.TextStyle{Colour: svg.Ink})
	for i, in := range top {
		y := above + step*float64(i)
		c.Text(left-10, y+14, in.Column, svg.TextStyle{Anchor: svg.End})
		c.Rect(left, y+2, x.At(in.Proportion)-left, step-8, svg.Style{Fill: light})
		c.Line(x.At(in.Low), y+10, x.At(in.High), y+10, svg.Style{Stroke: svg.Colour(0), Width: 2})
		c.Text(x.At(max(in.High, in.Proportion))+8, y+14, percent(in.Proportion), svg.TextStyle{Colour: svg.Ink})
	}
	return c.Write(w, left+bars+90, above+step*float64(len(top))+20)
}

// dependenceSVG draws the mean with its band over the names of the values, and the rows' curves if they were asked for.
func dependenceSVG(w io.Writer, dep *bart.Dependence, names []string) error {
	const left, top, width, height = 70, 30, 560, 320
	x := svg.Scale{From: left, To: left + width}
	x.Low, x.High = svg.Span(0, dep.Values)
	y := svg.Scale{From: top + height, To: top}
	y.Low, y.High = svg.Span(0, append([][]float64{dep.Low, dep.High}, dep.Individual...)...)
	points := func(values []float64) []svg.Point {
		list := make([]svg.Point, len(values))
		for i, v := range values {
			list[i] = svg.Point{X: x.At(dep.Values[i]), Y: y.At(v)}
		}
		return list
	}
	c := new(svg.Canvas)
	for _, curve := range dep.Individual {
		c.Polyline(points(curve), svg.Style{Stroke: svg.Ink, Width: 0.5, Opacity: 0.5})
	}
	back := points(dep.Low)
	slices.Reverse(back)
	c.Polygon(append(points(dep.High), back...), svg.Style{Fill: light, Opacity: 0.5})
	c.Polyline(points(dep.Mean), svg.Style{Stroke: svg.Colour(0), Width: 2})
	c.Polyline([]svg.Point{{X: left, Y: top}, {X: left, Y: top + height}, {X: left + width, Y: top + height}}, svg.Style{Stroke: svg.Frame})
	every := (len(names) + 7) / 8
	for i := 0; i < len(names); i += every {
		c.Text(x.At(dep.Values[i]), top+height+18, names[i], svg.TextStyle{Anchor: svg.Middle, Colour: svg.Ink})
	}
	for _, v := range y.Ticks() {
		c.Text(left-8, y.At(v)+4, y.Label(v), svg.TextStyle{Anchor: svg.End, Colour: svg.Ink})
	}
	c.Text(left+width/2, top+height+44, dep.Column, svg.TextStyle{Anchor: svg.Middle})
	return c.Write(w, left+width+30, top+height+60)
}
