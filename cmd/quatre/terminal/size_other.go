//go:build !unix

package terminal

import (
	"io"
	"os"
)

// sizer finds no terminals on this system, so progress comes in lines.
func sizer(io.Writer) (size func() (columns, rows int), ok bool) { return nil, false }

// IsTerminal finds no terminals on this system.
func IsTerminal(*os.File) bool { return false }
