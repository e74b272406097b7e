namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Leaves out what no pixel shows.</summary>
internal static class Thinning
{
    /// <summary>Up to so many points are all drawn.</summary>
    public const int Most = 2_000;

    /// <summary>Of each run of points in one pixel column the first, the lowest, the highest and the last, in their order.</summary>
    public static List<(double X, double Y)> ByColumn(List<(double X, double Y)> points)
    {
        if (points.Count <= Most)
        {
            return points;
        }

        var kept = new List<(double X, double Y)>();
        int first = 0;
        while (first < points.Count)
        {
            (int low, int high, int last) = (first, first, first);
            double column = Math.Floor(points[first].X);
            for (int i = first + 1; i < points.Count && Math.Floor(points[i].X) == column; i++)
            {
                low = points[i].Y < points[low].Y ? i : low;
                high = points[i].Y > points[high].Y ? i : high;
                last = i;
            }

            int previous = -1;
            foreach (int i in (ReadOnlySpan<int>)[first, Math.Min(low, high), Math.Max(low, high), last])
            {
                if (i != previous)
                {
                    kept.Add(points[i]);
                }

                previous = i;
            }

            first = last + 1;
        }

        return kept;
    }

    /// <summary>The first point of each pixel.</summary>
    public static List<(double X, double Y)> ByPixel(List<(double X, double Y)> points)
    {
        if (points.Count <= Most)
        {
            return points;
        }

        var taken = new HashSet<(double, double)>();
        return [.. points.Where(point => taken.Add((Math.Floor(point.X), Math.Floor(point.Y))))];
    }
}
