//go:build !amd64

package rng

func (l *largeMeans) attemptAll() (tested []uint8, ok bool) { return nil, false }

func (l *largeMeans) attemptAgain([]uint8) (tested []uint8, ok bool) { return nil, false }

func (m *nearMode) compareAll(int) bool { return false }
