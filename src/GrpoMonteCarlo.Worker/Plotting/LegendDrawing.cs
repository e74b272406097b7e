using System.Text;

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A legend's names, each right of a sample of its marks.</summary>
internal static class LegendDrawing
{
    private const double HalfSwatch = 4.5;

    public static void Draw(SvgElements svg, Legend legend, double left, double top)
    {
        foreach (LegendEntry entry in legend.Entries)
        {
            svg.Lines("legend", entry.Name, left + entry.TextLeft, top + entry.Top, TextAnchor.Start);
            double middle = top + entry.Top + (entry.Name.Size * 0.62);
            foreach (Mark mark in entry.Marks)
            {
                Sample(svg, mark, legend.SeriesOf(mark), left + entry.Left, middle);
            }
        }
    }

    private static void Sample(SvgElements svg, Mark mark, int series, double left, double middle)
    {
        double right = left + Legend.SampleWidth;
        var path = new StringBuilder();
        string across = $"M{SvgElements.Number(left)} {SvgElements.Number(middle)}H{SvgElements.Number(right)}";
        string swatch = $"M{SvgElements.Number(left + 2)} {SvgElements.Number(middle + HalfSwatch)}V{SvgElements.Number(middle - HalfSwatch)}"
            + $"H{SvgElements.Number(right - 2)}V{SvgElements.Number(middle + HalfSwatch)}";
        switch (mark)
        {
            case Line line:
                svg.Path(MarkDrawing.LineStyle(line, series), path.Append(across));
                break;
            case ReferenceLine:
                svg.Path("reference", path.Append(across));
                break;
            case Band:
                svg.Path($"band f{series}", path.Append(swatch).Append('Z'));
                break;
            case Bars:
                svg.Path($"outline s{series} d{series}", path.Append(swatch));
                svg.Path($"bar f{series}", path.Append('Z'));
                break;
            case PointSet { DotSize: { } size }:
                string dot = $"M{SvgElements.Number(left + (Legend.SampleWidth / 2))} {SvgElements.Number(middle)}h0";
                svg.Empty("path", ("class", $"dots s{series}"), ("stroke-width", SvgElements.Number(size)), ("d", dot));
                break;
            case PointSet points:
                if (points.Low is not null && points.High is not null)
                {
                    string centre = SvgElements.Number(left + (Legend.SampleWidth / 2));
                    path.Append($"M{centre} {SvgElements.Number(middle - HalfSwatch)}V{SvgElements.Number(middle + HalfSwatch)}");
                    svg.Path($"error s{series}", path);
                    path.Clear();
                }

                MarkerPath.Append(path, series, left + (Legend.SampleWidth / 2), middle, MarkDrawing.MarkerRadius);
                svg.Path($"marker f{series}", path);
                break;
        }
    }
}
