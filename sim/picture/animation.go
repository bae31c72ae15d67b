package picture

import (
	_ "embed"
	"encoding/json"
	"html"
	"io"
	"strings"
)

//go:embed animation.html
var page string

// Animation writes a page that shows entities on their way through the
// resources. It contains all that it needs and loads nothing.
func Animation(w io.Writer, title string, lines []Line) error {
	from, to := span(lines)
	// Names are sent once; a line is an array of numbers.
	data := struct {
		From   float64     `json:"from"`
		To     float64     `json:"to"`
		Names  []string    `json:"names"`
		Places []string    `json:"places"`
		Whats  []string    `json:"whats"`
		Lines  [][]float64 `json:"lines"`
	}{From: from, To: to, Places: places(lines)}
	names, whats, at := map[string]int{}, map[string]int{}, map[string]int{}
	for i, p := range data.Places {
		at[p] = i
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
		place := -1.0
		if i, ok := at[l.Place]; ok {
			place = float64(i)
		}
		data.Lines = append(data.Lines, []float64{l.Time, index(whats, &data.Whats, l.What), index(names, &data.Names, l.Entity), float64(l.Number), place})
	}
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	// json escapes <, > and &, so the data cannot end the script.
	_, err = io.WriteString(w, strings.NewReplacer("{{title}}", html.EscapeString(title), "{{data}}", string(b)).Replace(page))
	return err
}
