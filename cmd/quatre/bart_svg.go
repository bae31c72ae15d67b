package main

import (
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre/bart"
)

// svgColours are those of bars and lines.
const (
	svgBlue  = "#2563a8"
	svgLight = "#9db8d6"
	svgGrey  = "#666666"
)

// svgHead opens a picture.
func svgHead(text *strings.Builder, width, height int) {
	fmt.Fprintf(text, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">\n",
		width, height, width, height)
	fmt.Fprintf(text, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n", width, height)
}

// importanceSVG draws the shares of splits with their intervals.
func importanceSVG(w io.Writer, top []bart.Inclusion) error {
	const left, bars, step, above = 190, 420, 24, 40
	largest := 1e-9
	for _, in := range top {
		largest = max(largest, in.High, in.Proportion)
	}
	var text strings.Builder
	svgHead(&text, left+bars+90, above+step*len(top)+20)
	fmt.Fprintf(&text, "<text x=\"%d\" y=\"22\" fill=\"%s\">share of splits, with 90 %% intervals</text>\n", left, svgGrey)
	for i, in := range top {
		y := above + step*i
		x := func(share float64) float64 { return left + share/largest*bars }
		fmt.Fprintf(&text, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", left-10, y+14, html.EscapeString(in.Column))
		fmt.Fprintf(&text, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", left, y+2, x(in.Proportion)-left, step-8, svgLight)
		fmt.Fprintf(&text, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"/>\n", x(in.Low), y+10, x(in.High), y+10, svgBlue)
		fmt.Fprintf(&text, "<text x=\"%.1f\" y=\"%d\" fill=\"%s\">%s</text>\n", x(max(in.High, in.Proportion))+8, y+14, svgGrey, percent(in.Proportion))
	}
	text.WriteString("</svg>\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// dependenceSVG draws the mean with its band, and the rows' curves if they were asked for.
func dependenceSVG(w io.Writer, dep *bart.Dependence) error {
	const left, top, width, height = 70, 30, 560, 320
	low, high := slices.Min(dep.Low), slices.Max(dep.High)
	for _, curve := range dep.Individual {
		low, high = min(low, slices.Min(curve)), max(high, slices.Max(curve))
	}
	if !(high > low) {
		low, high = low-1, high+1
	}
	first, last := dep.Values[0], dep.Values[len(dep.Values)-1]
	x := func(i int) float64 {
		if !(last > first) {
			return left + width/2
		}
		return left + (dep.Values[i]-first)/(last-first)*width
	}
	y := func(v float64) float64 { return top + (high-v)/(high-low)*height }
	points := func(values []float64) string {
		var list []string
		for i, v := range values {
			list = append(list, fmt.Sprintf("%.1f,%.1f", x(i), y(v)))
		}
		return strings.Join(list, " ")
	}
	var text strings.Builder
	svgHead(&text, left+width+30, top+height+60)
	for _, curve := range dep.Individual {
		fmt.Fprintf(&text, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"0.5\" opacity=\"0.5\"/>\n", points(curve), svgGrey)
	}
	back := slices.Clone(dep.Low)
	area := strings.Fields(points(back))
	slices.Reverse(area)
	fmt.Fprintf(&text, "<polygon points=\"%s %s\" fill=\"%s\" opacity=\"0.5\"/>\n", points(dep.High), strings.Join(area, " "), svgLight)
	fmt.Fprintf(&text, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", points(dep.Mean), svgBlue)
	fmt.Fprintf(&text, "<path d=\"M%d,%d V%d H%d\" fill=\"none\" stroke=\"%s\"/>\n", left, top, top+height, left+width, svgGrey)
	names := valueNames(dep)
	every := int(math.Ceil(float64(len(names)) / 8))
	for i := 0; i < len(names); i += every {
		fmt.Fprintf(&text, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"%s\">%s</text>\n", x(i), top+height+18, svgGrey, html.EscapeString(names[i]))
	}
	for k := range 5 {
		v := low + (high-low)*float64(k)/4
		fmt.Fprintf(&text, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"%s\">%.4g</text>\n", left-8, y(v)+4, svgGrey, v)
	}
	fmt.Fprintf(&text, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n</svg>\n", left+width/2, top+height+44, html.EscapeString(dep.Column))
	_, err := io.WriteString(w, text.String())
	return err
}
