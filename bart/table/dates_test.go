package table

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/quatre-ppl/quatre/bart"
)

// TestRead_DatesAreDays has the same dates as texts and in the types of Parquet.
func TestRead_DatesAreDays(t *testing.T) {
	const text = "date,time,zoned,almost,y\n1970-01-03,1970-01-01T12:00:00,1970-01-02 01:00:00+01:00,1970-01-01,1\nNA,1969-12-31 18:00,,1970-13-01,2\n"
	table, err := ReadCSV(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Dates(); !slices.Equal(got, []string{"date", "time", "zoned"}) {
		t.Errorf("dates are %q", got)
	}
	d, err := table.Data(Roles{Target: "y"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]float64{"date": {2, math.NaN()}, "time": {0.5, -0.25}, "zoned": {1, math.NaN()}}
	for _, c := range d.Columns {
		if c.Name == "almost" {
			if c.Kind != bart.Unordered {
				t.Errorf("a column with a cell that is no date: %v", c)
			}
		} else if fmt.Sprint(c.Values) != fmt.Sprint(want[c.Name]) {
			t.Errorf("%s: %v, want %v", c.Name, c.Values, want[c.Name])
		}
	}
	if of, names, err := table.Groups("time", nil); err != nil || !slices.Equal(names, []string{"1969-12-31T18:00:00", "1970-01-01T12:00:00"}) || of[0] != 1 {
		t.Error("groups", of, names, err)
	}
	type row struct {
		Day   int32     `parquet:"date,date"`
		Milli time.Time `parquet:"milli,timestamp(millisecond)"`
		Nano  time.Time `parquet:"nano,timestamp(nanosecond)"`
		Text  string    `parquet:"text"`
	}
	at := time.Date(1970, 1, 3, 12, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	if err := parquet.Write(&b, []row{{2, at, at, "1970-01-03 12:00"}}); err != nil {
		t.Fatal(err)
	}
	table, err = ReadParquet(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Dates(); len(got) != 4 {
		t.Errorf("dates are %q", got)
	}
	for j, want := range []float64{2, 2.5, 2.5, 2.5} {
		if got := table.columns[j].numbers[0]; got != want {
			t.Errorf("%s: %v, want %v", table.names[j], got, want)
		}
	}
}

func TestDateText_IsTheDate(t *testing.T) {
	for days, want := range map[float64]string{0: "1970-01-01", -1: "1969-12-31", 18262.25: "2020-01-01T06:00:00", 1e300: "NA", math.NaN(): "NA"} {
		if got := DateText(days); got != want {
			t.Errorf("%v: %s, want %s", days, got, want)
		}
	}
}

// TestMatch_KnowsTruthValues has a fit with truth values as levels and one with 0 and 1, and both kinds of files.
func TestMatch_KnowsTruthValues(t *testing.T) {
	files := map[string]string{"texts": "a\nTRUE\nFALSE\nNA\n", "other texts": "a\nTrue\nfalse\nNA\n", "numbers": "a\n1\n0\nNA\n"}
	for name, text := range files {
		table, err := ReadCSV(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []bart.Column{{Name: "a", Kind: bart.Unordered, Levels: []string{"FALSE", "TRUE"}}, {Name: "a"}} {
			d, err := table.Match([]bart.Column{want})
			if err != nil || fmt.Sprint(d.Columns[0].Values) != "[1 0 NaN]" {
				t.Errorf("%s: %+v, %v", name, d, err)
			}
			if unknown := table.Unknown([]bart.Column{want}); len(unknown) > 0 {
				t.Errorf("%s: %q", name, unknown)
			}
		}
	}
}
