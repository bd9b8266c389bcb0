package handbook

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
)

// CardPrecision returns the card precision at k: the share of compromised
// cards among the k that an investigator checks each day, averaged over the
// days of rows.
//
//	CP@k = 1/D sum_d |compromised cards among the top k of day d| / k
//
// The days pass in order. On each, a customer has the highest of their scores
// and is compromised if any of their transactions in rows on that day is a
// fraud. Customers are ranked by falling score, equal scores by rising
// identity. The compromised ones among the top k are caught and no longer
// take part on later days; those below the top k stay in, and so do false
// alarms. The count is divided by k even where fewer than k customers take
// part.
//
// scores[i] belongs to rows[i]; rows may come in any order. Errors: no rows,
// another number of scores than rows, a row outside the table, a NaN score,
// k below 1.
//
// Source: Le Borgne et al. 2022, chapter 4, "Card Precision top-k".
func (tx *Transactions) CardPrecision(rows []int, scores []float64, k int) (float64, error) {
	if err := tx.check(); err != nil {
		return 0, err
	}
	switch {
	case k < 1:
		return 0, fmt.Errorf("handbook: card precision at %d, want at least 1", k)
	case len(rows) == 0:
		return 0, fmt.Errorf("handbook: card precision of no rows")
	case len(scores) != len(rows):
		return 0, fmt.Errorf("handbook: %d scores for %d rows", len(scores), len(rows))
	}

	type card struct {
		customer    int32
		score       float64
		compromised bool
	}
	days := map[int]map[int32]card{}
	for i, row := range rows {
		if row < 0 || row >= tx.Len() {
			return 0, fmt.Errorf("handbook: row %d of a table of %d", row, tx.Len())
		}
		if math.IsNaN(scores[i]) {
			return 0, fmt.Errorf("handbook: score %d is NaN", i)
		}
		cards := days[tx.Day(row)]
		if cards == nil {
			cards = map[int32]card{}
			days[tx.Day(row)] = cards
		}
		id := tx.Customer[row]
		c, ok := cards[id]
		if !ok {
			c = card{id, scores[i], false}
		}
		cards[id] = card{id, max(c.score, scores[i]), c.compromised || tx.Fraud(row)}
	}

	caught := map[int32]bool{}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		ranked := slices.SortedFunc(maps.Values(days[day]), func(a, b card) int {
			return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.customer, b.customer))
		})
		ranked = slices.DeleteFunc(ranked, func(c card) bool { return caught[c.customer] })
		for _, c := range ranked[:min(k, len(ranked))] {
			if c.compromised {
				caught[c.customer] = true
			}
		}
	}
	// Nobody is caught twice, so the days' hits add up to the caught.
	return float64(len(caught)) / float64(k) / float64(len(days)), nil
}
