package table

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// dateForms are the forms of dates, with fractions of seconds where there are seconds.
var dateForms = []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z07:00"}

const secondsOfDay = 24 * 60 * 60

// days returns the days from the beginning of 1970 to a date, UTC unless it has a zone of its own.
func days(text string) (float64, bool) {
	if len(text) < 10 || text[4] != '-' {
		return 0, false
	}
	for _, form := range dateForms {
		if at, err := time.Parse(form, text); err == nil {
			return (float64(at.Unix()) + float64(at.Nanosecond())/1e9) / secondsOfDay, true
		}
	}
	return 0, false
}

// DateText writes days since the beginning of 1970 as a date, with the time of the day if it is not midnight.
func DateText(days float64) string {
	seconds := math.Round(days * secondsOfDay)
	if math.IsNaN(days) || math.Abs(seconds) > 1e13 {
		return "NA"
	}
	at := time.Unix(int64(seconds), 0).UTC()
	if math.Mod(seconds, secondsOfDay) == 0 {
		return at.Format("2006-01-02")
	}
	return at.Format("2006-01-02T15:04:05")
}

// parseDates returns a column of dates as numbers, of days; false if some cell is neither a date nor missing.
func parseDates(cells []string) (c column, ok bool) {
	c = column{numbers: make([]float64, len(cells)), date: true}
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if slices.Contains(missingTexts, cell) {
			c.numbers[i] = math.NaN()
			continue
		}
		if c.numbers[i], ok = days(cell); !ok {
			return column{}, false
		}
	}
	return c, ok
}

// Dates are the names of the columns of dates, whose numbers are days since the beginning of 1970.
func (t *Table) Dates() []string {
	var names []string
	for j := range t.columns {
		if t.columns[j].date {
			names = append(names, t.names[j])
		}
	}
	return names
}

// asDates makes days of what a Parquet file says are dates or times, and of texts that are dates all.
func (c *column) asDates(kind parquet.Type) {
	if c.texts != nil {
		if dates, ok := parseDates(c.texts); ok {
			*c = dates
		}
		return
	}
	logical, perDay := kind.LogicalType(), 1.0
	if logical == nil {
		return
	}
	switch of := logical.Value.(type) {
	case *format.DateType:
	case *format.TimestampType:
		perDay = float64(24 * time.Hour / of.Unit.Value.Duration())
	default:
		return
	}
	c.date = true
	for i := range c.numbers {
		c.numbers[i] /= perDay
	}
}

// truth returns 1 for true and 0 for false, in the spellings of CSV files.
func truth(text string) (float64, bool) {
	switch strings.ToLower(text) {
	case "true", "t", "yes", "1":
		return 1, true
	case "false", "f", "no", "0":
		return 0, true
	}
	return 0, false
}

// asTruths returns texts of truth values as 0 and 1, nil if some are none.
func (c *column) asTruths() []float64 {
	values := make([]float64, len(c.texts))
	for i, text := range c.texts {
		value, ok := truth(text)
		if c.missing[i] {
			value = math.NaN()
		} else if !ok {
			return nil
		}
		values[i] = value
	}
	return values
}

// spelledAs returns a column as texts, where levels are two truth values with those that it has in their spelling:
// TRUE, True and 1 are the same.
func (c *column) spelledAs(levels []string) *column {
	texts, spelling := c.asTexts(), map[float64]string{}
	for _, level := range levels {
		if value, ok := truth(level); ok {
			spelling[value] = level
		}
	}
	if len(levels) != 2 || len(spelling) != 2 {
		return texts
	}
	spelled := &column{texts: slices.Clone(texts.texts), missing: texts.missing}
	for i, text := range texts.texts {
		if value, ok := truth(text); ok && !texts.missing[i] {
			spelled.texts[i] = spelling[value]
		}
	}
	return spelled
}
