package table

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/parquet-go/parquet-go"

	"github.com/quatre-ppl/quatre/bart"
)

const sample = `name, size ,town,grade,y
a,1.5,Bern,low,1
b,NA,Köln,high,2
c,3,,low,3
d,-2e3,Bern,mid,4
`

func roles() Roles {
	return Roles{Target: "y", Drop: []string{"name"}, Ordered: map[string][]string{"grade": {"low", "mid", "high"}}}
}

func TestReadCSV_TellsNumbersLevelsAndMissingValuesApart(t *testing.T) {
	for _, text := range []string{sample, "\xef\xbb\xbf" + sample, strings.ReplaceAll(sample, ",", ";"), strings.ReplaceAll(sample, ",", "\t"), strings.ReplaceAll(sample, "\n", "\r\n"),
		strings.ReplaceAll(sample, "\n", "\r"), strings.ReplaceAll(sample, "NA", "."), encoded(sample, binary.LittleEndian), encoded(sample, binary.BigEndian)} {
		table, err := ReadCSV(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		d, err := table.Data(roles())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.Y, []float64{1, 2, 3, 4}) || len(d.Columns) != 3 {
			t.Fatalf("%+v", d)
		}
		size, town, grade := d.Columns[0], d.Columns[1], d.Columns[2]
		if size.Kind != bart.Numeric || !math.IsNaN(size.Values[1]) || size.Values[3] != -2000 {
			t.Errorf("%+v", size)
		}
		if town.Kind != bart.Unordered || !slices.Equal(town.Levels, []string{"Bern", "Köln"}) || !math.IsNaN(town.Values[2]) || town.Values[1] != 1 {
			t.Errorf("%+v", town)
		}
		if grade.Kind != bart.Ordered || !slices.Equal(grade.Values, []float64{0, 2, 0, 1}) {
			t.Errorf("%+v", grade)
		}
	}
}

