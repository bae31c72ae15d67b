package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre/smc"
)

// smcSource reads observations line by line.
type smcSource struct {
	name         string
	lines        *lineReader
	close        func() error
	y, time      int // columns; time is −1 where there is none
	columns      int
	line         int
	before       float64
	read         int
	countsWanted bool
	// steps is the model that makes a step an observation, which unevenly spaced times are told of once; spacing is
	// that of the first two.
	steps   string
	spacing float64
}

// errReplaced says that a file that is followed is no longer the one that was read.
var errReplaced = errors.New("was made shorter or replaced while it was followed: start again, with --resume and --continue where the lines that were read are still in it")

// openSource opens the data of the flags and reads the header.
func (f *smcModelFlags) openSource(ctx context.Context, follow bool, m *smcModel) (*smcSource, error) {
	s := &smcSource{name: f.Data, close: func() error { return nil }, countsWanted: m.counts}
	if m.steps {
		s.steps = f.Model
	}
	if f.Data == "-" {
		s.name = "standard input"
		s.lines = newLineReader(ctx, os.Stdin, follow, false)
	} else {
		file, err := os.Open(f.Data)
		if err != nil {
			return nil, fail(inData, err)
		}
		s.close = file.Close
		s.lines = newLineReader(ctx, file, follow, true)
	}
	header, err := s.lines.next()
	if errors.Is(err, io.EOF) {
		return nil, failf(inData, "%s is empty: its first line must hold the names of the columns", s.name)
	}
	if err != nil {
		return nil, failf(inData, "%s: no header line: %w", s.name, err)
	}
	s.line = 1
	names, err := fields(strings.TrimPrefix(header, "\ufeff")) // a byte order mark
	if err != nil {
		return nil, failf(inData, "%s line 1: %w", s.name, err)
	}
	return s, s.header(names, f.Column)
}

// fields splits a line of CSV; quotes may hold commas and double quotes.
func fields(line string) ([]string, error) {
	if !strings.Contains(line, `"`) {
		return strings.Split(line, ","), nil
	}
	r := csv.NewReader(strings.NewReader(line))
	r.TrimLeadingSpace = true
	out, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("its quotes are not closed or stand inside a field")
	}
	return out, nil
}

// missing reports whether a field stands for an observation that is not there.
func missing(field string) bool {
	switch strings.ToLower(field) {
	case "", "na", "n/a", "nan", "null", ".":
		return true
	}
	return false
}

// header finds the columns.
func (s *smcSource) header(names []string, want string) error {
	numbers := 0
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
		if _, err := strconv.ParseFloat(names[i], 64); err == nil {
			numbers++
		}
		if names[i] != "" && slices.Contains(names[:i], names[i]) {
			return failf(inData, "%s: two columns are called %q", s.name, names[i])
		}
	}
	if numbers == len(names) {
		return failf(inData, "%s: the first line, %s, has no names but numbers: give the columns names in it", s.name, strings.Join(names, ","))
	}
	s.columns, s.time = len(names), slices.Index(names, "time")
	if want != "" {
		if s.y = slices.Index(names, want); s.y < 0 {
			return failf(inData, "%s: no column %q, there are %s", s.name, want, strings.Join(names, ", "))
		}
		return nil
	}
	for _, name := range []string{"y", "cases"} {
		if s.y = slices.Index(names, name); s.y >= 0 {
			return nil
		}
	}
	var others []int
	for i := range names {
		if i != s.time {
			others = append(others, i)
		}
	}
	if len(others) != 1 {
		return failf(inData, "%s: which column holds the observations? choose with --column from %s", s.name, strings.Join(names, ", "))
	}
	s.y = others[0]
	return nil
}

// next returns the next observation, io.EOF at the end.
func (s *smcSource) next() (smc.Obs, error) {
	for {
		text, err := s.lines.next()
		if errors.Is(err, errReplaced) {
			return smc.Obs{}, failf(inData, "%s %w", s.name, err)
		}
		if err != nil {
			return smc.Obs{}, err
		}
		s.line++
		if strings.TrimSpace(text) == "" {
			continue
		}
		cells, err := fields(text)
		if err != nil {
			return smc.Obs{}, failf(inData, "%s line %d: %w", s.name, s.line, err)
		}
		return s.parse(cells)
	}
}

