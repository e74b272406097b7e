namespace GrpoMonteCarlo.Theory;

/// <summary>Values of which many are equal but for rounding.</summary>
internal static class DistinctValues
{
    /// <summary>Each of them once, rising, and of each given one its place among them.</summary>
    public static (double[] Values, int[] Places) Of(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        double largest = Math.Max(Math.Abs(values[order[0]]), Math.Abs(values[order[^1]]));
        var merged = new List<double>();
        int[] places = new int[values.Length];
        foreach (int i in order)
        {
            if (merged.Count == 0 || values[i] - merged[^1] > 1e-12 * largest)
            {
                merged.Add(values[i]);
            }

            places[i] = merged.Count - 1;
        }

        // What is 0 but for rounding is divided by what may be 0.
        return ([.. merged.Select(value => Math.Abs(value) < 1e-13 * largest ? 0 : value)], places);
    }
}
