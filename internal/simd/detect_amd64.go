package simd

// cpuid executes the instruction of that name.
func cpuid(leaf, subleaf uint32) (a, b, c, d uint32)

// xgetbv returns the lower half of the register that says which states the
// operating system saves.
func xgetbv() uint32

// detect asks for OSXSAVE, AVX and FMA (leaf 1), AVX2 (leaf 7) and for the
// upper halves of the vector registers to be saved (Intel 64 manual, volume 1,
// section 14.3).
func detect() bool {
	const (
		fma     = 1 << 12
		osxsave = 1 << 27
		avx     = 1 << 28
		avx2    = 1 << 5
		saved   = 1<<1 | 1<<2
	)
	highest, _, _, _ := cpuid(0, 0)
	if highest < 7 {
		return false
	}
	_, _, c, _ := cpuid(1, 0)
	if c&(fma|osxsave|avx) != fma|osxsave|avx || xgetbv()&saved != saved {
		return false
	}
	_, b, _, _ := cpuid(7, 0)
	return b&avx2 != 0
}
