// Package file keeps the draws of a run in a folder: one CSV file per chain in
// CmdStan's format, which cmdstanpy, ArviZ and R's posterior read, and run.json,
// which tells how the draws came about. It also reads such folders, and those
// that CmdStan wrote.
package file

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// CSV is a stream.Sink that writes one file per chain, PREFIX-1.csv for chain 0
// and so on. It also is a stream.ChainSink, which it must be told through for
// the files to have CmdStan's adaptation lines and to count as complete, and a
// stream.Flusher.
//
// A file grows by whole lines only, and only a file whose chain was Completed
// ends with the lines of the elapsed time: a run that is cut short leaves files
// that are valid as far as they go and do not look whole. When a write fails,
// say because the disk is full, the file is cut back to its last whole line.
// After that the sink refuses all further rows with the same error.
type CSV struct {
	header Header
	schema *stream.Schema
	chains []*chainFile
	err    error // the first failure, which all later calls return
	closed bool
}

// Options say where a CSV sink writes and what it says about the run.
type Options struct {
	// Dir is the folder; it is made if it is not there.
	Dir string
	// Prefix begins the files' names; "" means "chain".
	Prefix string
	// Overwrite allows Create to remove the files PREFIX-N.csv that an earlier
	// run left in the folder. Without it they are an error, since a reader could
	// not tell them from the new ones.
	Overwrite bool
	// Header goes into each file.
	Header Header
}

// ErrExists is the error of Create when the folder holds earlier results.
var ErrExists = errors.New("results of an earlier run are there; choose another folder or allow overwriting")

// Create makes the folder and the files, with all that can be written before
// the first row. An error names the folder or file.
func Create(o Options) (*CSV, error) {
	if err := o.Header.validate(); err != nil {
		return nil, err
	}
	if o.Prefix == "" {
		o.Prefix = "chain"
	}
	if o.Prefix != filepath.Base(o.Prefix) {
		return nil, fmt.Errorf("file: prefix %q must be a plain file name", o.Prefix)
	}
	if err := os.MkdirAll(o.Dir, 0o777); err != nil {
		return nil, fmt.Errorf("file: cannot make the folder for results: %w", err)
	}
	if err := clearOld(o); err != nil {
		return nil, err
	}
	s := &CSV{header: o.Header}
	for chain := range o.Header.Chains {
		c, err := createChainFile(filepath.Join(o.Dir, ChainFile(o.Prefix, chain)))
		if err == nil {
			s.chains = append(s.chains, c)
			c.buf = s.header.append(c.buf, chain)
			err = c.flush()
		}
		if err != nil {
			return nil, errors.Join(err, s.discard())
		}
	}
	return s, nil
}

// discard takes back what Create did.
func (s *CSV) discard() error {
	s.closed = true
	var errs []error
	for _, c := range s.chains {
		errs = append(errs, c.file.Close(), os.Remove(c.path))
	}
	return errors.Join(errs...)
}

// ChainFile is the name of the file of the given chain, counted from 0.
func ChainFile(prefix string, chain int) string {
	return prefix + "-" + strconv.Itoa(chain+1) + ".csv"
}

// clearOld refuses or removes what an earlier run with this prefix left behind.
func clearOld(o Options) error {
	entries, err := os.ReadDir(o.Dir)
	if err != nil {
		return fmt.Errorf("file: %w", err)
	}
	for _, entry := range entries {
		number, isChain := strings.CutPrefix(strings.TrimSuffix(entry.Name(), ".csv"), o.Prefix+"-")
		if _, err := strconv.ParseUint(number, 10, 64); !isChain || err != nil || filepath.Ext(entry.Name()) != ".csv" {
			continue
		}
		path := filepath.Join(o.Dir, entry.Name())
		if !o.Overwrite {
			return fmt.Errorf("file: %s: %w", path, ErrExists)
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("file: cannot remove the earlier result: %w", err)
		}
	}
	return nil
}

// Files returns the paths of the chains' files.
func (s *CSV) Files() []string {
	paths := make([]string, len(s.chains))
	for i, c := range s.chains {
		paths[i] = c.path
	}
	return paths
}

// Write appends the frame's rows to its chain's file; rows of warmup only if
// the header says so.
func (s *CSV) Write(_ context.Context, f *stream.Frame) error {
	if f.Phase == stream.Warmup && !s.header.SaveWarmup {
		return s.check(f.Chain)
	}
	return s.fail(s.write(f))
}

func (s *CSV) write(f *stream.Frame) error {
	if err := s.check(f.Chain); err != nil {
		return err
	}
	if err := f.Validate(); err != nil {
		return err
	}
	c := s.chains[f.Chain]
	if err := s.begin(c, f.Schema); err != nil {
		return err
	}
	if err := c.enter(f); err != nil {
		return err
	}
	width, stats := f.Schema.Width(), len(f.Schema.Stats)
	for row := range f.Rows {
		c.buf = appendRow(c.buf, f.Stats[row*stats:(row+1)*stats], f.Values[row*width:(row+1)*width])
		if err := c.flushIfLarge(); err != nil {
			return err
		}
	}
	return c.flushIfOld()
}

// begin writes the line of column names, if the chain has none yet.
func (s *CSV) begin(c *chainFile, schema *stream.Schema) error {
	if s.schema == nil {
		if err := checkColumns(schema); err != nil {
			return err
		}
		s.schema = schema
	}
	if !s.schema.Equal(schema) {
		return fmt.Errorf("file: %s: frame has other columns than those before it", c.path)
	}
	if !c.named {
		c.named = true
		names := append(slices.Clone(schema.Stats), schema.CSVNames()...)
		c.buf = append(append(c.buf, strings.Join(names, ",")...), '\n')
	}
	return nil
}

