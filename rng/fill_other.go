//go:build !amd64

package rng

func fillBlocks([]uint64, uint64, uint64, uint64) int { return 0 }

func fillUniform([]float64, []uint64) int { return 0 }

func fillCentral(_ []float64, tails []uint8, _ []uint64) (int, []uint8) { return 0, tails }
