package file

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// Chain is what one CSV file tells beside its rows.
type Chain struct {
	// File is the file's path.
	File string
	// Settings are the lines "key = value" of the comments, without the word
	// "(Default)" that CmdStan adds to some values. A key that comes twice has
	// its first value.
	Settings map[string]string
	// StepSize is the adapted step size, 0 if the file has none.
	StepSize float64
	// InverseMetric holds the diagonal of the inverse mass matrix, or the whole
	// matrix row by row; nil if the file has none.
	InverseMetric []float64
	// WarmupTime and SamplingTime are from the last lines of a complete file.
	WarmupTime, SamplingTime time.Duration
	// Warmup and Draws count the rows of either phase in the file.
	Warmup, Draws int
	// Complete tells that the chain drew all it was asked for and that the file
	// holds it all; if not, Missing says what is not there.
	Complete bool
	Missing  string
	// Torn is the number of the last line if that was dropped because it has no
	// end, as a crash may leave it, else 0.
	Torn int
}

// ParseError is damage in a CSV file.
type ParseError struct {
	// File and Line are the place, lines counted from 1.
	File string
	Line int
	// Reason says what is wrong there.
	Reason string
}

// Error gives the place as FILE:LINE.
func (e *ParseError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason) }

// parser reads one file line by line. The comments of the sampler stand before
// the column names (settings), between warmup and sampling (adaptation), and
// after the last row (times).
type parser struct {
	chain  *Chain
	schema *stream.Schema
	line   int
	stats  int // number of columns that are statistics
	width  int // number of columns

	warmup, sampling *rows

	adapted    bool // the line that ends warmup has been seen
	inMetric   bool
	timed      bool // the line of the total time has been seen
	afterTimes bool // rows follow the times
}

// rows collects the rows of one phase.
type rows struct {
	values, stats []float64
	count         int
}

// parse reads one CSV file, which name is called in errors. The rows of warmup
// and sampling are frames of chain 0; their schema is nil if the chain had not
// begun to write rows.
func parse(r io.Reader, name string) (*Chain, *stream.Frame, *stream.Frame, error) {
	p := &parser{chain: &Chain{File: name, Settings: map[string]string{}}, warmup: &rows{}, sampling: &rows{}}
	in := bufio.NewReaderSize(r, 64<<10)
	var buf []byte
	for {
		var err error
		buf, err = readLine(in, buf[:0])
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, nil, fmt.Errorf("file: cannot read results: %w", err)
		}
		p.line++
		if buf[len(buf)-1] != '\n' {
			p.chain.Torn = p.line
			break
		}
		if err := p.take(bytes.TrimRight(buf, "\r\n")); err != nil {
			return nil, nil, nil, err
		}
	}
	if _, ours := p.chain.Settings["stan_version_major"]; p.schema == nil && !ours {
		return nil, nil, nil, p.fault("no line of column names and no settings of CmdStan's; this is no file of draws")
	}
	p.partPhases()
	p.judge()
	return p.chain, p.frame(stream.Warmup, p.warmup), p.frame(stream.Sampling, p.sampling), nil
}

// readLine appends the next line, with its newline if it has one, to buf.
func readLine(in *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := in.ReadSlice('\n')
		buf = append(buf, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == io.EOF && len(buf) > 0:
			return buf, nil
		}
		return buf, err
	}
}

func (p *parser) fault(format string, args ...any) error {
	return &ParseError{File: p.chain.File, Line: max(p.line, 1), Reason: fmt.Sprintf(format, args...)}
}

func (p *parser) take(line []byte) error {
	switch {
	case len(line) == 0:
		return nil
	case line[0] == '#':
		return p.comment(string(bytes.TrimSpace(line[1:])))
	case p.schema == nil:
		return p.columns(string(line))
	}
	return p.row(line)
}

func (p *parser) comment(text string) error {
	if key, value, ok := strings.Cut(text, " = "); ok {
		if key == "Step size" {
			x, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return p.fault("step size %q is no number", value)
			}
			p.chain.StepSize = x
			return nil
		}
		value = strings.TrimSpace(strings.TrimSuffix(value, "(Default)"))
		if _, twice := p.chain.Settings[key]; !twice {
			p.chain.Settings[key] = value
		}
		return nil
	}
	switch {
	case text == "Adaptation terminated":
		p.endWarmup()
	case strings.HasSuffix(strings.ToLower(text), "elements of inverse mass matrix:"):
		p.inMetric = true
	case strings.Contains(text, " seconds ("):
		return p.time(strings.TrimPrefix(text, "Elapsed Time:"))
	case p.inMetric && text != "":
		return p.metric(text)
	default:
		p.inMetric = false
	}
	return nil
}

