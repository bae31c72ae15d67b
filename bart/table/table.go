// Package table reads the rows that trees are fitted to from CSV and Parquet
// files, and tells numbers, levels and missing values apart.
package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/bart"
)

// Table is a file of rows with named columns.
type Table struct {
	names   []string
	columns []column
	rows    int
}

// column has numbers or texts.
type column struct {
	numbers []float64 // NaN is missing; nil if there are texts
	texts   []string
	missing []bool // of texts
	date    bool   // the numbers are days since the beginning of 1970
}

// missingTexts are the cells that stand for a missing value.
var missingTexts = []string{"", "NA", "N/A", "NaN", "nan", "n/a", "null", "NULL", "None", "#N/A", "<NA>", ".", "?"}

// newTable makes a table from cells of text, column by column: a column is of numbers if
// every cell that is not missing is one, with decimal commas if they are allowed, or if every one is a date.
func newTable(names []string, cells [][]string, commas bool) *Table {
	t := &Table{names: names, columns: make([]column, len(names))}
	for j := range cells {
		t.rows = len(cells[j])
		t.columns[j] = parse(cells[j])
		if commas && t.columns[j].numbers == nil {
			pointed := make([]string, len(cells[j]))
			for i, cell := range cells[j] {
				pointed[i] = strings.Replace(cell, ",", ".", 1)
			}
			if c := parse(pointed); c.numbers != nil {
				t.columns[j] = c
			}
		}
	}
	return t
}

func parse(cells []string) column {
	c := column{numbers: make([]float64, len(cells))}
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if slices.Contains(missingTexts, cell) {
			c.numbers[i] = math.NaN()
			continue
		}
		x, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			if dates, ok := parseDates(cells); ok {
				return dates
			}
			return parseTexts(cells)
		}
		c.numbers[i] = x
	}
	return c
}

func parseTexts(cells []string) column {
	c := column{texts: make([]string, len(cells)), missing: make([]bool, len(cells))}
	for i, cell := range cells {
		c.texts[i] = strings.TrimSpace(cell)
		c.missing[i] = slices.Contains(missingTexts, c.texts[i])
	}
	return c
}

// Names are the names of the columns.
func (t *Table) Names() []string { return slices.Clone(t.names) }

// Rows is the number of rows.
func (t *Table) Rows() int { return t.rows }

// noColumn says that there is no such column, and which there are.
func (t *Table) noColumn(name string) error {
	const most = 30
	if more := len(t.names) - most; more > 0 {
		return fmt.Errorf("table: no column %q; there are %.40q and %d more", name, t.names[:most], more)
	}
	return fmt.Errorf("table: no column %q; there are %.40q", name, t.names)
}

// Roles tell what the columns of a table are.
type Roles struct {
	// Target is the response. Weights and Event, if not empty, are the columns of the
	// precisions and, for survival, of what happened: 1 for an event, 0 for a time after
	// which nobody looked; Exposure has what the means of counts are in proportion to.
	Target, Weights, Event, Exposure string
	// Classes tells that the response is one of some levels, so that it may be of text: of two, or
	// with an order in Ordered.
	Classes bool
	// Drop are columns that are not predictors.
	Drop []string
	// Ordered gives the levels of ordered columns from low to high; with none, the
	// column's numbers are in their order. Unordered are columns of numbers that are levels
	// without an order.
	Ordered   map[string][]string
	Unordered []string
}

// Data returns the rows with their response. Columns of text become Unordered, their levels in
// alphabetical order. A target of text becomes the numbers of its levels, see Roles.
func (t *Table) Data(r Roles) (*bart.Data, error) {
	used := []string{r.Target}
	for _, name := range []string{r.Weights, r.Event, r.Exposure} {
		if name != "" {
			used = append(used, name)
		}
	}
	used = append(used, r.Drop...)
	for name := range r.Ordered {
		used = append(used, name)
	}
	for _, name := range append(used, r.Unordered...) {
		if !slices.Contains(t.names, name) {
			return nil, t.noColumn(name)
		}
	}
	d := &bart.Data{}
	var err error
	if d.Y, _, err = t.Response(r); err != nil {
		return nil, err
	}
	if r.Weights != "" {
		if d.Weights, err = t.numbers(r.Weights); err != nil {
			return nil, err
		}
	}
	if r.Exposure != "" {
		if d.Exposure, err = t.numbers(r.Exposure); err != nil {
			return nil, err
		}
	}
	if r.Event != "" {
		events, err := t.numbers(r.Event)
		if err != nil {
			return nil, err
		}
		d.Censored = make([]bool, t.rows)
		for i, e := range events {
			if e != 0 && e != 1 {
				return nil, fmt.Errorf("table: column %q, row %d: %v, want 1 for an event and 0 for none", r.Event, i+1, e)
			}
			d.Censored[i] = e == 0
		}
	}
	for j, name := range t.names {
		if name == r.Target || name == r.Weights || name == r.Event || name == r.Exposure || slices.Contains(r.Drop, name) {
			continue
		}
		c, err := t.predictor(j, r)
		if err != nil {
			return nil, err
		}
		d.Columns = append(d.Columns, c)
	}
	return d, nil
}

// numbers returns a column of numbers.
func (t *Table) numbers(name string) ([]float64, error) {
	c := &t.columns[slices.Index(t.names, name)]
	if c.numbers == nil {
		return nil, fmt.Errorf("table: column %q is of text, want numbers", name)
	}
	return c.numbers, nil
}

// Numbers returns a column of numbers by its name.
func (t *Table) Numbers(name string) ([]float64, error) {
	if !slices.Contains(t.names, name) {
		return nil, t.noColumn(name)
	}
	return t.numbers(name)
}