// encoded returns a text as UTF-16 with a mark of the byte order.
func encoded(text string, order binary.AppendByteOrder) string {
	b := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func TestReadCSV_KnowsDecimalCommas(t *testing.T) {
	table, err := ReadCSV(strings.NewReader("y;x;name\n1,5;2;a,b\nNA;-3,25e2;c\n"))
	if err != nil {
		t.Fatal(err)
	}
	y, err := table.Numbers("y")
	if err != nil || y[0] != 1.5 || !math.IsNaN(y[1]) {
		t.Error(y, err)
	}
	if x, err := table.Numbers("x"); err != nil || x[1] != -325 {
		t.Error(x, err)
	}
	if of, names, err := table.Groups("name", nil); err != nil || !slices.Equal(names, []string{"a,b", "c"}) || of[1] != 1 {
		t.Error(of, names, err)
	}
	if of, _, err := table.Groups("name", []string{"c"}); err != nil || !slices.Equal(of, []int{-1, 0}) {
		t.Error(of, err)
	}
	if _, _, err := table.Groups("y", nil); err == nil {
		t.Error("a row without a group is taken")
	}
}

func TestMatch_TakesTheColumnsOfTheFit(t *testing.T) {
	table, err := ReadCSV(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	d, err := table.Match([]bart.Column{{Name: "town", Kind: bart.Unordered, Levels: []string{"Köln", "Rom"}}, {Name: "size"}})
	if err != nil {
		t.Fatal(err)
	}
	if town := d.Columns[0].Values; !math.IsNaN(town[0]) || town[1] != 0 {
		t.Error(town)
	}
	if _, err := table.Match([]bart.Column{{Name: "town"}}); err == nil || !strings.Contains(err.Error(), "of text") {
		t.Error(err)
	}
	if _, err := table.Match([]bart.Column{{Name: "street"}}); err == nil || !strings.Contains(err.Error(), "street") {
		t.Error(err)
	}
}

// TestTable_HasDoubts has columns that are numbers in the eyes of a user, and one of names; not those that are
// levels by his word, or few.
func TestTable_HasDoubts(t *testing.T) {
	var text strings.Builder
	text.WriteString("x,code,id,town,y\n")
	for i := range 30 {
		fmt.Fprintf(&text, "%d.5,%d,n%d,t%d,1\n", i, i%7, i, i%3)
	}
	text.WriteString("-,A,n0,t0,1\n")
	table, err := ReadCSV(strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		unordered []string
		want      string
	}{{nil, `["x" "code" "id"]`}, {[]string{"code", "x"}, `["id"]`}} {
		r := Roles{Target: "y", Unordered: c.unordered}
		d, err := table.Data(r)
		if err != nil {
			t.Fatal(err)
		}
		var named []string
		for _, doubt := range table.Doubts(d, r) {
			named = append(named, strings.Split(doubt, `"`)[1])
		}
		if got := fmt.Sprintf("%q", named); got != c.want {
			t.Errorf("doubts about %s, want %s", got, c.want)
		}
	}
	unknown := table.Unknown([]bart.Column{{Name: "town", Levels: []string{"t0", "t1"}}, {Name: "code", Levels: []string{"0", "1", "2", "3", "4", "5", "6", "A"}}, {Name: "x"}})
	if len(unknown) != 1 || !strings.Contains(unknown[0], `"t2", in 10 of 31 rows`) {
		t.Error(unknown)
	}
}

func TestTable_DoubtsNamesThatAreNumbers(t *testing.T) {
	for text, want := range map[string]int{"0.25,7,3\n1,2,3\n": 1, "1,2,3\n1,2,3\n": 0, "a,-1,3\n1,2,3\n": 0} {
		table, err := ReadCSV(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r := Roles{Target: "3"}
		d, err := table.Data(r)
		if err != nil {
			t.Fatal(err)
		}
		if doubts := table.Doubts(d, r); len(doubts) != want {
			t.Errorf("%q: doubts %q", text, doubts)
		}
	}
}

func TestRead_SaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{"": "empty", "a,b\n1\n": "line 2 has another number of cells", "a\nK\xf6ln\n": "line 2 is not in UTF-8", "a,b\n1,\"2\n": "quote"} {
		if _, err := ReadCSV(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	table, err := ReadCSV(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	for want, r := range map[string]Roles{
		`no column "z"`:          {Target: "z"},
		"is of text, want":       {Target: "y", Weights: "name"},
		"want 1 for an event":    {Target: "y", Event: "size"},
		"levels from low":        {Target: "y", Ordered: map[string][]string{"grade": nil}},
		"not among":              {Target: "y", Ordered: map[string][]string{"grade": {"low"}}},
		`no column "elsewhere"`:  {Target: "y", Drop: []string{"elsewhere"}},
		`no column "elsewhere2"`: {Target: "y", Unordered: []string{"elsewhere2"}},
	} {
		if _, err := table.Data(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one with %q", r, err, want)
		}
	}
}

func TestReadParquet_GivesTheSameTable(t *testing.T) {
	type row struct {
		Size  *float64 `parquet:"size,optional"`
		Count int32    `parquet:"count"`
		Big   int64    `parquet:"big"`
		Good  bool     `parquet:"good"`
		Town  *string  `parquet:"town,optional"`
		Y     float32  `parquet:"y"`
	}
	size, town := 2.5, "Bern"
	var b bytes.Buffer
	if err := parquet.Write(&b, []row{{&size, 3, 1 << 40, true, &town, 0.5}, {nil, -1, 2, false, nil, 1.5}}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "rows.parquet")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := table.Data(Roles{Target: "y"})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]float64{}
	for _, c := range d.Columns {
		values[c.Name] = c.Values
	}
	if !slices.Equal(d.Y, []float64{0.5, 1.5}) || !slices.Equal(values["count"], []float64{3, -1}) ||
		!slices.Equal(values["big"], []float64{1 << 40, 2}) || !slices.Equal(values["good"], []float64{1, 0}) ||
		values["size"][0] != 2.5 || !math.IsNaN(values["size"][1]) || values["town"][0] != 0 || !math.IsNaN(values["town"][1]) {
		t.Errorf("%v %v", d.Y, values)
	}
	for cut := range b.Len() {
		if _, err := ReadParquet(bytes.NewReader(b.Bytes()[:cut]), int64(cut)); err == nil {
			t.Fatal("a file cut short is read")
		}
	}
}

func TestResponse_TakesTextsOfClassesOnly(t *testing.T) {
	table, err := ReadCSV(strings.NewReader("two,three,n\nyes,low,1\nno,high,2\nyes,mid,3\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		r    Roles
		want []float64
		err  string
	}{
		"two texts":           {Roles{Target: "two", Classes: true}, []float64{1, 0, 1}, ""},
		"numbers":             {Roles{Target: "n"}, []float64{1, 2, 3}, ""},
		"an order":            {Roles{Target: "three", Classes: true, Ordered: map[string][]string{"three": {"low", "mid", "high"}}}, []float64{0, 2, 1}, ""},
		"no order":            {Roles{Target: "three", Classes: true}, nil, "say their order"},
		"a level left out":    {Roles{Target: "three", Classes: true, Ordered: map[string][]string{"three": {"low", "high"}}}, nil, `"mid"`},
		"text for numbers":    {Roles{Target: "two"}, nil, "wants numbers"},
		"a column not there":  {Roles{Target: "four"}, nil, "no column"},
		"an order of numbers": {Roles{Target: "n", Classes: true, Ordered: map[string][]string{"n": {"3", "2", "1"}}}, []float64{2, 1, 0}, ""},
	} {
		d, err := table.Data(c.r)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error %v", name, err)
			}
		} else if err != nil || !slices.Equal(d.Y, c.want) {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
}
