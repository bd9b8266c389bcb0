package callback

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A path template is text with fields in braces, {key} or {key:format}, as
// Python's str.format fills them in; {{ and }} are braces. The format is
//
//	[[fill]align][sign][0][width][,][.precision][type]
//
// with align one of < > ^ =, sign one of + - and blank, and type d for whole
// numbers and e E f F g G % for all. Whole numbers are epoch and batch.

// piece is text, or a field.
type piece struct {
	text   string
	key    string // "" for text
	format string
}

// parseTemplate cuts a template into pieces.
func parseTemplate(template string) ([]piece, error) {
	var pieces []piece
	var text strings.Builder
	for rest := template; rest != ""; {
		at := strings.IndexAny(rest, "{}")
		if at < 0 {
			at = len(rest)
		}
		text.WriteString(rest[:at])
		rest = rest[at:]
		switch {
		case rest == "":
		case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"):
			text.WriteByte(rest[0])
			rest = rest[2:]
		case rest[0] == '}':
			return nil, fmt.Errorf("a } without its {: write }} for a brace")
		default:
			field, after, found := strings.Cut(rest[1:], "}")
			if !found || strings.Contains(field, "{") {
				return nil, fmt.Errorf("a { without its }: write {{ for a brace")
			}
			key, format, _ := strings.Cut(field, ":")
			if key == "" {
				return nil, fmt.Errorf("a field without a name, want the key of a logged value, epoch or batch")
			}
			if _, err := parseFormat(format); err != nil {
				return nil, fmt.Errorf("field {%s}: %w", field, err)
			}
			pieces = append(pieces, piece{text: text.String()}, piece{key: key, format: format})
			text.Reset()
			rest = after
		}
	}
	return append(pieces, piece{text: text.String()}), nil
}