func checkColumns(schema *stream.Schema) error {
	if err := schema.Validate(); err != nil {
		return err
	}
	names := append(slices.Clone(schema.Stats), schema.CSVNames()...)
	if len(names) == 0 {
		return errors.New("file: rows without columns cannot be written")
	}
	for _, name := range names {
		if name != strings.TrimSpace(name) || name[0] == '#' || strings.ContainsAny(name, ",\"\r\n") {
			return fmt.Errorf("file: the name %q cannot stand in a CSV file; use letters, digits and _", name)
		}
	}
	return nil
}

func appendRow(dst []byte, stats, values []float64) []byte {
	for _, x := range stats {
		dst = append(appendFloat(dst, x), ',')
	}
	for _, x := range values {
		dst = append(appendFloat(dst, x), ',')
	}
	dst[len(dst)-1] = '\n'
	return dst
}

// Adapted writes the lines that end warmup: step size and inverse metric.
func (s *CSV) Adapted(_ context.Context, a *stream.Adaptation) error {
	return s.fail(s.adapted(a))
}

func (s *CSV) adapted(a *stream.Adaptation) error {
	if err := s.check(a.Chain); err != nil {
		return err
	}
	c := s.chains[a.Chain]
	if c.adapted {
		return fmt.Errorf("file: %s: warmup ended twice", c.path)
	}
	c.adapted = true
	if c.named {
		c.buf = appendAdaptation(c.buf, a)
		return c.flush()
	}
	// CmdStan has these lines after the column names, which are not known yet.
	c.pending = appendAdaptation(c.pending, a)
	return nil
}

func appendAdaptation(dst []byte, a *stream.Adaptation) []byte {
	dst = append(dst, "# Adaptation terminated\n# Step size = "...)
	dst = append(appendFloat(dst, a.StepSize), '\n')
	switch {
	case len(a.InverseMetric) == 0:
		return append(dst, "# No free parameters for unit metric\n"...)
	case a.Dense():
		dst = append(dst, "# Elements of inverse mass matrix:\n"...)
	default:
		dst = append(dst, "# Diagonal elements of inverse mass matrix:\n"...)
	}
	for row := range slices.Chunk(a.InverseMetric, a.Dim) {
		dst = append(dst, "# "...)
		for _, x := range row {
			dst = append(appendFloat(dst, x), ", "...)
		}
		dst = append(dst[:len(dst)-2], '\n')
	}
	return dst
}

// Completed writes the lines of the elapsed time, which mark the file as whole, and
// begins to make the file durable; Close waits for that.
func (s *CSV) Completed(_ context.Context, done *stream.Completion) error {
	return s.fail(s.completed(done))
}

func (s *CSV) completed(done *stream.Completion) error {
	if err := s.check(done.Chain); err != nil {
		return err
	}
	c := s.chains[done.Chain]
	want := (s.header.NumSamples + s.header.thin() - 1) / s.header.thin()
	if have := c.rows[stream.Sampling]; have != want {
		return fmt.Errorf("file: %s: chain is said to be complete with %d rows of %d", c.path, have, want)
	}
	c.buf = append(c.buf, c.pending...)
	c.pending = nil
	c.buf = appendTimes(c.buf, done.Warmup, done.Sampling)
	if err := c.flush(); err != nil {
		return err
	}
	c.sync()
	return nil
}

func appendTimes(dst []byte, warmup, sampling time.Duration) []byte {
	dst = append(dst, "# \n#  Elapsed Time: "...)
	dst = append(appendSeconds(dst, warmup.Seconds()), " seconds (Warm-up)\n#                "...)
	dst = append(appendSeconds(dst, sampling.Seconds()), " seconds (Sampling)\n#                "...)
	return append(appendSeconds(dst, (warmup+sampling).Seconds()), " seconds (Total)\n# \n"...)
}

// Flush hands all rows to the operating system, so that other programs see them.
func (s *CSV) Flush(context.Context) error {
	if s.closed {
		return stream.ErrClosed
	}
	if s.err != nil {
		return s.err
	}
	var errs []error
	for _, c := range s.chains {
		errs = append(errs, c.flush())
	}
	return s.fail(errors.Join(errs...))
}

// Close writes what is buffered, makes it durable and closes the files. It
// returns the first failure of the sink, be it one of Write.
func (s *CSV) Close() error {
	if s.closed {
		return s.err
	}
	s.closed = true
	var errs []error
	for _, c := range s.chains {
		errs = append(errs, c.close())
	}
	if s.err == nil {
		s.err = errors.Join(errs...)
	}
	return s.err
}

// check reports why rows of the given chain cannot be taken.
func (s *CSV) check(chain int) error {
	switch {
	case s.err != nil:
		return s.err
	case s.closed:
		return stream.ErrClosed
	case chain < 0 || chain >= len(s.chains):
		return fmt.Errorf("file: there is no chain %d, the run was said to have %d", chain, len(s.chains))
	}
	return nil
}

// fail remembers the first failure and passes err on.
func (s *CSV) fail(err error) error {
	if s.err == nil && !errors.Is(err, stream.ErrClosed) {
		s.err = err
	}
	return err
}
