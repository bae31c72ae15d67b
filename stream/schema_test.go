package stream

import (
	"slices"
	"strings"
	"testing"
)

func TestSchema_NamesAreColumnMajor(t *testing.T) {
	s := &Schema{
		Values: []Field{{Name: "mu"}, {Name: "theta", Shape: []int{3}}, {Name: "L", Shape: []int{2, 3}}, {Name: "none", Shape: []int{0, 4}}, {Name: "tau"}},
		Stats:  []string{"lp__"},
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	wantNames := []string{"mu", "theta[1]", "theta[2]", "theta[3]", "L[1,1]", "L[2,1]", "L[1,2]", "L[2,2]", "L[1,3]", "L[2,3]", "tau"}
	if got := s.ColumnNames(); !slices.Equal(got, wantNames) {
		t.Errorf("ColumnNames = %v, want %v", got, wantNames)
	}
	wantCSV := []string{"mu", "theta.1", "theta.2", "theta.3", "L.1.1", "L.2.1", "L.1.2", "L.2.2", "L.1.3", "L.2.3", "tau"}
	if got := s.CSVNames(); !slices.Equal(got, wantCSV) {
		t.Errorf("CSVNames = %v, want %v", got, wantCSV)
	}
	if s.Width() != len(wantNames) {
		t.Errorf("Width = %d, want %d", s.Width(), len(wantNames))
	}
	if f, column, ok := s.Find("L"); !ok || column != 4 || f.Size() != 6 {
		t.Errorf("Find(L) = %v, %d, %v", f, column, ok)
	}
	if _, _, ok := s.Find("absent"); ok {
		t.Error("Find finds a field that is not there")
	}
	if s.StatIndex("lp__") != 0 || s.StatIndex("energy__") != -1 {
		t.Error("StatIndex is wrong")
	}
}

func TestSchema_ValidateNamesTheFault(t *testing.T) {
	huge := 1 << 40
	tests := []struct {
		name   string
		schema Schema
		want   string
	}{
		{"empty name", Schema{Values: []Field{{}}}, "without a name"},
		{"twice", Schema{Values: []Field{{Name: "a"}, {Name: "a"}}}, `two columns called "a"`},
		{"value and stat", Schema{Values: []Field{{Name: "a"}}, Stats: []string{"a"}}, `two columns called "a"`},
		{"negative", Schema{Values: []Field{{Name: "a", Shape: []int{2, -1}}}}, "negative length -1"},
		{"overflow", Schema{Values: []Field{{Name: "a", Shape: []int{huge, huge}}}}, "too large"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.schema.Validate()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Validate = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestSchema_Equal(t *testing.T) {
	a := &Schema{Values: []Field{{Name: "x", Shape: []int{2}}}, Stats: []string{"lp__"}}
	same := &Schema{Values: []Field{{Name: "x", Shape: []int{2}}}, Stats: []string{"lp__"}}
	if !a.Equal(same) || !a.Equal(a) {
		t.Error("equal schemas compare unequal")
	}
	for _, other := range []*Schema{
		nil,
		{Values: []Field{{Name: "x"}}, Stats: []string{"lp__"}},
		{Values: []Field{{Name: "y", Shape: []int{2}}}, Stats: []string{"lp__"}},
		{Values: []Field{{Name: "x", Shape: []int{3}}}, Stats: []string{"lp__"}},
		{Values: []Field{{Name: "x", Shape: []int{2}}}, Stats: []string{"energy__"}},
	} {
		if a.Equal(other) {
			t.Errorf("schema equals %v", other)
		}
	}
}

func TestFrame_RowAndValidate(t *testing.T) {
	s := &Schema{Values: []Field{{Name: "x", Shape: []int{2}}}, Stats: []string{"lp__"}}
	f := &Frame{Schema: s, Phase: Sampling, Rows: 2, Values: []float64{1, 2, 3, 4}, Stats: []float64{5, 6}}
	if err := f.Validate(); err != nil {
		t.Fatal(err)
	}
	values, stats := f.Row(1)
	if !slices.Equal(values, []float64{3, 4}) || !slices.Equal(stats, []float64{6}) {
		t.Errorf("Row(1) = %v, %v", values, stats)
	}
	for _, bad := range []Frame{
		{},
		{Schema: s, Phase: 7},
		{Schema: s, Chain: -1},
		{Schema: s, Rows: 1, Values: []float64{1}, Stats: []float64{1}},
		{Schema: s, Rows: 1, Values: []float64{1, 2}},
	} {
		if bad.Validate() == nil {
			t.Errorf("frame %+v passes", bad)
		}
	}
}
