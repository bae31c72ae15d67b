package bench

import (
	"bytes"
	"fmt"
	"html"
	"math"
)

// The measures of pictures, in pixels.
const (
	rowHeight  = 20
	labelWidth = 330
	plotWidth  = 560
	topMargin  = 62
	dotRadius  = 4.5
)

// colours are those of Okabe and Ito 2008, which people of all kinds of colour
// vision tell apart.
var colours = [...]string{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"}

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
	low, high := d.limits()
	at := func(x float64) float64 {
		return labelWidth + plotWidth*(math.Log10(x)-low)/(high-low)
	}
	height := topMargin + rowHeight*len(d.rows) + 46
	b := openSVG(labelWidth+plotWidth+30, height, d.title)
	legend(b, d.series, labelWidth)
	bottom := topMargin + rowHeight*len(d.rows)
	for e := math.Ceil(low); e <= math.Floor(high); e++ {
		x := at(math.Pow(10, e))
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#ddd"/>`+"\n", x, x, topMargin, bottom)
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#555">%s</text>`+"\n", x, bottom+16, tick(math.Pow(10, e)))
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" fill="#555">%s</text>`+"\n", labelWidth+plotWidth/2, bottom+36, html.EscapeString(d.axis))
	if d.line > 0 {
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#000"/>`+"\n", at(d.line), at(d.line), topMargin, bottom)
	}
	for i, row := range d.rows {
		y := float64(topMargin) + rowHeight*(float64(i)+0.5)
		fmt.Fprintf(b, `<text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n", labelWidth-8, y+4, html.EscapeString(d.labels[i]))
		for _, m := range row {
			m.draw(b, at, y)
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// draw draws a mark at the height y.
func (m *mark) draw(b *bytes.Buffer, at func(float64) float64, y float64) {
	if !plottable(m.x) {
		return
	}
	colour := colours[m.series%len(colours)]
	if plottable(m.low) && plottable(m.high) {
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="%s" stroke-width="1.5"/>`+"\n", at(m.low), at(m.high), y, y, colour)
	}
	fill := colour
	if m.hollow {
		fill = "#fff"
	}
	fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s" stroke="%s" stroke-width="1.5"><title>%s</title></circle>`+"\n",
		at(m.x), y, dotRadius, fill, colour, html.EscapeString(m.text))
}

// plottable tells whether a number has a place on a logarithmic axis.
func plottable(x float64) bool { return x > 0 && !math.IsInf(x, 1) }

// limits returns the ends of the axis as powers of ten.
func (d *dotChart) limits() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	include := func(x float64) {
		if plottable(x) {
			low, high = math.Min(low, math.Log10(x)), math.Max(high, math.Log10(x))
		}
	}
	include(d.line)
	for _, row := range d.rows {
		for _, m := range row {
			include(m.x)
			include(m.low)
			include(m.high)
		}
	}
	if low > high {
		return 0, 1
	}
	return low - 0.1, high + 0.1
}

// openSVG begins a picture with a title.
func openSVG(width, height int, title string) *bytes.Buffer {
	b := new(bytes.Buffer)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	fmt.Fprintf(b, `<text x="12" y="22" font-size="15">%s</text>`+"\n", html.EscapeString(title))
	return b
}

// legend names the series from the given place on.
func legend(b *bytes.Buffer, series []string, x int) {
	for i, name := range series {
		fmt.Fprintf(b, `<circle cx="%d" cy="42" r="%.1f" fill="%s"/><text x="%d" y="46">%s</text>`+"\n",
			x, dotRadius, colours[i%len(colours)], x+9, html.EscapeString(name))
		x += 28 + 7*len(name)
	}
}

// tick writes a power of ten.
func tick(x float64) string {
	if x >= 1e4 || x < 1e-3 {
		return fmt.Sprintf("10<tspan dy=\"-5\" font-size=\"9\">%.0f</tspan>", math.Log10(x))
	}
	return fmt.Sprintf("%g", x)
}
