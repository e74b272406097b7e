using System.Text;

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>One panel: grid, marks, axes, texts and colour bar. Its ids begin with <paramref name="id"/>.</summary>
internal sealed class PanelDrawing(SvgElements svg, PanelLayout layout, Box area, double noteHeight, string id)
{
    private const double MinorLength = 2.5;
    private const double AnnotationGap = 4;

    public void Draw(Legend legend)
    {
        Definitions();
        if (layout.HeatMap is null)
        {
            Grid();
        }

        var marks = new MarkDrawing(svg, area, layout.X, layout.Y);
        string? clip = null;
        foreach (Mark mark in layout.Panel.Marks)
        {
            int series = legend.SeriesOf(mark);
            Clip("inside", ref clip);
            switch (mark)
            {
                case Line line:
                    marks.Line(line, series);
                    break;
                case Band band:
                    marks.Band(band, series);
                    break;
                case Bars bars:
                    marks.Bars(bars, series);
                    break;
                case HeatMap map:
                    marks.HeatMap(map, layout.Value!, $"{id}-hatch");
                    break;
                case ReferenceLine line:
                    marks.ReferenceLine(line);
                    break;
                case PointSet points:
                    marks.ErrorBars(points, series);
                    Clip("around", ref clip);
                    marks.Markers(points, series);
                    break;
            }
        }

        Clip(null, ref clip);
        Axes();
        Labels();
        if (layout.HeatMap is not null)
        {
            ColourBar();
        }

        foreach (Annotation annotation in layout.Panel.Marks.OfType<Annotation>())
        {
            Annotate(annotation);
        }
    }

    // A marker on the frame is seen whole: its clip is wider by its radius.
    private void Definitions()
    {
        svg.OpenLine("defs");
        ClipPath("inside", area);
        if (layout.Panel.Marks.Any(mark => mark is PointSet))
        {
            const double Wider = 2 * MarkDrawing.MarkerRadius;
            ClipPath("around", new Box(area.Left - Wider, area.Top - Wider, area.Width + (2 * Wider), area.Height + (2 * Wider)));
        }

        if (layout.HeatMap is { } map)
        {
            svg.Open("pattern", ("id", $"{id}-hatch"), ("width", "6"), ("height", "6"), ("patternUnits", "userSpaceOnUse"));
            svg.Empty("path", ("class", "hatch"), ("d", "M-1 1L1 -1M0 6L6 0M5 7L7 5"));
            svg.Close();
            svg.OpenLine("linearGradient", ("id", $"{id}-colours"), ("x1", "0"), ("y1", "1"), ("x2", "0"), ("y2", "0"));
            string[] anchors = [.. map.Colours.Anchors];
            for (int i = 0; i < anchors.Length; i++)
            {
                svg.Empty("stop", ("offset", SvgElements.Number(100.0 * i / (anchors.Length - 1)) + "%"), ("stop-color", anchors[i]));
            }

            svg.Close();
        }

        svg.Close();
    }

    private void ClipPath(string name, Box box)
    {
        svg.Open("clipPath", ("id", $"{id}-{name}"));
        svg.Rectangle("clip", box);
        svg.Close();
    }

    // Ends the group of the clip before if another one is wanted.
    private void Clip(string? wanted, ref string? clip)
    {
        if (wanted == clip)
        {
            return;
        }

        if (clip is not null)
        {
            svg.Close();
        }

        if (wanted is not null)
        {
            svg.OpenLine("g", ("clip-path", $"url(#{id}-{wanted})"));
        }

        clip = wanted;
    }

    private void Grid()
    {
        var path = new StringBuilder();
        foreach (Tick tick in layout.XTicks.Labelled)
        {
            path.Append($"M{SvgElements.Number(area.X(tick.Place))} {SvgElements.Number(area.Top)}V{SvgElements.Number(area.Bottom)}");
        }

        foreach (Tick tick in layout.YTicks.Labelled)
        {
            path.Append($"M{SvgElements.Number(area.Left)} {SvgElements.Number(area.Y(tick.Place))}H{SvgElements.Number(area.Right)}");
        }

        svg.Path("grid", path);
    }

    private void Axes()
    {
        (string left, string top) = (SvgElements.Number(area.Left), SvgElements.Number(area.Top));
        (string right, string bottom) = (SvgElements.Number(area.Right), SvgElements.Number(area.Bottom));
        var axes = new StringBuilder($"M{left} {top}V{bottom}H{right}");
        if (layout.HeatMap is not null)
        {
            axes.Append($"V{top}H{left}");
        }

        AppendXTicks(axes, layout.XTicks.Labelled, PanelLayout.TickLength);
        AppendYTicks(axes, layout.YTicks.Labelled, area.Left, -PanelLayout.TickLength);
        svg.Path("axis", axes);

        var minor = new StringBuilder();
        AppendXTicks(minor, layout.XTicks.Minor, MinorLength);
        AppendYTicks(minor, layout.YTicks.Minor, area.Left, -MinorLength);
        svg.Path("minor", minor);
    }

    private void AppendXTicks(StringBuilder path, IReadOnlyList<Tick> ticks, double length)
    {
        foreach (Tick tick in ticks)
        {
            path.Append($"M{SvgElements.Number(area.X(tick.Place))} {SvgElements.Number(area.Bottom)}v{SvgElements.Number(length)}");
        }
    }

