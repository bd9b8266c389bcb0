package kernel

// Rows that are searched lie in panels of PanelRows, column by column: element
// j of row i of a panel is at j*PanelRows + i. Boxes that hold such rows lie Fan
// together: for each column their Fan low ends, then their Fan high ends; NaN
// for a box that does not exist.
//
// All sums are of float32, column by column, so that they are within
// (columns+2)·2^-24 of the sum of the sizes of what is added.
const (
	PanelRows = 32
	Fan       = 16
)

// Boxes sets out to the squared distances of q from Fan boxes, 0 for one that q
// is in.
func Boxes(out *[Fan]float32, q, boxes []float32) {
	boxes = boxes[:2*Fan*len(q)]
	if len(q) > 0 && vectorBoxes(out, q, boxes) {
		return
	}
	clear(out[:])
	for j, v := range q {
		low, high := boxes[2*j*Fan:][:Fan], boxes[(2*j+1)*Fan:][:Fan]
		for i := range out {
			gap := v - high[i]
			if d := low[i] - v; !(gap > d) {
				gap = d
			}
			if gap > 0 || gap != gap {
				out[i] += gap * gap
			}
		}
	}
}

// Near is what is known of the rows of up to Fan panels.
type Near struct {
	Masks [Fan]uint32             // bit i for row i that is near
	Away  [Fan][PanelRows]float32 // the squared distances of the rows
}

// Look looks into those of up to Fan panels whose boxes are no farther from q
// than limit, squared, and finds the rows that are no farther. Bit p of hits is
// set if there is one in panel p. What n holds of other panels is undefined.
func (n *Near) Look(q, boxes, panels []float32, limit float32) (hits uint32) {
	if len(q) == 0 {
		return 0
	}
	if hits, ok := vectorNearRows(n, q, boxes[:2*Fan*len(q)], panels, limit); ok {
		return hits
	}
	var away [Fan]float32
	Boxes(&away, q, boxes)
	for p, d := range away {
		if !(d <= limit) {
			continue
		}
		sums, mask := &n.Away[p], uint32(0)
		clear(sums[:])
		panel := panels[p*len(q)*PanelRows:]
		for j, v := range q {
			for i, b := range panel[j*PanelRows:][:PanelRows] {
				sums[i] += (v - b) * (v - b)
			}
		}
		for i, s := range sums {
			if s <= limit {
				mask |= 1 << i
			}
		}
		if n.Masks[p] = mask; mask != 0 {
			hits |= 1 << p
		}
	}
	return hits
}

// BelowRows is how many queries [Below] takes at a time.
func BelowRows() int {
	switch active {
	case AVX512:
		return 14
	case AVX2:
		return 6
	}
	return 4
}

// Below compares products of queries and the rows b of a panel with limits: bit
// i of masks[q] is set unless norms[i] - q·b_i is greater than limits[q]; it is
// set where that is NaN. Queries come in tiles of [BelowRows], element j of query
// q of a tile at j*BelowRows() + q; the number of limits is that of the queries.
func Below(masks []uint32, queries []float32, cols int, panel, norms, limits []float32) {
	rows := BelowRows()
	masks, queries, panel, norms = masks[:len(limits)], queries[:len(limits)*cols], panel[:cols*PanelRows], norms[:PanelRows]
	if len(limits)%rows != 0 {
		panic("kernel: queries are not whole tiles")
	}
	if cols == 0 || len(limits) == 0 || vectorBelow(masks, queries, cols, panel, norms, limits) {
		return
	}
	for q, limit := range limits {
		s := [PanelRows]float32(norms)
		tile := queries[q/rows*rows*cols+q%rows:]
		for j := range cols {
			v := tile[j*rows]
			for i, b := range panel[j*PanelRows:][:PanelRows] {
				s[i] -= v * b
			}
		}
		masks[q] = 0
		for i, v := range s {
			if !(v > limit) {
				masks[q] |= 1 << i
			}
		}
	}
}
