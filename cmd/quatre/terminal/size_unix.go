//go:build unix

package terminal

import (
	"io"
	"os"
	"syscall"
	"unsafe"
)

// sizer returns a function that tells the present size of the terminal w, and
// false if w is none.
func sizer(w io.Writer) (size func() (columns, rows int), ok bool) {
	f, ok := w.(*os.File)
	if !ok {
		return nil, false
	}
	if _, _, ok := windowSize(f); !ok {
		return nil, false
	}
	return func() (int, int) {
		columns, rows, _ := windowSize(f)
		return columns, rows
	}, true
}

// windowSize asks the kernel for the size of a terminal; ok is false if f is
// none. A terminal may not know its size and say 0.
func windowSize(f *os.File) (columns, rows int, ok bool) {
	var size struct{ rows, columns, width, height uint16 }
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	return int(size.columns), int(size.rows), errno == 0
}

// IsTerminal reports whether f is a terminal.
func IsTerminal(f *os.File) bool {
	_, _, ok := windowSize(f)
	return ok
}
