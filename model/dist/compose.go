package dist

import "fmt"

// compose returns a univariate distribution made from others: its parameters
// are own followed by those of the parts, one part after the other.
func compose(name string, f formula, own family, parts []univariate, err error) univariate {
	d := univariate{family: family{name: name}, f: f}
	for _, p := range append([]univariate{{family: own}}, parts...) {
		d.params = append(d.params, p.params...)
		d.rules = append(d.rules, p.rules...)
	}
	d.fail(err)
	for _, p := range d.params {
		d.fail(p.Err())
	}
	d.s = f.support(d.params)
	return d
}

// univariatePart returns the distribution d that the composite called name is
// made from.
func univariatePart(name string, d Distribution) (univariate, error) {
	if d == nil {
		return univariate{}, fmt.Errorf("%s: no distribution given", name)
	}
	if err := d.Err(); err != nil {
		return univariate{}, fmt.Errorf("%s: %w", name, err)
	}
	u, ok := d.(univariate)
	if !ok {
		return univariate{}, fmt.Errorf("%s: %s has no distribution function; take a univariate family", name, d.Name())
	}
	return u, nil
}
