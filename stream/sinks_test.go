package stream_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/stream"
	"github.com/quatre-ppl/quatre/stream/sinktest"
)

func TestSinks_KeepTheContract(t *testing.T) {
	readMemory := func(_ *testing.T, s stream.Sink) (warmup, sampling *stream.Draws) {
		m := s.(*stream.Memory)
		return &m.Warmup, &m.Sampling
	}
	for name, c := range map[string]sinktest.Case{
		"Memory": {New: func(*testing.T) stream.Sink { return stream.NewMemory() }, Read: readMemory},
		"Memory that expects some": {New: func(*testing.T) stream.Sink {
			m := stream.NewMemory()
			m.Warmup.Expect(1 << 60)
			m.Sampling.Expect(4)
			return m
		}, Read: readMemory},
		"Discard": {New: func(*testing.T) stream.Sink { return stream.Discard{} }, Stateless: true},
		"Func": {New: func(*testing.T) stream.Sink {
			return stream.Func(func(context.Context, *stream.Frame) error { return nil })
		}, Stateless: true},
		"Fanout": {New: func(*testing.T) stream.Sink { return stream.NewFanout(1, stream.Discard{}, stream.NewMemory()) }},
		"Fanout without sinks": {New: func(*testing.T) stream.Sink {
			return stream.NewFanout(1)
		}},
	} {
		t.Run(name, func(t *testing.T) { sinktest.Run(t, c) })
	}
}

// TestDraws_ExpectedRowsTakeNoMoreMemory pins that rows which were announced find
// room without any growth.
func TestDraws_ExpectedRowsTakeNoMoreMemory(t *testing.T) {
	var d stream.Draws
	d.Expect(1000)
	frame := frameAt(0, 0)
	if err := d.Append(frame); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(900, func() {
		frame.First++
		if err := d.Append(frame); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%g allocations for an expected row, want 0", n)
	}
}

func TestDraws_Accessors(t *testing.T) {
	m := stream.NewMemory()
	for _, f := range sinktest.Frames() {
		if err := m.Write(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	d := &m.Sampling
	if d.Chains() != sinktest.Chains || d.Len(1) != 7 || d.Len(9) != 0 || d.MinLen() != 7 {
		t.Errorf("chains %d, rows %d, %d, at least %d", d.Chains(), d.Len(1), d.Len(9), d.MinLen())
	}
	for i, name := range d.Schema.ColumnNames() {
		column, ok := d.Value(name)
		if !ok {
			t.Fatalf("no column %s", name)
		}
		byCSVName, _ := d.Value(d.Schema.CSVNames()[i])
		for chain := range column {
			for row, x := range column[chain] {
				values, _ := d.Row(chain, row)
				if !same(x, values[i]) || !same(byCSVName[chain][row], values[i]) {
					t.Errorf("%s: chain %d row %d is %v, want %v", name, chain, row, x, values[i])
				}
			}
		}
	}
	energy, ok := d.Stat("energy__")
	if _, stats := d.Row(2, 3); !ok || energy[2][3] != stats[6] {
		t.Errorf("Stat(energy__) = %v", energy)
	}
	if _, ok := d.Stat("absent__"); ok {
		t.Error("Stat finds what is not there")
	}
	if _, ok := d.Value("absent"); ok {
		t.Error("Value finds what is not there")
	}
	var empty stream.Draws
	if _, ok := empty.Value("mu"); ok || empty.MinLen() != 0 {
		t.Error("draws without rows have columns")
	}
}

func TestDraws_AppendRefusesGapsAndOtherColumns(t *testing.T) {
	var d stream.Draws
	schema := &stream.Schema{Values: []stream.Field{{Name: "x"}}}
	write := func(first int, s *stream.Schema) error {
		return d.Append(&stream.Frame{Schema: s, Phase: stream.Sampling, Chain: 1, First: first, Rows: 1, Values: []float64{1}})
	}
	if err := write(0, schema); err != nil {
		t.Fatal(err)
	}
	if err := write(2, schema); err == nil || !strings.Contains(err.Error(), "chain 1 begins at row 2, but 1 rows") {
		t.Errorf("gap: %v", err)
	}
	if err := write(1, &stream.Schema{Values: []stream.Field{{Name: "y"}}}); err == nil || !strings.Contains(err.Error(), "other columns") {
		t.Errorf("other schema: %v", err)
	}
	column, _ := d.Value("x")
	if len(column) != 2 || len(column[0]) != 0 || !slices.Equal(column[1], []float64{1}) {
		t.Errorf("kept %v", column)
	}
}

func same(a, b float64) bool { return a == b || a != a && b != b }
