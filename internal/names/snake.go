package names

import (
	"strings"
	"unicode"
)

// Snake turns a class into a name as Keras does: "BatchNormalization" into
// "batch_normalization", "Conv2DTranspose" into "conv2d_transpose".
func Snake(class string) string {
	var b strings.Builder
	letters := []rune(class)
	for i, r := range letters {
		afterLower := i > 0 && unicode.IsLower(letters[i-1])
		beforeLower := i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1])
		if unicode.IsUpper(r) && (afterLower || beforeLower) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
