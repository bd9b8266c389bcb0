package sampler

import (
	"context"
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// SMOTENC is SMOTE of tables in which some columns name categories by numbers.
// Every category in which two rows differ adds m² to their squared distance, m
// being the median of the standard deviations of the other columns within the
// class. New rows get of each categorical column what most of the k neighbours
// of their base row have; of several, one at random.
//
// Chawla, Bowyer, Hall and Kegelmeyer, SMOTE: synthetic minority over-sampling
// technique, JAIR 16 (2002), section 6.1.
type SMOTENC struct {
	Categorical []int    // columns, at least one and not all
	Strategy    Strategy // nil means Auto: all classes as large as the largest
	Seed        uint32   // of numpy's RandomState, which starts anew for each class
	KNeighbors  int      // 0 means 5
}

// Resample returns all rows of x and the new ones, class by class.
func (s SMOTENC) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	const name = "SMOTENC"
	in, err := read(x, y)
	if err == nil {
		err = in.table()
	}
	if err == nil {
		err = s.check(in.cols())
	}
	if err != nil {
		return nil, nil, named(name, err)
	}
	table := in.float64s()
	var found []*neighbours.Found // of each class of which rows are made
	var firsts []int              // of its new rows
	total := 0
	made, err := in.perClass(s.Strategy, func(c class, n int) ([]mix, error) {
		f, err := s.neighbours(ctx, in, c, table)
		if err != nil {
			return nil, err
		}
		found, firsts = append(found, f), append(firsts, total)
		total += n
		return mixes(nprand.New(s.Seed), n, len(c.rows), f.K, func(row, neighbour int) (from, to int) {
			return c.rows[row], c.rows[f.Rows(row)[neighbour]]
		}), nil
	})
	if err == nil {
		xs, ys, err = in.grow(made)
	}
	if err != nil {
		return nil, nil, named(name, err)
	}
	for i, f := range found {
		end := len(made)
		if i+1 < len(firsts) {
			end = firsts[i+1]
		}
		s.vote(in, f, table, made[firsts[i]:end], xs, in.rows()+firsts[i])
	}
	return xs, ys, nil
}

func (s SMOTENC) check(cols int) error {
	seen := map[int]bool{}
	for _, c := range s.Categorical {
		if c < 0 || c >= cols {
			return fmt.Errorf("categorical column %d of %d, want 0 to %d", c, cols, cols-1)
		}
		if seen[c] {
			return fmt.Errorf("categorical column %d is named twice", c)
		}
		seen[c] = true
	}
	switch len(seen) {
	case 0:
		return fmt.Errorf("no column is categorical: use SMOTE")
	case cols:
		return fmt.Errorf("all columns are categorical: use SMOTEN")
	}
	return nil
}

// float64s returns x as float64, row after row.
func (in *input) float64s() []float64 { return wide(in.x) }

func wide(t *tensor.Dense) []float64 {
	if t.Dtype() == tensor.Float64 {
		return t.Float64s()
	}
	out := make([]float64, len(t.Float32s()))
	for i, v := range t.Float32s() {
		out[i] = float64(v)
	}
	return out
}

// at is element i of x.
func (in *input) at(i int) float64 {
	if in.x.Dtype() == tensor.Float32 {
		return float64(in.x.Float32s()[i])
	}
	return in.x.Float64s()[i]
}

// neighbours finds neighbours within a class.
func (s SMOTENC) neighbours(ctx context.Context, in *input, c class, table []float64) (*neighbours.Found, error) {
	k, err := count(s.KNeighbors, 5)
	if err != nil {
		return nil, err
	}
	if err := c.enough(k, "KNeighbors"); err != nil {
		return nil, err
	}
	d := in.cols()
	var numeric []int
	for j := range d {
		if !slices.Contains(s.Categorical, j) {
			numeric = append(numeric, j)
		}
	}
	all := deviations(in, c, d)
	sds := make([]float64, len(numeric))
	for i, j := range numeric {
		sds[i] = all[j]
	}
	slices.Sort(sds)
	median := sds[len(sds)/2]
	if len(sds)%2 == 0 {
		median = (sds[len(sds)/2-1] + median) / 2
	}
	groups, err := in.equal(c.rows)
	if err != nil {
		return nil, err
	}
	self := make([]int32, len(c.rows))
	for i := range self {
		self[i] = int32(i)
	}
	return neighbours.Scan(ctx, len(c.rows), groups, k, self, func(q, b int) float64 {
		query, base := table[c.rows[q]*d:][:d], table[c.rows[b]*d:][:d]
		var sum float64
		for _, j := range numeric {
			diff := query[j] - base[j]
			sum += float64(diff * diff)
		}
		differ := 0
		for _, j := range s.Categorical {
			if query[j] != base[j] {
				differ++
			}
		}
		return sum + float64(median*median)*float64(differ)
	})
}

// vote sets the categorical columns of the new rows of a class, which stand in
// xs from row first on.
func (s SMOTENC) vote(in *input, f *neighbours.Found, table []float64, made []mix, xs *tensor.Dense, first int) {
	if len(made) == 0 {
		return
	}
	d := in.cols()
	rows := in.classes[in.class[made[0].from]].rows
	rng := nprand.New(s.Seed)
	for _, col := range s.Categorical {
		// Upstream lists the winners of all rows, by row and category, shuffles
		// the list, and takes the first of each row.
		type winner struct {
			row   int
			value float64
		}
		var winners []winner
		seen := make([]float64, f.K)
		for i, m := range made {
			base, _ := slices.BinarySearch(rows, m.from)
			for j, n := range f.Rows(base) {
				seen[j] = table[rows[n]*d+col]
			}
			slices.Sort(seen)
			for _, v := range modes(seen) {
				winners = append(winners, winner{i, v})
			}
		}
		done := make([]bool, len(made))
		for _, at := range rng.Permutation(len(winners)) {
			w := winners[at]
			if done[w.row] {
				continue
			}
			done[w.row] = true
			set(xs, (first+w.row)*d+col, w.value)
		}
	}
}

// modes returns the values that are most frequent, ascending as v is.
func modes(v []float64) []float64 {
	var best []float64
	top := 0
	for lo := 0; lo < len(v); {
		hi := lo
		for hi < len(v) && v[hi] == v[lo] {
			hi++
		}
		if hi-lo > top {
			best, top = best[:0], hi-lo
		}
		if hi-lo == top {
			best = append(best, v[lo])
		}
		lo = hi
	}
	return best
}

func set(x *tensor.Dense, i int, v float64) {
	if x.Dtype() == tensor.Float32 {
		x.Float32s()[i] = float32(v)
	} else {
		x.Float64s()[i] = v
	}
}
