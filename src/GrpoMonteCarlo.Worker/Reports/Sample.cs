namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Some of many, evenly.</summary>
internal static class Sample
{
    private const double GoldenRatio = 0.6180339887498949;

    /// <summary>
    /// At most so many of the numbers 0 to count - 1, rising: one from each of equally long stretches, never at the same place for long, so that
    /// what repeats with the cells of a grid is met at every phase.
    /// </summary>
    public static IEnumerable<int> Of(int count, int most)
    {
        if (count <= most)
        {
            return Enumerable.Range(0, count);
        }

        int[] chosen = new int[most];
        int last = -1;
        for (int i = 0; i < most; i++)
        {
            int place = (int)((i + (i * GoldenRatio % 1)) * count / most);
            last = chosen[i] = Math.Clamp(place, last + 1, count - most + i);
        }

        return chosen;
    }

    /// <summary>At most so many of the items.</summary>
    public static T[] Of<T>(IReadOnlyList<T> items, int most) => [.. Of(items.Count, most).Select(i => items[i])];

    /// <summary>At most so many, two or more, of an axis's values: the first, every second or third or so from there on, and the last.</summary>
    public static double[] OfAxis(double[] values, int most)
    {
        int stride = Math.Max((values.Length + most - 3) / (most - 1), 1); // (values - 1) / (most - 1), rounded up
        return [.. values.Where((_, i) => i % stride == 0 || i == values.Length - 1)];
    }
}