    private void AppendYTicks(StringBuilder path, IReadOnlyList<Tick> ticks, double at, double length)
    {
        foreach (Tick tick in ticks)
        {
            path.Append($"M{SvgElements.Number(at)} {SvgElements.Number(area.Y(tick.Place))}h{SvgElements.Number(length)}");
        }
    }

    private void Labels()
    {
        double away = PanelLayout.TickLength + PanelLayout.TickGap;
        double noteBaseline = area.Top - (PanelLayout.TickLine / 2);
        if (layout.LabelsX)
        {
            double y = area.Bottom + away;
            foreach (Tick tick in layout.XTicks.Labelled)
            {
                TickLabel(tick.Label!, area.X(tick.Place), y + (0.8 * PanelLayout.TickSize), TextAnchor.Middle);
            }

            y += layout.XTicks.Labelled.Count > 0 ? PanelLayout.TickLine : 0;
            if (layout.XTicks.Note is { } note)
            {
                Note(note, area.Right, y + (0.9 * PanelLayout.TickSize), TextAnchor.End);
                y += PanelLayout.TickLine;
            }

            svg.Lines("label", layout.XLabel, area.X(0.5), y + PanelLayout.LabelGap, TextAnchor.Middle);
        }

        if (layout.LabelsY)
        {
            foreach (Tick tick in layout.YTicks.Labelled)
            {
                TickLabel(tick.Label!, area.Left - away, area.Y(tick.Place) + (0.36 * PanelLayout.TickSize), TextAnchor.End);
            }

            double widest = layout.YTicks.Labelled.Max(tick => PanelLayout.Width(tick.Label));
            svg.LinesUpwards("label", layout.YLabel, area.Left - away - widest - PanelLayout.LabelGap - layout.YLabel.Height, area.Y(0.5));
            if (layout.YTicks.Note is { } note)
            {
                Note(note, area.Left, noteBaseline, TextAnchor.Start);
            }
        }

        double titleBottom = area.Top - (PanelLayout.TickLine / 2) - noteHeight - PanelLayout.LabelGap;
        svg.Lines("label", layout.Title, area.X(0.5), titleBottom - layout.Title.Height + PanelLayout.LabelGap, TextAnchor.Middle);
    }

    private void ColourBar()
    {
        var bar = new Box(area.Right + PanelLayout.BarGap, area.Top, PanelLayout.BarWidth, area.Height);
        svg.Empty(
            "rect",
            ("x", SvgElements.Number(bar.Left)),
            ("y", SvgElements.Number(bar.Top)),
            ("width", SvgElements.Number(bar.Width)),
            ("height", SvgElements.Number(bar.Height)),
            ("fill", $"url(#{id}-colours)"));
        svg.Rectangle("axis", bar);
        AxisTicks ticks = layout.ValueTicks!;
        var path = new StringBuilder();
        AppendYTicks(path, ticks.Labelled, bar.Right, PanelLayout.TickLength);
        svg.Path("axis", path);
        path.Clear();
        AppendYTicks(path, ticks.Minor, bar.Right, MinorLength);
        svg.Path("minor", path);

        double left = bar.Right + PanelLayout.TickLength + PanelLayout.TickGap;
        foreach (Tick tick in ticks.Labelled)
        {
            TickLabel(tick.Label!, left, area.Y(tick.Place) + (0.36 * PanelLayout.TickSize), TextAnchor.Start);
        }

        double widest = ticks.Labelled.Max(tick => PanelLayout.Width(tick.Label));
        svg.LinesUpwards("label", layout.ValueLabel, left + widest + PanelLayout.LabelGap, area.Y(0.5));
        if (ticks.Note is { } note)
        {
            svg.Text("tick", RichText.Parse(note), bar.Left, area.Top - (PanelLayout.TickLine / 2), TextAnchor.Start, PanelLayout.TickSize);
        }

    }

    // Above the point by a little, and inside the plot area.
    private void Annotate(Annotation annotation)
    {
        (double placeX, double placeY) = (layout.X.Place(annotation.X), layout.Y.Place(annotation.Y));
        if (double.IsNaN(placeX + placeY))
        {
            return;
        }

        FittedText text = FittedText.Of(annotation.Text, area.Width - (2 * AnnotationGap), area.Height - AnnotationGap, Legend.TextSize);
        double left = area.X(placeX) + annotation.Anchor switch
        {
            TextAnchor.Start => AnnotationGap,
            TextAnchor.Middle => -text.Width / 2,
            _ => -AnnotationGap - text.Width,
        };
        left = Math.Max(Math.Min(left, area.Right - AnnotationGap - text.Width), area.Left + AnnotationGap);
        double top = Math.Max(Math.Min(area.Y(placeY) - AnnotationGap - text.Height, area.Bottom - AnnotationGap - text.Height), area.Top);
        svg.Lines("note", text, left, top, TextAnchor.Start);
    }

    private void TickLabel(string label, double x, double baseline, TextAnchor anchor) =>
        svg.Text("tick", RichText.Parse(label), x, baseline, anchor, PanelLayout.TickSize);

    private void Note(string note, double x, double baseline, TextAnchor anchor)
    {
        FittedText text = PanelLayout.Note(note, area.Width);
        svg.Text("tick", text.Lines[0], x, baseline, anchor, text.Size);
    }
}
