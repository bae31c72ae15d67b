package transition

// Mapped is a log density over coordinates z that a map with constants ties to
// the model's own unconstrained coordinates q. Latents of the model with a
// location-scale prior, of location μ and scale σ that may depend on other
// coordinates, go through the conditional map with the constants A, B and C:
//
//	w = A / (A + B σ²)    m = w μ + (1 − w) C    x = m + z σ / sqrt(A + B σ²)
//
// All other coordinates are the same in both. A = 0, B = 1, C = 0 is the
// identity in x; A = 1, B = 0 is the non-centred form; A = 1, B = h, C = c
// makes z standard normal, independent of μ and σ, where everything but the
// prior says of x what a Normal with precision h and centre c does.
//
// LogDensityGrad is the density of z: the Jacobian of the map is part of it.
type Mapped interface {
	LogDensity
	// Latents lists the mapped coordinates, every latent after those that its
	// location and scale depend on. It does not change; read only.
	Latents() []Latent
	// SetMap sets the constants, one for each of Latents. They hold from the next
	// evaluation on. A new Mapped has those of the model as written: z = q.
	SetMap(constants []MapConstants) error
	// ToModel writes the model's coordinates at z to q, both of length Dim.
	ToModel(q, z []float64) error
	// LocationScale writes, for each latent, its location and its scale, and, one
	// latent after the other, the derivatives of its location by the values of
	// its Previous latents, at the model's coordinates q; slope has Links numbers.
	// It does not depend on the constants.
	LocationScale(location, scale, slope, q []float64) error
}

// Latent describes one mapped coordinate.
type Latent struct {
	Coordinate int // its index in q and in z

	// Level is 0 for latents that depend on no other latent, otherwise one more
	// than the highest level among those that location and scale depend on,
	// Previous excepted.
	Level int

	// Previous are the places in Latents of those, of the same Level, that the
	// location depends on linearly: one in a random walk, several in an
	// autoregression of higher order, none elsewhere.
	Previous []int

	// Standardized says that the model is written with (x − μ)/σ as coordinate in
	// place of x. Constants that leave such a model as written are A = 1, B = 0.
	Standardized bool
}

// Links counts the previous latents of all latents.
func Links(latents []Latent) int {
	n := 0
	for _, l := range latents {
		n += len(l.Previous)
	}
	return n
}

// MapConstants are the constants of one latent's map.
type MapConstants struct{ A, B, C float64 }

// AsWritten returns the constants under which the latent's z and q are equal.
func (l Latent) AsWritten() MapConstants {
	if l.Standardized {
		return MapConstants{A: 1}
	}
	return MapConstants{B: 1}
}
