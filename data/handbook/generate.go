package handbook

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/nprand"
)

type point struct{ x, y float64 }

type customer struct {
	point
	mean float64 // of the amounts; their standard deviation is half of it
	rate float64 // transactions per day
}

type sale struct {
	time, terminal int32
	amount         float64
}

// Generate simulates the transactions of a world of customers and terminals
// and marks three kinds of fraud:
//
//   - Customers and terminals lie uniformly on a 100 x 100 map; mean amounts
//     are uniform in [5, 100), daily rates in [0, 4).
//   - On each day a customer buys Poisson(rate) times, at N(43200, 20000)
//     seconds (dropped outside the day), for N(mean, mean/2) rounded to cents
//     (uniform in [0, 2 mean) if negative), at a random terminal nearer than
//     Radius (nowhere if there is none).
//   - Scenario 1: every amount above 220. Scenario 2: two terminals a day
//     are compromised, and all their transactions of 28 days are frauds.
//     Scenario 3: three customers a day are, and a third of their
//     transactions of 14 days are frauds of five times the amount. A later
//     scenario overwrites an earlier one.
//
// Rows of the same second stand in the order of their customers. The zero
// Config gives 1,754,155 transactions with 973, 9,077 and 4,631 frauds of
// scenarios 1, 2 and 3. Errors: a Config out of range, ctx done, or more
// transactions than 2^31.
//
// Source: Le Borgne et al., Reproducible Machine Learning for Credit Card
// Fraud Detection, 2022, chapter 3.
func Generate(ctx context.Context, cfg Config) (*Transactions, error) {
	cfg, err := cfg.resolve()
	if err != nil {
		return nil, err
	}
	customers, terminals := world(cfg)
	sales := make([][]sale, len(customers))
	err = forEach(ctx, len(customers), func() func(int) {
		numpy, python := new(nprand.RandomState), new(nprand.Python)
		return func(i int) {
			numpy.Seed(uint32(i))
			python.Seed(uint64(i))
			sales[i] = customers[i].simulate(cfg, terminals, numpy, python)
		}
	})
	if err != nil {
		return nil, err
	}
	tx, err := table(sales)
	if err != nil {
		return nil, err
	}
	tx.Start = cfg.Start
	tx.markFrauds(cfg)
	return tx, nil
}

func world(cfg Config) ([]customer, []point) {
	r := nprand.New(0)
	customers := make([]customer, cfg.Customers)
	for i := range customers {
		c := &customers[i]
		c.x, c.y = r.Uniform(0, 100), r.Uniform(0, 100)
		c.mean, c.rate = r.Uniform(5, 100), r.Uniform(0, 4)
	}
	r.Seed(1)
	terminals := make([]point, cfg.Terminals)
	for i := range terminals {
		terminals[i] = point{r.Uniform(0, 100), r.Uniform(0, 100)}
	}
	return customers, terminals
}

// simulate returns a customer's transactions day by day, unsorted within one.
func (c customer) simulate(cfg Config, terminals []point, numpy *nprand.RandomState, python *nprand.Python) []sale {
	var near []int32
	for j, t := range terminals {
		dx, dy := c.x-t.x, c.y-t.y
		if math.Sqrt(float64(dx*dx)+float64(dy*dy)) < cfg.Radius {
			near = append(near, int32(j))
		}
	}
	if len(near) == 0 {
		return nil
	}
	sales := make([]sale, 0, int(c.rate*float64(cfg.Days)))
	for day := range cfg.Days {
		for range numpy.Poisson(c.rate) {
			second := int32(numpy.Normal(daySeconds/2, 20000))
			if second <= 0 || second >= daySeconds {
				continue
			}
			amount := numpy.Normal(c.mean, c.mean/2)
			if amount < 0 {
				amount = numpy.Uniform(0, 2*c.mean)
			}
			sales = append(sales, sale{
				time:     int32(day)*daySeconds + second,
				terminal: near[python.RandBelow(len(near))],
				amount:   math.RoundToEven(amount*100) / 100,
			})
		}
	}
	return sales
}

// table sorts the customers' transactions by time, stably.
func table(sales [][]sale) (*Transactions, error) {
	total := 0
	for _, s := range sales {
		total += len(s)
	}
	if total > math.MaxInt32 {
		return nil, fmt.Errorf("handbook: config gives %d transactions, want at most %d", total, math.MaxInt32)
	}
	type origin struct{ customer, index int32 }
	origins := make([]origin, 0, total)
	keys := make([]uint64, 0, total) // time above, place among the origins below
	for c, s := range sales {
		for i := range s {
			keys = append(keys, uint64(s[i].time)<<32|uint64(len(origins)))
			origins = append(origins, origin{int32(c), int32(i)})
		}
	}
	slices.Sort(keys)
	tx := &Transactions{
		Time:     make([]int32, total),
		Customer: make([]int32, total),
		Terminal: make([]int32, total),
		Amount:   make([]float64, total),
		Scenario: make([]uint8, total),
	}
	for row, key := range keys {
		from := origins[uint32(key)]
		s := sales[from.customer][from.index]
		tx.Time[row], tx.Customer[row], tx.Terminal[row], tx.Amount[row] = s.time, from.customer, s.terminal, s.amount
	}
	return tx, nil
}
