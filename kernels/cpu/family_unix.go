//go:build unix

package cpu

import (
	"os/exec"
	"syscall"
)

// killFamily makes a cancelled command end together with the processes that it
// has started.
func killFamily(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
