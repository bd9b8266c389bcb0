package sampler

// Resampling says how a fit resamples the rows that it trains on. The zero value
// does not.
//
// Validation rows are never resampled: a validation split is cut off first, and
// validation data stays as it is. Class weights that are computed from counts
// count the resampled rows, which is what the fit sees. Of a [Selector] the
// picked rows keep their sample weights; a sampler that makes rows is an error
// beside sample weights, since a made row has none. Rows are picked from inputs
// of any rank, and made of tables only.
type Resampling struct {
	Sampler Sampler // nil for none
	// EachEpoch resamples the original rows anew for each pass over the data,
	// pass e (counted from 0) with the sampler's seed plus e. Otherwise it is done
	// once, before the first pass.
	EachEpoch bool
}

// Seeded is a sampler that draws random numbers.
type Seeded interface {
	Sampler
	// Reseeded returns the sampler with its seed raised by a number, modulo 2^32.
	Reseeded(add uint32) Sampler
}

// ForPass returns the sampler of a pass over the data: itself, but for EachEpoch
// and a [Seeded] one.
func (r Resampling) ForPass(pass uint64) Sampler {
	if r.EachEpoch {
		return reseeded(r.Sampler, uint32(pass))
	}
	return r.Sampler
}

// Reseeded implements [Seeded].
func (s RandomOverSampler) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s RandomUnderSampler) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s SMOTE) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s BorderlineSMOTE) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s SMOTENC) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s SMOTEN) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s ADASYN) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded]. It also raises the seeds of Over and Clean.
func (s SMOTEENN) Reseeded(add uint32) Sampler {
	if s.Over == nil {
		s.Seed += add
	}
	s.Over, s.Clean = reseeded(s.Over, add), reseeded(s.Clean, add)
	return s
}

// Reseeded implements [Seeded]. It also raises the seeds of Over and Clean.
func (s SMOTETomek) Reseeded(add uint32) Sampler {
	if s.Over == nil {
		s.Seed += add
	}
	s.Over, s.Clean = reseeded(s.Over, add), reseeded(s.Clean, add)
	return s
}

// Reseeded implements [Seeded].
func (s CondensedNearestNeighbour) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s OneSidedSelection) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s KMeansSMOTE) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s SVMSMOTE) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s ProWSyn) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s GeometricSMOTE) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s ClusterCentroids) Reseeded(add uint32) Sampler { s.Seed += add; return s }

// Reseeded implements [Seeded].
func (s InstanceHardnessThreshold) Reseeded(add uint32) Sampler { s.Seed += add; return s }

func reseeded(s Sampler, add uint32) Sampler {
	if seeded, ok := s.(Seeded); ok {
		return seeded.Reseeded(add)
	}
	return s
}

// Picks returns the sampler as a [Selector] if its rows are rows of x: a
// [RandomOverSampler] with Shrinkage makes rows.
func Picks(s Sampler) (Selector, bool) {
	if o, ok := s.(RandomOverSampler); ok && o.Shrinkage != nil {
		return nil, false
	}
	selector, ok := s.(Selector)
	return selector, ok
}
