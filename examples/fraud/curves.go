package main

import (
	"image/color"
	"path/filepath"

	"github.com/counterweight-go/counterweight/balance/calibrate"
	"github.com/counterweight-go/counterweight/fit/metric"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawCurves writes the precision-recall and the calibration curves of the
// networks (not of the logistic regressions) on the first week.
func drawCurves(dir string, detectors []detector, results []result, week *fold) error {
	ranking := newPlot("Precision against recall, network, test week", "recall", "precision")
	ranking.Legend.Left = true
	ranking.X.Min, ranking.X.Max, ranking.Y.Min, ranking.Y.Max = 0, 1, 0, 1
	calibration := newPlot("Calibration: is a fraud probability of p right?", "predicted probability (mean of a bin)", "observed share of frauds")
	calibration.X.Min, calibration.X.Max, calibration.Y.Min, calibration.Y.Max = 0, 1, 0, 1
	calibration.Legend.Top, calibration.Legend.Left = true, true
	calibration.Legend.YOffs = -calibration.Legend.YOffs
	diagonal, err := plotter.NewLine(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}})
	if err != nil {
		return err
	}
	diagonal.Color = color.Gray{160}
	diagonal.Dashes = []vg.Length{vg.Points(4), vg.Points(4)}
	calibration.Add(diagonal)
	calibration.Legend.Add("perfect", diagonal)

	drawn := 0
	for d, det := range detectors {
		if det.model.name == detectors[0].model.name {
			continue
		}
		style := palette[drawn%len(palette)]
		drawn++
		precision, recall, _, err := metric.PrecisionRecallCurve(week.testY, results[d].scores, nil)
		if err != nil {
			return err
		}
		// Prior correction moves probabilities, not their order: its curve is
		// that of the detector before it.
		if !det.strategy.corrects {
			if err := addLine(ranking, det.strategy.name, style, recall, precision, false); err != nil {
				return err
			}
		}
		table, err := calibrate.Reliability(week.testY, results[d].scores, nil, 10, calibrate.EqualWidth)
		if err != nil {
			return err
		}
		var predicted, observed []float64
		for _, bin := range table {
			if bin.Weight > 0 {
				predicted, observed = append(predicted, bin.Predicted), append(observed, bin.Observed)
			}
		}
		if err := addLine(calibration, det.strategy.name, style, predicted, observed, true); err != nil {
			return err
		}
	}
	if err := ranking.Save(width, height, filepath.Join(dir, "precision-recall.png")); err != nil {
		return err
	}
	return calibration.Save(width, height, filepath.Join(dir, "calibration.png"))
}

const width, height = 8 * vg.Inch, 6 * vg.Inch

// palette is that of Okabe and Ito, which people with any colour vision can
// tell apart.
var palette = []color.RGBA{
	{0, 0, 0, 255}, {230, 159, 0, 255}, {86, 180, 233, 255}, {0, 158, 115, 255}, {0, 114, 178, 255}, {213, 94, 0, 255},
}

func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding = vg.Points(8)
	p.Title.TextStyle.Font.Size, p.X.Label.TextStyle.Font.Size, p.Y.Label.TextStyle.Font.Size = 14, 12, 12
	p.Legend.ThumbnailWidth, p.Legend.Padding = vg.Points(24), vg.Points(3)
	p.Legend.XOffs, p.Legend.YOffs = vg.Points(8), vg.Points(8)
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{225}, color.Gray{225}
	p.Add(grid)
	return p
}

func addLine(p *plot.Plot, name string, c color.RGBA, x, y []float64, points bool) error {
	xys := make(plotter.XYs, len(x))
	for i := range x {
		xys[i] = plotter.XY{X: x[i], Y: y[i]}
	}
	line, marks, err := plotter.NewLinePoints(xys)
	if err != nil {
		return err
	}
	line.Color, line.Width = c, vg.Points(1.5)
	p.Add(line)
	if !points {
		p.Legend.Add(name, line)
		return nil
	}
	marks.Color, marks.Shape, marks.Radius = c, draw.CircleGlyph{}, vg.Points(2.5)
	p.Add(marks)
	p.Legend.Add(name, line, marks)
	return nil
}
