package compare

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// figure is a chart of curves as SVG. Colours and dashes come from the page's
// style sheet, by the classes s0, s1, ... of strategies.
type figure struct {
	id, title, note string
	xName, yName    string
	xTo, yTo        float64 // the axes go from 0 (or xFrom) to these
	xFrom           float64
	diagonal        bool // from corner to corner, for calibration and ROC
	curves          []curve
}

// The size of a chart and of its plot, in the units of its view box.
const (
	chartWidth, chartHeight                  = 400, 330
	plotLeft, plotTop, plotRight, plotBottom = 46, 10, 390, 286
)

// svg draws the figure. The polylines carry what a script needs to tell values.
func (f *figure) svg(names []string) string {
	var b strings.Builder
	x := func(v float64) float64 { return plotLeft + (v-f.xFrom)/(f.xTo-f.xFrom)*(plotRight-plotLeft) }
	y := func(v float64) float64 { return plotBottom - v/f.yTo*(plotBottom-plotTop) }
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title" data-x="%g %g %s" data-y="0 %g %s">`,
		chartWidth, chartHeight, f.id, f.xFrom, f.xTo, html.EscapeString(f.xName), f.yTo, html.EscapeString(f.yName))
	fmt.Fprintf(&b, `<rect class="plot" x="%d" y="%d" width="%d" height="%d"/>`, plotLeft, plotTop, plotRight-plotLeft, plotBottom-plotTop)
	for _, t := range ticks(f.xFrom, f.xTo, 5) {
		fmt.Fprintf(&b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/><text class="tick" x="%.1f" y="%d" text-anchor="middle">%s</text>`,
			x(t), x(t), plotTop, plotBottom, x(t), plotBottom+17, tickText(t))
	}
	for _, t := range ticks(0, f.yTo, 5) {
		fmt.Fprintf(&b, `<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text class="tick" x="%d" y="%.1f" text-anchor="end">%s</text>`,
			plotLeft, plotRight, y(t), y(t), plotLeft-6, y(t)+4, tickText(t))
	}
	fmt.Fprintf(&b, `<text class="axis" x="%d" y="%d" text-anchor="middle">%s</text>`, (plotLeft+plotRight)/2, chartHeight-6, html.EscapeString(f.xName))
	fmt.Fprintf(&b, `<text class="axis" transform="translate(12 %d) rotate(-90)" text-anchor="middle">%s</text>`, (plotTop+plotBottom)/2, html.EscapeString(f.yName))
	if f.diagonal {
		fmt.Fprintf(&b, `<line class="diagonal" x1="%d" y1="%d" x2="%d" y2="%d"/>`, plotLeft, plotBottom, plotRight, plotTop)
	}
	// The first strategy is the baseline as a rule: drawn last, it lies on top.
	for k := len(f.curves) - 1; k >= 0; k-- {
		c := f.curves[k]
		fmt.Fprintf(&b, `<g class="curve s%d" data-name="%s"><title>%s</title><polyline points="`, c.strategy, html.EscapeString(names[c.strategy]), html.EscapeString(names[c.strategy]))
		for i, p := range c.points {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(decimal(x(p.x)) + "," + decimal(y(p.y)))
		}
		b.WriteString(`"/>`)
		if c.dots {
			for _, p := range c.points {
				fmt.Fprintf(&b, `<circle cx="%s" cy="%s" r="3.5"><title>%s: %s %s, %s %s</title></circle>`, decimal(x(p.x)), decimal(y(p.y)),
					html.EscapeString(names[c.strategy]), html.EscapeString(f.xName), short(p.x), html.EscapeString(f.yName), short(p.y))
			}
		}
		b.WriteString(`</g>`)
	}
	b.WriteString(`<circle class="cursor" r="4.5" hidden="hidden"/></svg>`)
	return b.String()
}

// forest draws differences to the baseline with their intervals.
func (r *Result) forest(v Variant, m Metric, id string) string {
	const row, left = 24, 128
	var b strings.Builder
	lo, hi := 0., 0.
	var shown []int
	for i := range r.Strategies {
		if i == r.Baseline {
			continue
		}
		shown = append(shown, i)
		d := r.Strategies[i].Against[v][m.Name]
		for _, e := range []float64{d.Mean, d.Lower, d.Upper} {
			if !math.IsNaN(e) {
				lo, hi = min(lo, e), max(hi, e)
			}
		}
	}
	if lo == hi {
		lo, hi = -1, 1
	}
	pad := (hi - lo) * .05
	lo, hi = lo-pad, hi+pad
	x := func(e float64) float64 { return left + (e-lo)/(hi-lo)*(plotRight-left) }
	bottom := plotTop + row*len(shown)
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title">`, chartWidth, bottom+24, id)
	for _, t := range ticks(lo, hi, 6) {
		fmt.Fprintf(&b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/><text class="tick" x="%.1f" y="%d" text-anchor="middle">%s</text>`,
			x(t), x(t), plotTop, bottom, x(t), bottom+17, tickText(t))
	}
	fmt.Fprintf(&b, `<line class="zero" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/>`, x(0), x(0), plotTop, bottom)
	for k, i := range shown {
		d := r.Strategies[i].Against[v][m.Name]
		at := float64(plotTop+row*k) + row/2
		class := "effect"
		if d.Adjusted < significance {
			class += " shown"
		}
		name := r.Strategies[i].Name
		fmt.Fprintf(&b, `<g class="%s"><title>%s: %s, 95 %% interval %s to %s, %s after correction</title>`, class,
			html.EscapeString(name), signed(d.Mean), signed(d.Lower), signed(d.Upper), html.EscapeString(pValue(d.Adjusted)))
		fmt.Fprintf(&b, `<rect class="hit" x="0" y="%.1f" width="%d" height="%d"/><text class="tick" x="%d" y="%.1f" text-anchor="end">%s</text>`,
			at-row/2, chartWidth, row, left-8, at+4, html.EscapeString(cutTo(name, 18)))
		if !math.IsNaN(d.Lower) {
			fmt.Fprintf(&b, `<line class="interval" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, x(d.Lower), x(d.Upper), at, at)
		}
		if !math.IsNaN(d.Mean) {
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="4.5"/>`, x(d.Mean), at)
		}
		b.WriteString(`</g>`)
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// cutTo shortens a name to some letters.
func cutTo(name string, letters int) string {
	if r := []rune(name); len(r) > letters {
		return string(r[:letters-1]) + "…"
	}
	return name
}

func decimal(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func tickText(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'g', 4, 64), "-", "−", 1)
}

// ticks are about n round numbers from lo to hi.
func ticks(lo, hi float64, n int) []float64 {
	raw := (hi - lo) / float64(n)
	if !(raw > 0) || math.IsInf(raw, 0) {
		return nil
	}
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	step := unit * 10
	for _, m := range []float64{1, 2, 5} {
		if m*unit >= raw {
			step = m * unit
			break
		}
	}
	var out []float64
	for k := math.Ceil(lo/step - 1e-9); k*step <= hi+step*1e-9; k++ {
		v := k * step
		if k == 0 {
			v = 0 // and not -0
		}
		out = append(out, math.Round(v/step)*step)
	}
	return out
}
