package main

import (
	"bufio"
	"io"
	"os"
)

// result writes a command's result to stdout; an error is one of output.
func result(write func(w io.Writer) error) error {
	w := bufio.NewWriter(os.Stdout)
	err := write(w)
	if flushErr := w.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return failf(inOutput, "cannot write to stdout: %w", err)
	}
	return nil
}
