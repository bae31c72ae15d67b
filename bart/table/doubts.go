package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/quatre-ppl/quatre/bart"
)

// Doubts says which predictors became levels perhaps against the wish of whoever wrote the file: columns mostly of
// numbers with some other texts, and columns whose levels hardly ever come twice, such as names; and whether the row of names
// looks like one of numbers.
func (t *Table) Doubts(d *bart.Data, r Roles) []string {
	var all []string
	if namesAreNumbers(t.names) {
		all = append(all, fmt.Sprintf("the first row, which names the columns, has numbers only: %.40q; put names above it if it is one of the rows", t.names))
	}
	for i := range d.Columns {
		name := d.Columns[i].Name
		c := &t.columns[slices.Index(t.names, name)]
		if _, ordered := r.Ordered[name]; ordered || c.texts == nil || slices.Contains(r.Unordered, name) {
			continue
		}
		cells, numbers, text := 0, 0, ""
		for k, cell := range c.texts {
			if c.missing[k] {
				continue
			}
			cells++
			if _, err := strconv.ParseFloat(cell, 64); err == nil {
				numbers++
			} else if text == "" {
				text = cell
			}
		}
		levels := len(d.Columns[i].Levels)
		switch {
		case 2*numbers > cells:
			all = append(all, fmt.Sprintf("column %q has numbers and texts such as %.40q: all are taken for levels without an order; leave cells without a number empty, or name the column among the unordered ones", name, text))
		case cells >= 20 && 2*levels > cells:
			all = append(all, fmt.Sprintf("column %q has %d levels in %d rows, of which little can be learnt: drop it, or make numbers of it; dates are known as 2006-01-31", name, levels, cells))
		}
	}
	return all
}

// namesAreNumbers tells whether all names are numbers, and some are not such that number the columns.
func namesAreNumbers(names []string) bool {
	odd := false
	for _, name := range names {
		x, err := strconv.ParseFloat(name, 64)
		if err != nil {
			return false
		}
		odd = odd || x < 0 || x != math.Floor(x)
	}
	return odd
}

// Unknown says which cells Match takes for missing ones because the fit has not seen their levels.
func (t *Table) Unknown(columns []bart.Column) []string {
	var all []string
	for _, want := range columns {
		j := slices.Index(t.names, want.Name)
		if j < 0 || want.Levels == nil {
			continue
		}
		c := t.columns[j].spelledAs(want.Levels)
		known := make(map[string]bool, len(want.Levels))
		for _, level := range want.Levels {
			known[level] = true
		}
		count, first := 0, ""
		for i, text := range c.texts {
			if !c.missing[i] && !known[text] {
				if count++; count == 1 {
					first = text
				}
			}
		}
		if count > 0 {
			all = append(all, fmt.Sprintf("column %q has levels that the fit has not seen, such as %.40q, in %d of %d rows: they are taken for missing values", want.Name, first, count, t.rows))
		}
	}
	return all
}
