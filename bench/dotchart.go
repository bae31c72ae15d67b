package bench

import (
	"bytes"

	"github.com/quatre-ppl/quatre/internal/svg"
)

// The measures of pictures, in pixels.
const (
	rowHeight  = 20
	labelWidth = 330
	plotWidth  = 560
	topMargin  = 62
	dotRadius  = 4.5
)

// mark is a point of a picture: Low and High end a line through it unless they
// are NaN. A hollow mark is a figure that is not to be believed.
type mark struct {
	x, low, high float64
	series       int
	hollow       bool
	text         string // shown when pointed at
}

// dotChart draws rows of marks over a logarithmic axis.
type dotChart struct {
	title, axis string
	series      []string
	labels      []string
	rows        [][]mark
	line        float64 // a vertical line here; 0 for none
}

// svg draws the chart.
func (d *dotChart) svg() []byte {
	x := d.scale()
	c := new(svg.Canvas)
	head(c, d.title, d.series, labelWidth)
	bottom := topMargin + rowHeight*float64(len(d.rows))
	for _, v := range x.Ticks() {
		c.Line(x.At(v), topMargin, x.At(v), bottom, svg.Style{Stroke: svg.Grid})
		c.Text(x.At(v), bottom+16, x.Label(v), svg.TextStyle{Anchor: svg.Middle, Colour: svg.Ink})
	}
	c.Text(labelWidth+plotWidth/2, bottom+36, d.axis, svg.TextStyle{Anchor: svg.Middle, Colour: svg.Ink})
	if d.line > 0 {
		c.Line(x.At(d.line), topMargin, x.At(d.line), bottom, svg.Style{Stroke: "black"})
	}
	for i, row := range d.rows {
		y := topMargin + rowHeight*(float64(i)+0.5)
		c.Text(labelWidth-8, y+4, d.labels[i], svg.TextStyle{Anchor: svg.End})
		for _, m := range row {
			m.draw(c, x, y)
		}
	}
	return written(c, labelWidth+plotWidth+30, bottom+46)
}

// draw draws a mark at the height y.
func (m *mark) draw(c *svg.Canvas, x svg.Scale, y float64) {
	if !svg.Positive(m.x) {
		return
	}
	style := svg.Style{Fill: svg.Colour(m.series), Stroke: svg.Colour(m.series), Width: 1.5, Tip: m.text}
	if svg.Positive(m.low) && svg.Positive(m.high) {
		c.Line(x.At(m.low), y, x.At(m.high), y, svg.Style{Stroke: style.Stroke, Width: style.Width})
	}
	if m.hollow {
		style.Fill = "white"
	}
	c.Circle(x.At(m.x), y, dotRadius, style)
}

// scale returns the axis, wide enough for all that is drawn.
func (d *dotChart) scale() svg.Scale {
	all := []float64{d.line}
	for _, row := range d.rows {
		for _, m := range row {
			all = append(all, m.x, m.low, m.high)
		}
	}
	low, high := svg.Decades(all)
	return svg.Scale{Low: low, High: high, From: labelWidth, To: labelWidth + plotWidth, Log: true}
}

// head writes the title of a picture and the names of its series, these from x
// on; a series without a name is not shown.
func head(c *svg.Canvas, title string, series []string, x float64) {
	c.Text(12, 22, title, svg.TextStyle{Size: 15})
	for i, name := range series {
		if name == "" {
			continue
		}
		c.Circle(x, 42, dotRadius, svg.Style{Fill: svg.Colour(i)})
		c.Text(x+9, 46, name, svg.TextStyle{})
		x += 28 + 7*float64(len(name))
	}
}

// written returns a picture as bytes.
func written(c *svg.Canvas, width, height float64) []byte {
	var b bytes.Buffer
	_ = c.Write(&b, width, height) // a buffer takes all
	return b.Bytes()
}
