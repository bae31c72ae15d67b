package picture

import (
	_ "embed"
	"encoding/json"
	"html"
	"io"
	"math"
	"strings"
)

//go:embed animation.html
var page string

// Animation writes a page that shows entities on their way through resources
// and on conveyors. It contains all that it needs and loads nothing.
func Animation(w io.Writer, title string, lines []Line) error {
	from, to := span(lines)
	// Names are sent once; a line is an array of numbers.
	data := struct {
		From   float64     `json:"from"`
		To     float64     `json:"to"`
		Names  []string    `json:"names"`
		Places []string    `json:"places"` // resources, then conveyors
		Belts  int         `json:"belts"`  // index of the first conveyor
		Whats  []string    `json:"whats"`
		Lines  [][]float64 `json:"lines"`
	}{From: from, To: to, Places: places(lines)}
	data.Belts = len(data.Places)
	data.Places = append(data.Places, belts(lines)...)
	names, whats, at := map[string]int{}, map[string]int{}, map[string]int{}
	onBelt := map[string]int{}
	for i, p := range data.Places {
		if i < data.Belts {
			at[p] = i
		} else {
			onBelt[p] = i
		}
	}
	index := func(table map[string]int, list *[]string, s string) float64 {
		i, ok := table[s]
		if !ok {
			i = len(*list)
			table[s] = i
			*list = append(*list, s)
		}
		return float64(i)
	}
	for _, l := range lines {
		table, place := at, -1.0
		if l.What == "move" || l.What == "leave" {
			table = onBelt
		}
		if i, ok := table[l.Place]; ok {
			place = float64(i)
		}
		data.Lines = append(data.Lines, []float64{l.Time, index(whats, &data.Whats, l.What), index(names, &data.Names, l.Entity), float64(l.Number), place, finite(l.Value)})
	}
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	// json escapes <, > and &, so the data cannot end the script.
	_, err = io.WriteString(w, strings.NewReplacer("{{title}}", html.EscapeString(title), "{{data}}", string(b)).Replace(page))
	return err
}

// finite returns what JSON can hold.
func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
