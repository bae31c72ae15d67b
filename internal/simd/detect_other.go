//go:build !amd64

package simd

func detect() bool { return false }
