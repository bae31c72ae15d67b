package picture

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/sim"
)

// Line is an observation with its entity by name.
type Line struct {
	Time   float64 `json:"time"`
	What   string  `json:"what"`
	Entity string  `json:"entity"`
	Number uint64  `json:"number"`
	Place  string  `json:"place"`
	Value  float64 `json:"value"`
}

// Recorder is an observer that keeps the first observations in memory.
type Recorder struct {
	// Lines are the observations, in order.
	Lines []Line
	// Dropped is the number of those that came when there was no room.
	Dropped uint64
	most    int
	name    func(id sim.ID) string
}

// NewRecorder returns a recorder for a simulation that keeps at most so many
// observations.
func NewRecorder(s *sim.Simulation, most int) *Recorder {
	return &Recorder{most: most, name: s.EntityName}
}

// Observe keeps an observation.
func (r *Recorder) Observe(o *sim.Observation) {
	if len(r.Lines) >= r.most {
		r.Dropped++
		return
	}
	r.Lines = append(r.Lines, line(o, r.name))
}

func line(o *sim.Observation, name func(sim.ID) string) Line {
	return Line{Time: o.Time, What: o.What.String(), Entity: name(o.Entity), Number: o.Number, Place: o.Place, Value: o.Value}
}

// Writer is an observer that writes observations at once.
type Writer struct {
	w    *bufio.Writer
	name func(id sim.ID) string
	json bool
	row  []byte
	err  error
}

// NewCSV returns a writer of comma-separated values with a header line.
func NewCSV(s *sim.Simulation, w io.Writer) *Writer {
	t := &Writer{w: bufio.NewWriter(w), name: s.EntityName}
	_, t.err = t.w.WriteString("time,what,entity,number,place,value\n")
	return t
}

// NewJSONL returns a writer of one JSON object a line.
func NewJSONL(s *sim.Simulation, w io.Writer) *Writer {
	return &Writer{w: bufio.NewWriter(w), name: s.EntityName, json: true}
}

// Observe writes an observation.
func (t *Writer) Observe(o *sim.Observation) {
	if t.err != nil {
		return
	}
	if t.json {
		var b []byte
		if b, t.err = json.Marshal(line(o, t.name)); t.err == nil {
			_, t.err = t.w.Write(append(b, '\n'))
		}
		return
	}
	t.row = strconv.AppendFloat(t.row[:0], o.Time, 'g', -1, 64)
	t.row = append(append(t.row, ','), o.What.String()...)
	t.row = append(append(t.row, ','), field(t.name(o.Entity))...)
	t.row = strconv.AppendUint(append(t.row, ','), o.Number, 10)
	t.row = append(append(t.row, ','), field(o.Place)...)
	t.row = strconv.AppendFloat(append(t.row, ','), o.Value, 'g', -1, 64)
	_, t.err = t.w.Write(append(t.row, '\n'))
}

// field quotes a name for CSV where it has to be.
func field(s string) string {
	if strings.ContainsAny(s, ",\"\n\r") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// Flush writes what is left and returns the first error.
func (t *Writer) Flush() error {
	if err := t.w.Flush(); t.err == nil {
		t.err = err
	}
	if t.err != nil {
		return fmt.Errorf("picture: writing the trace: %w", t.err)
	}
	return nil
}

// Tee returns an observer that passes observations on to several.
func Tee(observers ...sim.Observer) sim.Observer { return tee(observers) }

type tee []sim.Observer

func (t tee) Observe(o *sim.Observation) {
	for _, x := range t {
		x.Observe(o)
	}
}

// span returns the times of the first and the last line.
func span(lines []Line) (from, to float64) {
	if len(lines) == 0 {
		return 0, 1
	}
	from, to = lines[0].Time, lines[len(lines)-1].Time
	if to <= from {
		to = from + 1
	}
	return from, to
}

// places returns the resources of the lines, in order of appearance.
func places(lines []Line) (names []string) {
	for _, l := range lines {
		if (l.What == "seize" || l.What == "queue") && !slices.Contains(names, l.Place) {
			names = append(names, l.Place)
		}
	}
	return names
}

// belts returns the conveyors of the lines, in order of appearance.
func belts(lines []Line) (names []string) {
	for _, l := range lines {
		if l.What == "leave" && !slices.Contains(names, l.Place) {
			names = append(names, l.Place)
		}
	}
	return names
}
