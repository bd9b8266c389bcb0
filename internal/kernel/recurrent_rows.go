package kernel

// rowFormula names an elementwise step of a recurrent layer on operands that
// lie in rows, each in its own. Operands that are written come first.
type rowFormula int

const (
	rowProduct     rowFormula = iota // y = a·b
	rowAddProduct                    // y += a·b
	rowTwoProducts                   // y = a·b + c·d
	rowSpread                        // y = a·b, z = a·c; operands y, z, a, b, c
	rowSpreadAdd                     // y = a·b, z += a·c
	rowMix                           // y = a·b + (1-a)·c
	rowMixGrad                       // da = dy·(b-c), dc = dy·(1-a), db = dy·a; operands da, dc, db, dy, a, b, c
	// The gradient of s = f·s' + i·c, where that of s is ds plus what dc holds:
	// di, df, dc and ds' from them; operands di, df, dc, ds', ds, i, f, c, s'.
	rowLSTMGrad
)

// rowOperand is a matrix whose rows are step apart.
type rowOperand[T Float] struct {
	x    []T
	step int
}

func (o rowOperand[T]) row(i, n int) []T { return o.x[i*o.step:][:n] }

// onRows computes a formula on the first n columns of rows.
func onRows[T Float](f rowFormula, rows, n int, operands ...rowOperand[T]) {
	if vectorRows(f, rows, n, operands) {
		return
	}
	for i := range rows {
		var o [9][]T
		for j := range operands {
			o[j] = operands[j].row(i, n)
		}
		onRow(f, o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8])
	}
}

// onRow computes a formula on rows of one length. Within an element all is
// read before anything is written, so a result may take an operand's place.
func onRow[T Float](f rowFormula, o0, o1, o2, o3, o4, o5, o6, o7, o8 []T) {
	switch f {
	case rowProduct:
		for j, a := range o1 {
			o0[j] = a * o2[j]
		}
	case rowAddProduct:
		for j, a := range o1 {
			o0[j] += a * o2[j]
		}
	case rowTwoProducts:
		for j, a := range o1 {
			o0[j] = a*o2[j] + o3[j]*o4[j]
		}
	case rowSpread:
		for j, a := range o2 {
			o0[j], o1[j] = a*o3[j], a*o4[j]
		}
	case rowSpreadAdd:
		for j, a := range o2 {
			o0[j], o1[j] = a*o3[j], o1[j]+a*o4[j]
		}
	case rowMix:
		for j, a := range o1 {
			o0[j] = a*o2[j] + (1-a)*o3[j]
		}
	case rowMixGrad:
		for j, g := range o3 {
			o0[j], o1[j], o2[j] = g*(o5[j]-o6[j]), g*(1-o4[j]), g*o4[j]
		}
	case rowLSTMGrad:
		for j, g := range o4 {
			g += o2[j]
			o0[j], o1[j], o2[j], o3[j] = g*o7[j], g*o8[j], g*o5[j], g*o6[j]
		}
	}
}
