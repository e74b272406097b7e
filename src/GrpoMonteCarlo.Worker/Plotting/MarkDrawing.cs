using System.Globalization;
using System.Text;

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Marks as paths inside one plot area.</summary>
internal sealed class MarkDrawing(SvgElements svg, Box area, AxisRange x, AxisRange y)
{
    public const double MarkerRadius = 3;
    // Of markers so many that their rims would cover their neighbours.
    private const double DotRadius = 0.75;
    private const double CapHalf = 2.5;

    // Of a line that has one point only, so that it is seen.
    private const double LoneHalf = 2;
    private const int ColourLevels = 256;

    public void Line(Line line, int series)
    {
        var path = new StringBuilder();
        foreach (List<(double X, double Y)> run in Runs(Pixels(line.X, line.Y)))
        {
            if (run.Count == 1)
            {
                path.Append($"M{Point((run[0].X - LoneHalf, run[0].Y))}H{SvgElements.Number(run[0].X + LoneHalf)}");
                continue;
            }

            AppendCurve(path, 'M', Thinning.ByColumn(run));
        }

        svg.Path(LineStyle(line, series), path);
    }

    /// <summary>A line's classes.</summary>
    public static string LineStyle(Line line, int series)
    {
        int dash = line.Dash is { } own ? (int)own : series;
        return string.Create(CultureInfo.InvariantCulture, $"line s{series} d{dash}");
    }

    public void Band(Band band, int series)
    {
        var path = new StringBuilder();
        bool HasPlace(int i) => !double.IsNaN(x.Place(band.X[i]) + y.PlaceOrBeyond(band.Low[i]) + y.PlaceOrBeyond(band.High[i]));
        foreach (List<int> run in Runs(band.X.Count, HasPlace))
        {
            AppendCurve(path, 'M', Thinning.ByColumn([.. run.Select(i => (X(band.X[i]), EndY(band.High[i])))]));
            List<(double X, double Y)> back = Thinning.ByColumn([.. run.Select(i => (X(band.X[i]), EndY(band.Low[i])))]);
            AppendCurve(path, 'L', [.. back.AsEnumerable().Reverse()]);
            path.Append('Z');
        }

        svg.Path($"band f{series}", path);
    }

    public void ErrorBars(PointSet points, int series)
    {
        if (points.Low is not { } low || points.High is not { } high)
        {
            return;
        }

        var path = new StringBuilder();
        for (int i = 0; i < points.X.Count; i++)
        {
            (double at, double top, double bottom) = (X(points.X[i]), EndY(high[i]), EndY(low[i]));
            if (!double.IsNaN(at + top + bottom) && IsInside(points.X[i], points.Y[i]))
            {
                string cap = $"H{SvgElements.Number(at + CapHalf)}";
                path.Append($"M{Point((at - CapHalf, top))}{cap}M{Point((at - CapHalf, bottom))}{cap}");
                path.Append($"M{Point((at, top))}V{SvgElements.Number(bottom)}");
            }
        }

        svg.Path($"error s{series}", path);
    }

    /// <summary>Only those whose middle is inside the plot area.</summary>
    public void Markers(PointSet points, int series)
    {
        var path = new StringBuilder();
        List<(double X, double Y)> inside =
            [.. points.Points.Where(point => IsInside(point.X, point.Y)).Select(point => (X(point.X), area.Y(y.Place(point.Y))))];
        if (points.DotSize is { } size)
        {
            // Lines of no length with round ends.
            IEnumerable<string> places = inside.Select(point => $"M{Point((Math.Round(point.X, 1), Math.Round(point.Y, 1)))}h0").Distinct();
            svg.Empty("path", ("class", $"dots s{series}"), ("stroke-width", SvgElements.Number(size)), ("d", string.Join("", places)));
            return;
        }

        List<(double X, double Y)> kept = Thinning.ByPixel(inside);
        bool dense = kept.Count > Thinning.Most;
        foreach ((double px, double py) in kept)
        {
            MarkerPath.Append(path, series, px, py, dense ? DotRadius : MarkerRadius);
        }

        svg.Path($"{(dense ? "dot" : "marker")} f{series}", path);
    }

    public void Bars(Bars bars, int series)
    {
        double foot = y.Scale == Scale.Linear ? EndY(0) : area.Bottom;
        var fill = new StringBuilder();
        var outline = new StringBuilder();
        bool HasPlace(int i) => !double.IsNaN(x.PlaceOrBeyond(bars.Edges[i]) + x.PlaceOrBeyond(bars.Edges[i + 1]) + y.Place(bars.Heights[i]));
        foreach (List<int> run in Runs(bars.Heights.Count, HasPlace))
        {
            var steps = new StringBuilder($"M{Point((EndX(bars.Edges[run[0]]), foot))}");
            foreach (int i in run)
            {
                steps.Append($"V{SvgElements.Number(EndY(bars.Heights[i]))}H{SvgElements.Number(EndX(bars.Edges[i + 1]))}");
            }

            steps.Append($"V{SvgElements.Number(foot)}");
            outline.Append(steps);
            fill.Append(steps).Append('Z');
        }

        svg.Path($"bar f{series}", fill);
        svg.Path($"outline s{series} d{series}", outline);
    }

