package cpu

import (
	"bytes"
	"crypto/sha256"
	"os"
)

// A cached file ends in the checksum of what is before it. The loader maps files
// into memory, where one that a crash or a full disk has cut short ends the
// process instead of giving an error; what follows an object's own sections it
// passes over.

// seal appends the checksum to a file.
func seal(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(sum[:])
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// sealed reports whether a file is there and whole.
func sealed(path string) bool {
	content, err := os.ReadFile(path)
	n := len(content) - sha256.Size
	if err != nil || n < 0 {
		return false
	}
	sum := sha256.Sum256(content[:n])
	return bytes.Equal(sum[:], content[n:])
}
