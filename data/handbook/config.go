package handbook

import (
	"fmt"
	"math"
	"time"
)

const daySeconds = 24 * 60 * 60

// Config sizes the simulated world. The zero value is the handbook's own;
// smaller worlds are for tests and examples. The seeds are part of the data
// set and cannot be set.
type Config struct {
	Customers int       // 0 means 5000
	Terminals int       // 0 means 10000
	Days      int       // 0 means 183
	Radius    float64   // customers use terminals nearer than this on a 100 x 100 map; 0 means 5
	Start     time.Time // its calendar date is day 0; the zero time means 2018-04-01
}

// resolve fills in the defaults and checks the rest.
func (c Config) resolve() (Config, error) {
	fill(&c.Customers, 5000)
	fill(&c.Terminals, 10000)
	fill(&c.Days, 183)
	fill(&c.Radius, 5)
	fill(&c.Start, time.Date(2018, time.April, 1, 0, 0, 0, 0, time.UTC))
	c.Start = midnight(c.Start)
	const most = math.MaxInt32 // identities and seconds are int32
	switch {
	case c.Customers < 0 || c.Customers > most:
		return c, fmt.Errorf("handbook: config wants 0 to %d customers, got %d", most, c.Customers)
	case c.Terminals < 0 || c.Terminals > most:
		return c, fmt.Errorf("handbook: config wants 0 to %d terminals, got %d", most, c.Terminals)
	case c.Days < 0 || c.Days > most/daySeconds:
		return c, fmt.Errorf("handbook: config wants 0 to %d days, got %d", most/daySeconds, c.Days)
	case !(c.Radius > 0):
		return c, fmt.Errorf("handbook: config wants a radius of 0 or more, got %v", c.Radius)
	}
	return c, nil
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// midnight returns the start of t's calendar date, in UTC.
func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