// fillTemplate puts values in place of fields. Whole says whether the value of
// a key is a whole number.
func fillTemplate(pieces []piece, value func(key string) (v float64, whole bool, err error)) (string, error) {
	var out strings.Builder
	for _, p := range pieces {
		out.WriteString(p.text)
		if p.key == "" {
			continue
		}
		v, whole, err := value(p.key)
		if err != nil {
			return "", err
		}
		f, err := parseFormat(p.format)
		if err != nil {
			return "", err
		}
		text, err := f.number(v, whole)
		if err != nil {
			return "", fmt.Errorf("field {%s:%s}: %w", p.key, p.format, err)
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

// numberFormat is how a field is written. 0 stands for what is not said.
type numberFormat struct {
	fill             rune
	align, sign, typ byte
	width            int
	comma            bool
	precision        int // -1 when not said
}

func parseFormat(text string) (numberFormat, error) {
	f := numberFormat{fill: ' ', precision: -1}
	rest := text
	fail := func() (numberFormat, error) {
		return f, fmt.Errorf("format %q, want [[fill]align][sign][0][width][,][.precision][type]", text)
	}
	const aligns = "<>^="
	if r, n := utf8.DecodeRuneInString(rest); n > 0 && len(rest) > n && strings.IndexByte(aligns, rest[n]) >= 0 {
		f.fill, f.align, rest = r, rest[n], rest[n+1:]
	} else if rest != "" && strings.IndexByte(aligns, rest[0]) >= 0 {
		f.align, rest = rest[0], rest[1:]
	}
	if rest != "" && strings.IndexByte("+- ", rest[0]) >= 0 {
		f.sign, rest = rest[0], rest[1:]
	}
	if strings.HasPrefix(rest, "0") {
		rest = rest[1:]
		if f.align == 0 {
			f.fill, f.align = '0', '='
		}
	}
	digits := func() (int, bool) {
		n := 0
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		v, err := strconv.Atoi(rest[:n])
		rest = rest[n:]
		return v, err == nil && v <= 200
	}
	ok := true
	if rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		if f.width, ok = digits(); !ok {
			return fail()
		}
	}
	if f.comma = strings.HasPrefix(rest, ","); f.comma {
		rest = rest[1:]
	}
	if strings.HasPrefix(rest, ".") {
		rest = rest[1:]
		if f.precision, ok = digits(); !ok {
			return fail()
		}
	}
	if len(rest) > 1 || rest != "" && !strings.Contains("deEfFgG%", rest) {
		return fail()
	}
	if rest != "" {
		f.typ = rest[0]
	}
	return f, nil
}

// number writes v as Python does.
func (f numberFormat) number(v float64, whole bool) (string, error) {
	digits, err := f.digits(math.Abs(v), whole)
	if err != nil {
		return "", err
	}
	sign := ""
	switch {
	case math.Signbit(v) && !math.IsNaN(v):
		sign = "-"
	case f.sign == '+' || f.sign == ' ':
		sign = string(f.sign)
	}
	if f.comma {
		digits = grouped(digits, f, len(sign))
	}
	pad := strings.Repeat(string(f.fill), max(f.width-len(sign)-len(digits), 0))
	switch f.align {
	case '<':
		return sign + digits + pad, nil
	case '=':
		return sign + pad + digits, nil
	case '^':
		at := (f.width - len(sign) - len(digits)) / 2 * len(string(f.fill))
		if pad == "" {
			at = 0
		}
		return pad[:at] + sign + digits + pad[at:], nil
	}
	return pad + sign + digits, nil
}

// digits writes a number that is not negative, without padding.
func (f numberFormat) digits(v float64, whole bool) (string, error) {
	if whole && (f.typ == 0 || f.typ == 'd') {
		if f.precision >= 0 {
			return "", fmt.Errorf("a whole number has no precision")
		}
		return strconv.FormatInt(int64(v), 10), nil
	}
	precision := f.precision
	if precision < 0 {
		precision = 6
	}
	upper := func(s string) string {
		if f.typ == 'E' || f.typ == 'F' || f.typ == 'G' {
			return strings.ToUpper(s)
		}
		return s
	}
	switch f.typ {
	case 'd':
		return "", fmt.Errorf("type d, but the value %v is not a whole number", v)
	case 'e', 'E':
		return upper(finite(v, 'e', precision)), nil
	case 'f', 'F':
		return upper(finite(v, 'f', precision)), nil
	case '%':
		return finite(v*100, 'f', precision) + "%", nil
	case 'g', 'G':
		return upper(general(v, precision, 0)), nil
	}
	if f.precision >= 0 { // like g, but the number looks like a float
		return general(v, f.precision, 1), nil
	}
	s := finite(v, 'g', -1)
	if v != 0 && !math.IsInf(v, 0) && !math.IsNaN(v) && v >= 1e-4 && v < 1e16 {
		s = finite(v, 'f', -1)
	}
	if strings.Trim(s, "0123456789") == "" {
		s += ".0"
	}
	return s, nil
}

func finite(v float64, typ byte, precision int) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 0):
		return "inf"
	}
	return strconv.FormatFloat(v, typ, precision, 64)
}

// general writes significant digits without zeros at the end. The exponent
// form begins at 10^(significant-least); with least 1 a number without a point
// gets ".0".
func general(v float64, significant, least int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return finite(v, 'f', 0)
	}
	significant = max(significant, 1)
	scientific := strconv.FormatFloat(v, 'e', significant-1, 64)
	mantissa, exponent, _ := strings.Cut(scientific, "e")
	x, _ := strconv.Atoi(exponent)
	if strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	if x < -4 || x >= significant-least {
		return mantissa + "e" + exponent
	}
	s := strconv.FormatFloat(v, 'f', max(significant-1-x, 0), 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if least > 0 && !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// grouped puts commas between thousands; zeros that fill up count as digits.
func grouped(digits string, f numberFormat, sign int) string {
	end := 0
	for end < len(digits) && digits[end] >= '0' && digits[end] <= '9' {
		end++
	}
	whole, rest := digits[:end], digits[end:]
	group := func(s string) string {
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + "," + s[i:]
		}
		return s
	}
	if whole == "" {
		return digits
	}
	if f.fill == '0' && f.align == '=' {
		for len(group(whole))+len(rest)+sign < f.width {
			whole = "0" + whole
		}
	}
	return group(whole) + rest
}

// CheckTemplate returns an error if the path of a [ModelCheckpoint] is no
// template. Whether its keys are logged shows when it is time to save.
func CheckTemplate(path string) error {
	if _, err := parseTemplate(path); err != nil {
		return fmt.Errorf("callback: path %q: %w", path, err)
	}
	return nil
}