// endWarmup declares the rows so far to be warmup.
func (p *parser) endWarmup() {
	if !p.adapted {
		p.adapted = true
		p.warmup, p.sampling = p.sampling, p.warmup
	}
}

func (p *parser) metric(text string) error {
	for cell := range strings.SplitSeq(text, ",") {
		x, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
		if err != nil {
			return p.fault("element %q of the inverse mass matrix is no number", strings.TrimSpace(cell))
		}
		p.chain.InverseMetric = append(p.chain.InverseMetric, x)
	}
	return nil
}

// maxSeconds is the longest time that a time.Duration can hold.
const maxSeconds = float64(1<<63-1) / float64(time.Second)

func (p *parser) time(text string) error {
	number, phase, _ := strings.Cut(strings.TrimSpace(text), " seconds ")
	seconds, err := strconv.ParseFloat(number, 64)
	if err != nil || !(seconds >= 0 && seconds < maxSeconds) {
		return p.fault("elapsed time %q is no number of seconds", number)
	}
	elapsed := time.Duration(seconds * float64(time.Second))
	switch phase {
	case "(Warm-up)":
		p.chain.WarmupTime = elapsed
	case "(Sampling)":
		p.chain.SamplingTime = elapsed
	case "(Total)":
		p.timed = true
	}
	return nil
}

// columns reads the line of column names: first the statistics, whose names end
// with two underscores, then the model's quantities.
func (p *parser) columns(line string) error {
	names := strings.Split(line, ",")
	p.width = len(names)
	for p.stats < len(names) && strings.HasSuffix(names[p.stats], "__") {
		p.stats++
	}
	p.schema = &stream.Schema{Stats: names[:p.stats], Values: fields(names[p.stats:])}
	if err := p.schema.Validate(); err != nil {
		p.schema = nil
		return p.fault("bad line of column names: %v", err)
	}
	return nil
}

func (p *parser) row(line []byte) error {
	p.inMetric = false
	if n := bytes.Count(line, []byte{','}) + 1; n != p.width {
		return p.fault("row has %d numbers, the header names %d columns", n, p.width)
	}
	to := p.sampling
	for column := range p.width {
		cell := line
		if comma := bytes.IndexByte(line, ','); comma >= 0 {
			cell, line = line[:comma], line[comma+1:]
		}
		x, err := strconv.ParseFloat(string(bytes.TrimSpace(cell)), 64)
		if err != nil {
			return p.fault("column %d: %q is no number that fits a float64", column+1, cell)
		}
		if column < p.stats {
			to.stats = append(to.stats, x)
		} else {
			to.values = append(to.values, x)
		}
	}
	to.count++
	p.afterTimes = p.timed
	return nil
}

// partPhases tells warmup from sampling where the file has no line between
// them: because warmup had not ended, or because it adapted nothing.
func (p *parser) partPhases() {
	if p.adapted || !isTrue(p.chain.Settings["save_warmup"]) || p.chain.Settings["algorithm"] == "fixed_param" {
		return
	}
	count := p.sampling.count
	if n, ok := p.expect("num_warmup"); ok {
		count = min(count, n)
	}
	all := *p.sampling
	values, stats := count*(p.width-p.stats), count*p.stats
	p.warmup = &rows{values: all.values[:values], stats: all.stats[:stats], count: count}
	p.sampling = &rows{values: all.values[values:], stats: all.stats[stats:], count: all.count - count}
}

func isTrue(setting string) bool { return setting == "true" || setting == "1" }

// expect is the number of rows that remain, after thinning, of the iterations
// that the setting called key announces.
func (p *parser) expect(key string) (int, bool) {
	n, err := strconv.Atoi(p.chain.Settings[key])
	if err != nil || n < 0 {
		return 0, false
	}
	thin, err := strconv.Atoi(p.chain.Settings["thin"])
	if err != nil || thin < 1 {
		thin = 1
	}
	return n/thin + min(n%thin, 1), true
}

// judge decides whether the file is complete.
func (p *parser) judge() {
	c := p.chain
	c.Warmup, c.Draws = p.warmup.count, p.sampling.count
	want, known := p.expect("num_samples")
	switch {
	case p.schema == nil:
		c.Missing = "ends before the first row"
	case known && c.Draws != want:
		c.Missing = fmt.Sprintf("has %d draws of %d", c.Draws, want)
	case !p.timed || c.Torn != 0:
		c.Missing = "has no elapsed time at its end, which marks a complete chain"
	case p.afterTimes:
		c.Missing = "has rows after its end"
	default:
		c.Complete = true
	}
}

func (p *parser) frame(phase stream.Phase, r *rows) *stream.Frame {
	return &stream.Frame{Schema: p.schema, Phase: phase, Rows: r.count, Values: r.values, Stats: r.stats}
}
