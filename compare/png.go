package compare

import (
	"bytes"
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette is that of Okabe and Ito, which people with any colour vision can
// tell apart; further lines have the same colours with dashes.
var palette = []color.RGBA{
	{0, 0, 0, 255}, {230, 159, 0, 255}, {86, 180, 233, 255}, {0, 158, 115, 255},
	{0, 114, 178, 255}, {213, 94, 0, 255}, {204, 121, 167, 255},
}

// dashing returns the dashes of a strategy, in points; nil is a full line.
func dashing(i int) []int {
	return [][]int{nil, {6, 3}, {2, 2}, {8, 2, 2, 2}}[i/len(palette)%4]
}

const width, height = 9 * vg.Inch, 6.5 * vg.Inch

func (r *Result) precisionRecallPNG() ([]byte, error) {
	p := newPlot("Precision against recall, all test folds together", "recall", "precision")
	for i := range r.Strategies {
		c, err := r.precisionRecall(i)
		if err == nil {
			err = r.draw(p, c)
		}
		if err != nil {
			return nil, err
		}
	}
	return encodePNG(p)
}

func (r *Result) calibrationPNG() ([]byte, error) {
	p := newPlot("Calibration, all test folds together: what comes of rows with a score of p?", "predicted probability (mean of a tenth of the range)", "observed share of positives")
	diagonal, err := plotter.NewLine(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}})
	if err != nil {
		return nil, err
	}
	diagonal.Color, diagonal.Dashes = color.Gray{160}, []vg.Length{vg.Points(4), vg.Points(4)}
	p.Add(diagonal)
	p.Legend.Add("calibrated", diagonal)
	for i := range r.Strategies {
		c, err := r.calibration(i, false)
		if err == nil {
			err = r.draw(p, c)
		}
		if err != nil {
			return nil, err
		}
	}
	return encodePNG(p)
}

func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding = vg.Points(8)
	p.Title.TextStyle.Font.Size, p.X.Label.TextStyle.Font.Size, p.Y.Label.TextStyle.Font.Size = 14, 12, 12
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{225}, color.Gray{225}
	p.Add(grid)
	return p
}

func (r *Result) draw(p *plot.Plot, c curve) error {
	if len(c.points) == 0 {
		return nil
	}
	xys := make(plotter.XYs, len(c.points))
	for k, q := range c.points {
		xys[k] = plotter.XY{X: q.x, Y: q.y}
	}
	line, marks, err := plotter.NewLinePoints(xys)
	if err != nil {
		return err
	}
	line.Color, line.Width = palette[c.strategy%len(palette)], vg.Points(1.5)
	for _, d := range dashing(c.strategy) {
		line.Dashes = append(line.Dashes, vg.Points(float64(d)))
	}
	p.Add(line)
	name := r.Strategies[c.strategy].Name
	if !c.dots {
		p.Legend.Add(name, line)
		return nil
	}
	marks.Color, marks.Shape, marks.Radius = line.Color, draw.CircleGlyph{}, vg.Points(2)
	p.Add(marks)
	p.Legend.Add(name, line, marks)
	return nil
}

// encodePNG puts the legend beside the plot.
func encodePNG(p *plot.Plot) ([]byte, error) {
	legend := p.Legend
	p.Legend = plot.NewLegend()
	legend.Top, legend.Left = true, false
	legend.ThumbnailWidth, legend.Padding = vg.Points(26), vg.Points(3)
	canvas, err := draw.NewFormattedCanvas(width, height, "png")
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	all := draw.New(canvas)
	beside := legend.Rectangle(all).Size().X + vg.Points(16)
	if beside > width/2 {
		beside = width / 2
	}
	p.Draw(draw.Crop(all, vg.Points(8), -beside, vg.Points(6), -vg.Points(6)))
	legend.YOffs = -vg.Points(34)
	legend.Draw(draw.Crop(all, width-beside, -vg.Points(8), 0, 0))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	return b.Bytes(), nil
}