// Groups returns the numbers of the groups that a column names, and their names. With known names it
// is by those, and −1 where a cell has another one or is empty; else an empty cell is an error.
func (t *Table) Groups(name string, known []string) (of []int, names []string, err error) {
	if !slices.Contains(t.names, name) {
		return nil, nil, t.noColumn(name)
	}
	c := t.columns[slices.Index(t.names, name)].asTexts()
	names = known
	if known == nil {
		names = levelsOf(c)
	}
	values, _ := number(c, names)
	of = make([]int, len(values))
	for i, v := range values {
		switch {
		case !math.IsNaN(v):
			of[i] = int(v)
		case known == nil:
			return nil, nil, fmt.Errorf("table: column %q, row %d: no group; leave such rows out, or name a group for them", name, i+1)
		default:
			of[i] = -1
		}
	}
	return of, names, nil
}

// Response returns the target as numbers, and the levels that they stand for, nil if it has numbers
// in the file.
func (t *Table) Response(r Roles) (y []float64, levels []string, err error) {
	j := slices.Index(t.names, r.Target)
	if j < 0 {
		return nil, nil, t.noColumn(r.Target)
	}
	c := &t.columns[j]
	order := r.Ordered[r.Target]
	if c.numbers != nil && len(order) == 0 {
		return c.numbers, nil, nil
	}
	if !r.Classes {
		return nil, nil, fmt.Errorf("table: the target %q is of text, and the family wants numbers", r.Target)
	}
	c = c.asTexts()
	if levels = order; len(order) == 0 {
		if levels = levelsOf(c); len(levels) != 2 {
			return nil, nil, fmt.Errorf("table: the target %q has %d texts, %.40q: say their order from low to high for the ordinal family; without one, "+
				"fit a column of 0 and 1 for each of them", r.Target, len(levels), levels)
		}
	}
	y, unknown := number(c, levels)
	if unknown != "" {
		return nil, nil, fmt.Errorf("table: the target %q has the level %q, which is not among %q", r.Target, unknown, levels)
	}
	return y, levels, nil
}

// levelsOf returns the texts of a column in alphabetical order.
func levelsOf(c *column) []string {
	seen := map[string]bool{}
	for i, text := range c.texts {
		if !c.missing[i] {
			seen[text] = true
		}
	}
	levels := make([]string, 0, len(seen))
	for text := range seen {
		levels = append(levels, text)
	}
	slices.Sort(levels)
	return levels
}

// number returns the numbers of a column's texts among levels, and the first text
// that is not one of them.
func number(c *column, levels []string) (values []float64, unknown string) {
	index := make(map[string]float64, len(levels))
	for k, level := range levels {
		index[level] = float64(k)
	}
	values = make([]float64, len(c.texts))
	for i, text := range c.texts {
		k, ok := index[text]
		if !ok {
			k = math.NaN()
			if !c.missing[i] && unknown == "" {
				unknown = text
			}
		}
		values[i] = k
	}
	return values, unknown
}

// predictor returns column j as a predictor.
func (t *Table) predictor(j int, r Roles) (bart.Column, error) {
	c, name := &t.columns[j], t.names[j]
	order, ordered := r.Ordered[name]
	switch {
	case ordered && len(order) == 0 && c.numbers == nil:
		return bart.Column{}, fmt.Errorf("table: column %q is of text: say its levels from low to high", name)
	case ordered && len(order) > 0:
		texts := c.asTexts()
		values, unknown := number(texts, order)
		if unknown != "" {
			return bart.Column{}, fmt.Errorf("table: column %q has the level %q, which is not among %q", name, unknown, order)
		}
		return bart.Column{Name: name, Kind: bart.Ordered, Values: values, Levels: order}, nil
	case c.numbers == nil || slices.Contains(r.Unordered, name):
		texts := c.asTexts()
		levels := levelsOf(texts)
		values, _ := number(texts, levels)
		return bart.Column{Name: name, Kind: bart.Unordered, Values: values, Levels: levels}, nil
	}
	return bart.Column{Name: name, Values: c.numbers}, nil
}

// asTexts returns a column of numbers as one of texts.
func (c *column) asTexts() *column {
	if c.numbers == nil {
		return c
	}
	t := &column{texts: make([]string, len(c.numbers)), missing: make([]bool, len(c.numbers))}
	for i, x := range c.numbers {
		t.texts[i], t.missing[i] = strconv.FormatFloat(x, 'g', -1, 64), math.IsNaN(x)
		if c.date {
			t.texts[i] = DateText(x)
		}
	}
	return t
}

// Match returns the predictors of a fit from the table, by name and with the kinds that
// the fit has them. Texts that the fit does not know are missing values to it. Truth values may be texts in one
// file and 0 and 1 in the other.
func (t *Table) Match(columns []bart.Column) (*bart.Data, error) {
	d := &bart.Data{}
	for _, want := range columns {
		j := slices.Index(t.names, want.Name)
		if j < 0 {
			return nil, fmt.Errorf("table: no column %q, which the fit has", want.Name)
		}
		c := &t.columns[j]
		if want.Levels != nil {
			values, _ := number(c.spelledAs(want.Levels), want.Levels)
			d.Columns = append(d.Columns, bart.Column{Name: want.Name, Kind: want.Kind, Values: values, Levels: want.Levels})
			continue
		}
		values := c.numbers
		if values == nil {
			if values = c.asTruths(); values == nil {
				return nil, fmt.Errorf("table: column %q is of text, the fit has it with numbers", want.Name)
			}
		}
		d.Columns = append(d.Columns, bart.Column{Name: want.Name, Kind: want.Kind, Values: values})
	}
	return d, nil
}
