package file

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// A chain's buffer is written out when it holds so many bytes, or with the
// first row after so long a time, whichever comes first: rare enough to cost
// nothing beside the formatting, often enough that a crash loses little.
const (
	flushBytes    = 64 << 10
	flushInterval = time.Second
)

// output is what a chainFile needs of an *os.File opened for appending.
type output interface {
	Write(b []byte) (int, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

// chainFile is the file of one chain. buf always ends with a whole line.
type chainFile struct {
	path    string
	file    output
	size    int64 // bytes of whole lines in the file
	buf     []byte
	pending []byte // adaptation lines that wait for the column names
	flushed time.Time
	named   bool // the column names are in file or buf
	adapted bool // the adaptation lines are in file, buf or pending
	rows    [2]int
	durable chan error // the outcome of a sync of the first synced bytes, nil without one
	synced  int64
}

func createChainFile(path string) (*chainFile, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o666)
	if err != nil {
		return nil, fmt.Errorf("file: cannot create the file for results: %w", err)
	}
	return &chainFile{path: path, file: f, flushed: time.Now()}, nil
}

// enter prepares for the frame's rows: they must follow those before them, and
// between warmup and sampling stands the adaptation.
func (c *chainFile) enter(f *stream.Frame) error {
	if have := c.rows[f.Phase]; f.First != have {
		return fmt.Errorf("file: %s: rows of %s begin at %d, but %d came before", c.path, f.Phase, f.First, have)
	}
	if f.Phase == stream.Warmup && c.adapted {
		return fmt.Errorf("file: %s: row of warmup after the end of warmup", c.path)
	}
	if f.Phase == stream.Sampling && !c.adapted {
		// Nobody told what warmup found; the line still parts the phases.
		c.adapted = true
		c.buf = append(c.buf, "# Adaptation terminated\n"...)
	}
	c.buf = append(c.buf, c.pending...)
	c.pending = c.pending[:0]
	c.rows[f.Phase] += f.Rows
	return nil
}

func (c *chainFile) flushIfLarge() error {
	if len(c.buf) < flushBytes {
		return nil
	}
	return c.flush()
}

func (c *chainFile) flushIfOld() error {
	if time.Since(c.flushed) < flushInterval {
		return nil
	}
	return c.flush()
}

// flush writes the buffer with one call. If not all of it can be written, the
// file is cut back to whole lines, which needs no space on the disk.
func (c *chainFile) flush() error {
	if len(c.buf) == 0 {
		return nil
	}
	n, err := c.file.Write(c.buf)
	if err != nil {
		whole := wholeLines(c.buf[:n])
		c.size += int64(whole)
		c.buf = c.buf[whole:]
		if cut := c.file.Truncate(c.size); cut != nil {
			return fmt.Errorf("file: cannot write results, and the last line may be torn: %w", errors.Join(err, cut))
		}
		return fmt.Errorf("file: cannot write results; what was written before is intact: %w", err)
	}
	c.size += int64(n)
	c.buf = c.buf[:0]
	c.flushed = time.Now()
	return nil
}

// wholeLines is the length of the part of b up to its last newline.
func wholeLines(b []byte) int {
	for n := len(b); n > 0; n-- {
		if b[n-1] == '\n' {
			return n
		}
	}
	return 0
}

// sync begins to make durable what is in the file; others go on writing meanwhile.
func (c *chainFile) sync() {
	c.durable, c.synced = make(chan error, 1), c.size
	go func() { c.durable <- c.file.Sync() }()
}

// close also waits until all that was written is durable.
func (c *chainFile) close() error {
	err := c.flush()
	if c.durable != nil {
		err = errors.Join(err, notDurable(<-c.durable))
	}
	if err == nil && (c.durable == nil || c.synced != c.size) {
		err = notDurable(c.file.Sync())
	}
	if closing := c.file.Close(); closing != nil && err == nil {
		err = fmt.Errorf("file: %w", closing)
	}
	return err
}

func notDurable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("file: cannot make results durable: %w", err)
}