func (s *smcSource) parse(fields []string) (o smc.Obs, err error) {
	if len(fields) != s.columns {
		return o, failf(inData, "%s line %d: %d fields under a header of %d names", s.name, s.line, len(fields), s.columns)
	}
	y := math.NaN()
	if text := strings.TrimSpace(fields[s.y]); !missing(text) {
		if y, err = strconv.ParseFloat(text, 64); err != nil || math.IsNaN(y) || math.IsInf(y, 0) {
			return o, failf(inData, "%s line %d: %q is no number; leave the field empty where the observation is missing", s.name, s.line, text)
		}
		if s.countsWanted && (y < 0 || y != math.Floor(y)) {
			return o, failf(inData, "%s line %d: %q is no count", s.name, s.line, text)
		}
	}
	o.Y = []float64{y}
	o.Time, o.Elapsed = s.before+1, 1
	if s.time >= 0 {
		if o.Time, err = strconv.ParseFloat(strings.TrimSpace(fields[s.time]), 64); err != nil || math.IsNaN(o.Time) || math.IsInf(o.Time, 0) {
			return o, failf(inData, "%s line %d: the time %q is no number", s.name, s.line, fields[s.time])
		}
		if s.read > 0 {
			if o.Time <= s.before {
				return o, failf(inData, "%s line %d: time %g after %g: times must increase", s.name, s.line, o.Time, s.before)
			}
			o.Elapsed = o.Time - s.before
			s.tellSpacing(o.Elapsed)
		}
	}
	o.Index = s.read
	s.before = o.Time
	s.read++
	return o, nil
}

// tellSpacing says once that times are unevenly spaced where the model does not look at them.
func (s *smcSource) tellSpacing(elapsed float64) {
	switch {
	case s.steps == "":
	case s.spacing == 0:
		s.spacing = elapsed
	case math.Abs(elapsed-s.spacing) > 1e-6*s.spacing:
		fmt.Fprintf(os.Stderr, "note: %s line %d: %g after the time before, not %g: %s makes one step an observation, so give each time that is missing a line with an empty field\n",
			s.name, s.line, elapsed, s.spacing, s.steps)
		s.steps = ""
	}
}

// all reads to the end.
func (s *smcSource) all() ([]smc.Obs, error) {
	var obs []smc.Obs
	for {
		o, err := s.next()
		if errors.Is(err, io.EOF) {
			if len(obs) == 0 {
				return nil, failf(inData, "%s: no observations under the header", s.name)
			}
			return obs, nil
		}
		if err != nil {
			return nil, err
		}
		obs = append(obs, o)
	}
}

// lineReader reads lines; of a growing file, for ever.
type lineReader struct {
	ctx   context.Context
	r     *bufio.Reader
	grows bool
	file  *os.File // that grows
	taken int64    // bytes of it
	part  string
	lines chan readLine // of standard input; nil for a file
}

// readLine is a line, or why there is none.
type readLine struct {
	text string
	err  error
}

// pause is how long a reader waits for a file to grow.
const pause = 100 * time.Millisecond

// newLineReader reads a file, which grows where follow is set, or standard
// input, which ends when it is closed. A read of standard input cannot be
// broken off, so it has a goroutine of its own, which ends with the program.
func newLineReader(ctx context.Context, r io.Reader, follow, isFile bool) *lineReader {
	l := &lineReader{ctx: ctx, r: bufio.NewReader(r), grows: follow && isFile}
	l.file, _ = r.(*os.File)
	if isFile {
		return l
	}
	l.lines = make(chan readLine)
	go func() {
		for {
			text, err := l.read()
			l.lines <- readLine{text, err}
			if err != nil {
				return
			}
		}
	}()
	return l
}

// next returns a line without its end; io.EOF at the end, and when the context
// ends.
func (l *lineReader) next() (string, error) {
	if l.lines == nil {
		return l.read()
	}
	select {
	case line := <-l.lines:
		return line.text, line.err
	case <-l.ctx.Done():
		return "", io.EOF
	}
}

// read reads a line. Of a file that grows it waits for more; a line counts once
// its end is there.
func (l *lineReader) read() (string, error) {
	for {
		text, err := l.r.ReadString('\n')
		l.part += text
		l.taken += int64(len(text))
		switch {
		case err == nil:
			line := strings.TrimRight(l.part, "\r\n")
			l.part = ""
			return line, nil
		case !errors.Is(err, io.EOF):
			return "", err
		case !l.grows:
			if l.part == "" {
				return "", io.EOF
			}
			line := l.part
			l.part = ""
			return line, nil
		case l.replaced():
			return "", errReplaced
		}
		select {
		case <-l.ctx.Done():
			return "", io.EOF
		case <-time.After(pause):
		}
	}
}

// replaced reports whether the file that grows is shorter than what was read of it, or another one has its name.
func (l *lineReader) replaced() bool {
	own, err := l.file.Stat()
	if err != nil || !own.Mode().IsRegular() {
		return false
	}
	there, err := os.Stat(l.file.Name())
	return own.Size() < l.taken || err == nil && !os.SameFile(own, there)
}