    public void HeatMap(HeatMap map, AxisRange values, string hatch)
    {
        // Equal neighbours in a row are one rectangle, equal colours one path.
        var levels = new StringBuilder[ColourLevels];
        var without = new StringBuilder();
        int columns = map.XEdges.Count - 1;
        for (int row = 0; row < map.YEdges.Count - 1; row++)
        {
            for (int column = 0; column < columns;)
            {
                int level = Level(map.Values[(row * columns) + column], values);
                int first = column++;
                while (column < columns && Level(map.Values[(row * columns) + column], values) == level)
                {
                    column++;
                }

                StringBuilder path = level < 0 ? without : levels[level] ??= new StringBuilder();
                (string left, string right) = (SvgElements.Number(EndX(map.XEdges[first])), SvgElements.Number(EndX(map.XEdges[column])));
                (string bottom, string top) = (SvgElements.Number(EndY(map.YEdges[row])), SvgElements.Number(EndY(map.YEdges[row + 1])));
                path.Append($"M{left} {bottom}H{right}V{top}H{left}Z");
            }
        }

        for (int level = 0; level < ColourLevels; level++)
        {
            if (levels[level] is { } path)
            {
                svg.Empty("path", ("class", "cells"), ("fill", map.Colours.At(level / (ColourLevels - 1.0))), ("d", path.ToString()));
            }
        }

        if (without.Length > 0)
        {
            svg.Empty("path", ("fill", $"url(#{hatch})"), ("d", without.ToString()));
        }
    }

    public void ReferenceLine(ReferenceLine line)
    {
        var path = new StringBuilder();
        if (line.X is { } at)
        {
            if (!double.IsNaN(x.Place(at)))
            {
                path.Append($"M{Point((X(at), area.Bottom))}V{SvgElements.Number(area.Top)}");
            }
        }
        else if (line.Y is { } level)
        {
            if (!double.IsNaN(y.Place(level)))
            {
                path.Append($"M{Point((area.Left, area.Y(y.Place(level))))}H{SvgElements.Number(area.Right)}");
            }
        }
        else
        {
            // Straight on equal scales; else a curve.
            int pieces = x.Scale == y.Scale ? 1 : 64;
            double[] values = [.. Enumerable.Range(0, pieces + 1).Select(i => AxisRange.Value(x.Scale, x.From + ((x.To - x.From) * i / pieces)))];
            foreach (List<(double X, double Y)> run in Runs(Pixels(values, values)))
            {
                AppendCurve(path, 'M', run);
            }
        }

        svg.Path("reference", path);
    }

    private static int Level(double? value, AxisRange values)
    {
        double place = values.Place(value ?? double.NaN);
        return double.IsNaN(place) ? -1 : (int)Math.Round(Math.Clamp(place, 0, 1) * (ColourLevels - 1));
    }

    private bool IsInside(double px, double py) => x.Place(px) is >= -1e-9 and <= 1 + 1e-9 && y.Place(py) is >= -1e-9 and <= 1 + 1e-9;

    private double X(double value) => area.X(x.Place(value));

    private double EndX(double value) => area.X(x.PlaceOrBeyond(value));

    private double EndY(double value) => area.Y(y.PlaceOrBeyond(value));

    private List<(double X, double Y)> Pixels(IReadOnlyList<double> xs, IReadOnlyList<double> ys) =>
        [.. xs.Zip(ys, (px, py) => (X(px), area.Y(y.Place(py))))];

    private static IEnumerable<List<(double X, double Y)>> Runs(List<(double X, double Y)> points) =>
        Runs(points.Count, i => !double.IsNaN(points[i].X + points[i].Y)).Select(run => run.ConvertAll(i => points[i]));

    // The longest stretches of indices that have a place.
    private static IEnumerable<List<int>> Runs(int count, Func<int, bool> hasPlace)
    {
        var run = new List<int>();
        for (int i = 0; i <= count; i++)
        {
            if (i < count && hasPlace(i))
            {
                run.Add(i);
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }
    }

    private static void AppendCurve(StringBuilder path, char command, List<(double X, double Y)> points)
    {
        foreach ((double X, double Y) point in points)
        {
            path.Append(command).Append(Point(point));
            command = 'L';
        }
    }

    private static string Point((double X, double Y) point) => $"{SvgElements.Number(point.X)} {SvgElements.Number(point.Y)}";
}
