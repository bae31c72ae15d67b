//go:build !unix

package cpu

import "os/exec"

// killFamily is for systems with process groups.
func killFamily(*exec.Cmd) {}
