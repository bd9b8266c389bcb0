package handbook

import (
	"slices"

	"github.com/counterweight-go/counterweight/internal/nprand"
)

// markFrauds writes Scenario and raises the amounts of scenario 3. The
// scenarios come one after the other because the last one to touch a row
// names it, and because scenario 1 looks at the amounts before they rise.
func (tx *Transactions) markFrauds(cfg Config) {
	for row, amount := range tx.Amount {
		if amount > 220 {
			tx.Scenario[row] = 1
		}
	}

	numpy, python := new(nprand.RandomState), new(nprand.Python)
	byTerminal := groupBy(tx.Terminal, cfg.Terminals)
	for day := range cfg.Days - 1 { // nothing is compromised on the last day
		numpy.Seed(uint32(day))
		for _, terminal := range numpy.Choice(cfg.Terminals, min(2, cfg.Terminals), false) {
			for _, row := range tx.within(byTerminal.of(terminal), day, day+28) {
				tx.Scenario[row] = 2
			}
		}
	}

	byCustomer := groupBy(tx.Customer, cfg.Customers)
	var rows []int32
	for day := range cfg.Days - 1 {
		numpy.Seed(uint32(day))
		rows = rows[:0]
		for _, c := range numpy.Choice(cfg.Customers, min(3, cfg.Customers), false) {
			rows = append(rows, tx.within(byCustomer.of(c), day, day+14)...)
		}
		slices.Sort(rows)
		python.Seed(uint64(day))
		for _, i := range python.Sample(len(rows), len(rows)/3) {
			tx.Scenario[rows[i]] = 3
			tx.Amount[rows[i]] *= 5
		}
	}
}
